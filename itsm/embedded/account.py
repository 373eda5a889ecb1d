"""The account that the embedded servers run as: ours, or ``nobody`` when we are root."""

import ctypes
import os
import pwd
import signal
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from itsm.embedded.refusal import Refusal

PR_SET_PDEATHSIG = 1
PASS, READ_AND_RUN = 0o1, 0o5
LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Account:
    """A user of this machine."""

    name: str
    uid: int
    gid: int

    def may_reach(self, path: Path, *, needs: int = READ_AND_RUN) -> bool:
        """Tell whether this account may pass every folder above ``path`` and has the mode bits ``needs`` on it."""
        return all(self._has(folder, PASS) for folder in path.parents) and self._has(path, needs)

    def _has(self, path: Path, bits: int) -> bool:
        status = path.stat()
        if self.uid == 0:
            return True
        shift = 6 if status.st_uid == self.uid else 3 if status.st_gid == self.gid else 0
        return stat.S_IMODE(status.st_mode) >> shift & bits == bits


def current() -> Account:
    """Name the account we run as.

    :raises Refusal: if the machine's user list does not know it, which PostgreSQL does not accept
    """
    try:
        entry = pwd.getpwuid(os.geteuid())
    except KeyError:
        raise Refusal(
            f"User number {os.geteuid()} has no line in /etc/passwd: add one, or set DATABASE_URL and REDIS_URL."
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def of_servers() -> Account:
    """Name the account of PostgreSQL and Redis; PostgreSQL never runs as root."""
    if os.geteuid() != 0:
        return current()
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def entering(account: Account | None, *, death_signal: signal.Signals) -> Callable[[], None]:
    """Make what a child does between fork and exec.

    It becomes ``account`` (None: stays who we are), hears every signal again, and is sent ``death_signal`` when the
    supervisor dies, however it dies. The last must come after the change of user, which clears it.
    """
    parent = os.getpid()

    def enter() -> None:
        if account is not None and account.uid != os.geteuid():
            os.setgroups([])
            os.setgid(account.gid)
            os.setuid(account.uid)
        if account is not None:
            os.umask(0o077)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        LIBC.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return enter
