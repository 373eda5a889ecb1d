"""What everything that `make run` starts holds in memory, at rest: the sum of proportional set sizes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.serving import ROOT, free_port

TARGET_MB = 350
REST_SECONDS = 25


def run() -> dict[str, float]:
    """Start everything on a folder of its own, let it rest, and add up.

    :raises RuntimeError: if it does not start
    """
    with tempfile.TemporaryDirectory(prefix="itsm-memory-") as folder:
        Path(folder).chmod(0o711)
        gone = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "SITE_URL", "SECRET_KEY", "DEMO_MODE")
        env = {name: value for name, value in os.environ.items() if name not in gone}
        env |= {"VAR_DIR": folder, "PORT": str(free_port())}
        argv = [sys.executable, "-m", "itsm.embedded", "run"]
        process = subprocess.Popen(argv, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
        try:
            wait_until_it_runs(process)
            time.sleep(REST_SECONDS)
            return by_program(process.pid)
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)


def wait_until_it_runs(process: subprocess.Popen[str]) -> None:
    """Read what it says until it names its address."""
    for line in process.stdout or ():
        if "runs at" in line:
            return
    raise RuntimeError("make run did not start")


def by_program(root: int) -> dict[str, float]:
    """Add up the PSS, in MB, of a process and all its descendants, by program."""
    found: dict[str, float] = {}
    for pid in family(root):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        name = next(
            (word for word in ("gunicorn", "worker", "beat", "postgres", "redis") if word in " ".join(words)),
            "supervisor",
        )
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        kilobytes = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
        found[name] = round(found.get(name, 0) + kilobytes / 1024, 1)
    return found | {"total": round(sum(found.values()), 1)}


def family(root: int) -> list[int]:
    """List a process and its descendants."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        parents[int(stat.parent.name)] = int(fields[1])
    members = [root]
    for member in members:
        members += [pid for pid, parent in parents.items() if parent == member]
    return members
