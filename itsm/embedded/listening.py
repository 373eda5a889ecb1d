"""Signals as a thing to wait for, instead of one that breaks in anywhere."""

import signal

ASKS_TO_STOP = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
HEARD = ASKS_TO_STOP | {signal.SIGCHLD}


class Stopped(Exception):
    """Somebody asked us to stop: Ctrl-C, SIGTERM, or the terminal closed."""


def listen() -> None:
    """Hold signals back until ``pause`` asks for them; children hear them again as soon as they start."""
    signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)


def pause(seconds: float) -> None:
    """Wait up to ``seconds``, or until a child ends.

    :raises Stopped: if we were asked to stop
    """
    info = signal.sigtimedwait(HEARD, max(0.0, seconds))
    if info is not None and info.si_signo in ASKS_TO_STOP:
        raise Stopped
