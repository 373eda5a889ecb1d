"""Restarting, stopping and bounding the logs of children."""

import signal
import sys
import time
from pathlib import Path

import pytest

from itsm.embedded import logs
from itsm.embedded.account import Account
from itsm.embedded.child import Child, wait_until
from itsm.embedded.watch import Watch, Watched, delay
from tests.embedded.conftest import living, wait_for


def script(tmp_path: Path, source: str, name: str = "child", grace: float = 10) -> Child:
    return Child(name, [sys.executable, "-c", source], tmp_path / f"{name}.log", grace_seconds=grace)


def started(child: Child, words: str) -> Child:
    child.start()
    assert wait_until(lambda: words in child.last_words(), child=child, seconds=20, pause=time.sleep)
    return child


def test_the_first_restart_is_at_once_and_later_ones_wait_ever_longer() -> None:
    assert [delay(failures) for failures in range(5)] == [0, 0.5, 1, 2, 4]
    assert delay(50) == 30


def test_a_child_that_had_run_long_is_restarted_at_once(tmp_path: Path) -> None:
    child = script(tmp_path, "")
    one = Watched(child, Child.start, failures=6, started_at=1000)

    assert one.notice_end(now=1100)
    assert one.due_at == 1100


def test_a_child_that_keeps_ending_waits(tmp_path: Path) -> None:
    one = Watched(script(tmp_path, ""), Child.start, failures=3, started_at=1000)

    assert one.notice_end(now=1001)
    assert not one.notice_end(now=1002)
    assert one.due_at == 1003


def test_children_end_in_the_opposite_order(tmp_path: Path) -> None:
    source = (
        "import pathlib, signal, sys\n"
        "def end(*_):\n"
        f"    with open({str(tmp_path / 'order')!r}, 'a') as order: order.write(sys.argv[1])\n"
        "    sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, end); print('up', flush=True)\n"
        "while True: signal.pause()\n"
    )
    watch = Watch(time.sleep, print)
    for name in "abc":
        child = Child(name, [sys.executable, "-c", source, name], tmp_path / f"{name}.log")
        watch.add(started(child, "up"), Child.start)

    watch.end()

    assert (tmp_path / "order").read_text() == "cba"


def test_a_child_that_does_not_listen_is_killed_with_all_it_started(tmp_path: Path) -> None:
    source = (
        "import signal, subprocess, sys\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "grandchild = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()'])\n"
        "print(grandchild.pid, 'up', flush=True)\n"
        "while True: signal.pause()\n"
    )
    child = started(script(tmp_path, source, grace=0.2), "up")
    grandchild = int(child.last_words().split()[0])

    child.stop()

    assert child.process is not None
    assert child.process.returncode == -signal.SIGKILL
    wait_for(lambda: grandchild not in dict(living()), what="the end of the grandchild")


def test_a_large_log_is_moved_aside_and_written_on(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    with open(log, "a") as writer:
        for number in range(1, 6):
            writer.write(f"{number}" * 20)
            writer.flush()
            logs.bound(log, largest=10)
        writer.write("end")

    assert log.read_text() == "end"
    assert [log.with_name(f"web.log.{number}").read_text()[0] for number in (1, 2, 3)] == ["5", "4", "3"]
    assert not log.with_name("web.log.4").exists()


@pytest.mark.parametrize(("mode", "reached"), [(0o755, True), (0o750, False), (0o711, True), (0o700, False)])
def test_a_folder_closed_to_others_is_not_reached(tmp_path: Path, mode: int, reached: bool) -> None:
    stranger = Account("stranger", uid=54321, gid=54321)
    top = Path("/dev/shm") / tmp_path.name
    (top / "closed").mkdir(parents=True)
    (top / "closed" / "program").touch(mode=0o755)
    (top / "closed").chmod(mode)

    assert stranger.may_reach(top / "closed" / "program") is reached
    (top / "closed" / "program").unlink()
    (top / "closed").rmdir()
    top.rmdir()
