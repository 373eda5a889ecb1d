"""What is done between the servers and the program: translations, migrations, static files, the demo organisation.

Each step is skipped while the files that it reads are what they were after its last success.
"""

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from itsm.embedded.child import POLL_SECONDS, Child, Pause
from itsm.embedded.options import PROJECT, Options
from itsm.embedded.refusal import Refusal

LEFT_OUT = {"var", ".venv", ".git", "tests", "node_modules", "bench"}
NOT_SERVED = ("--ignore", "redoc", "--ignore", "rest_framework")  # a second browser of the API, and DRF's own pages
LOAD_DEMO = PROJECT / "itsm" / "demo" / "management" / "commands" / "load_demo.py"
DEMO_LOGINS = LOAD_DEMO.with_name("demo_logins.py")


@dataclass(frozen=True)
class Step:
    """One command, and the files that make it necessary again when they change."""

    name: str
    says: str
    argv: list[str]
    reads: Callable[[], Iterable[Path]]
    memory: Path
    is_long: bool = False


def manage(*arguments: str) -> list[str]:
    """Give the command line of one of Django's commands."""
    return [sys.executable, str(PROJECT / "manage.py"), *arguments]


def steps(options: Options) -> list[Step]:
    """List what has to be up to date before the web server starts.

    What concerns the database is remembered beside the embedded one; an external one is always asked.
    """
    beside_files = options.var_dir / "prepared.json"
    beside_database = beside_files if options.database_url else options.var_dir / "servers" / "prepared.json"
    found = [
        Step(
            "translations",
            "Compiling translations",
            [sys.executable, "-m", "tools.messages"],
            _translations,
            beside_files,
        ),
        Step("migrate", "Preparing the database", manage("migrate", "--noinput"), _migrations, beside_database),
        Step(
            "static",
            "Collecting static files",
            manage("collectstatic", "--noinput", *NOT_SERVED),
            _static_files,
            beside_files,
        ),
    ]
    if options.demo and not options.database_url and LOAD_DEMO.exists():
        found.append(
            Step(
                "demo", "Loading the demo organisation", manage("load_demo"), lambda: (), beside_database, is_long=True
            )
        )
    return found


def bring_up_to_date(options: Options, *, pause: Pause, say: Callable[[str], None]) -> None:
    """Run the steps whose files have changed.

    :raises Refusal: if a step fails
    """
    for step in steps(options):
        unchanged = _remembered(step.memory).get(step.name) == _fingerprint(step.reads())
        if not unchanged or (step.name == "migrate" and options.database_url):
            say(f"{step.says} ...")
            run(step, options, pause=pause, say=say if step.is_long else None)
            _remember(step.memory, _remembered(step.memory) | {step.name: _fingerprint(step.reads())})


def run(step: Step, options: Options, *, pause: Pause, say: Callable[[str], None] | None = None) -> str:
    """Run one step to its end and give what it said; ``say`` is told each line of it at once.

    :raises Refusal: if it fails
    """
    log = options.var_dir / "log" / f"{step.name}.log"
    log.unlink(missing_ok=True)
    child = Child(step.name, step.argv, log, os.environ | options.environment(), cwd=PROJECT)
    child.start()
    told = 0
    try:
        while child.alive():
            pause(POLL_SECONDS * 5)
            told = _tell(log, told, say)
    finally:
        child.stop()
    if child.process and child.process.returncode:
        raise Refusal(f"{step.says} failed: {child.last_words(lines=1)} (all of it: {log})")
    return log.read_text(errors="replace")


def _tell(log: Path, told: int, say: Callable[[str], None] | None) -> int:
    """Pass on what was written in whole lines behind the first ``told``; gives how many are told now."""
    if say is None or not log.exists():
        return told
    lines = log.read_text(errors="replace").rpartition("\n")[0].splitlines()
    for line in lines[told:]:
        say(f"  {line}")
    return max(told, len(lines))


def demo_logins(options: Options, *, pause: Pause) -> str:
    """Ask the program which demo accounts there are; empty where it has none."""
    if not (options.demo and DEMO_LOGINS.exists()):
        return ""
    step = Step("demo_logins", "Listing the demo logins", manage("demo_logins"), lambda: (), options.var_dir)
    return run(step, options, pause=pause).strip()


def _translations() -> Iterable[Path]:
    return [*(PROJECT / "locale").rglob("*.po"), *(PROJECT / "locale").rglob("*.mo")]


def _migrations() -> Iterable[Path]:
    return _found("migrations/*.py")


def _static_files() -> Iterable[Path]:
    return [*_found("static/**/*"), *(PROJECT / "static").rglob("*"), PROJECT / "requirements.txt"]


def _found(pattern: str) -> list[Path]:
    """Look for files in the project's packages, not in what others keep beside them."""
    tops = [
        top for top in PROJECT.iterdir() if top.is_dir() and top.name not in LEFT_OUT and not top.name.startswith(".")
    ]
    return [path for top in tops for path in top.rglob(pattern)]


def _fingerprint(files: Iterable[Path]) -> str:
    """Sum up names, sizes and times of change; contents are not read, so it takes a few milliseconds."""
    digest = hashlib.sha256()
    for path in sorted(set(files)):
        if path.is_file():
            status = path.stat()
            digest.update(f"{path.relative_to(PROJECT)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _remembered(memory: Path) -> dict[str, str]:
    try:
        found = json.loads(memory.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _remember(memory: Path, done: dict[str, str]) -> None:
    memory.parent.mkdir(parents=True, exist_ok=True)
    draft = memory.with_name(f"{memory.name}.draft")
    draft.write_text(json.dumps(done, indent=1))
    draft.replace(memory)
