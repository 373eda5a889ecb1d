"""PostgreSQL and Redis of one data folder, together."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from itsm.embedded import account, addresses, binaries
from itsm.embedded.account import Account
from itsm.embedded.child import Child, Pause
from itsm.embedded.postgres_server import PostgresServer
from itsm.embedded.redis_server import RedisServer
from itsm.embedded.refusal import Refusal

Start = Callable[[Child], None]
LONGEST_SOCKET_DIR = 80
THROWAWAY_PREFIX = "itsm-throwaway-"
LEAST_FREE_BYTES = 150 * 1024 * 1024


class AlreadyRuns(Refusal):
    """Another supervisor runs on this data folder."""


@dataclass
class Services:
    """The servers that the environment does not name elsewhere."""

    var_dir: Path
    throwaway: bool = False
    want_postgres: bool = True
    want_redis: bool = True
    postgres: PostgresServer | None = field(default=None, init=False)
    redis: RedisServer | None = field(default=None, init=False)

    def prepare(self) -> None:
        """Make the folders and what the servers need in them.

        :raises Refusal: if that is impossible here
        """
        if not (self.want_postgres or self.want_redis):
            return
        owner = account.of_servers()
        servers, sockets = _folders(self.var_dir, owner)
        copies, logs = servers / "runtime", self.var_dir / "log"
        if self.want_postgres:
            program = binaries.usable(addresses.postgres_binary("postgres"), by=owner, copies=copies)
            data = servers / "postgres"
            self.postgres = PostgresServer(data, sockets, logs / "postgres.log", owner, program, self.throwaway)
            self.postgres.prepare()
        if self.want_redis:
            program = binaries.usable(binaries.redis_server(), by=owner, copies=copies)
            data = _own(servers / "redis", owner)
            self.redis = RedisServer(data, sockets, logs / "redis.log", owner, program, self.throwaway)
            self.redis.prepare()

    def start(self, *, started: Callable[[Child, Start], None], pause: Pause = time.sleep) -> None:
        """Start them and wait until both answer; ``started`` is told each process, and how to start it, beforehand."""
        servers = [server for server in (self.postgres, self.redis) if server]
        for server in servers:
            child, start = server.child(), partial(server.start, pause=pause)
            started(child, start)
            start(child)
        if self.postgres:
            self.postgres.ensure_database()

    def environment(self) -> dict[str, str]:
        """Give the variables that lead a program to these servers."""
        found = {"VAR_DIR": str(self.var_dir)}
        if self.postgres:
            found["DATABASE_URL"] = addresses.database_url_at(self.postgres.sockets)
        if self.redis:
            found["REDIS_URL"] = addresses.redis_url_at(self.redis.sockets)
        return found


@contextmanager
def running(services: Services) -> Iterator[dict[str, str]]:
    """Run the servers for the length of the block; gives their environment."""
    services.prepare()
    children: list[Child] = []
    try:
        services.start(started=lambda child, start: children.append(child))
        yield services.environment()
    finally:
        for child in reversed(children):
            child.stop()


@contextmanager
def throwaway() -> Iterator[dict[str, str]]:
    """Run servers that forget everything, in memory where the machine has room for it there."""
    sweep_abandoned()
    folder = Path(tempfile.mkdtemp(prefix=THROWAWAY_PREFIX, dir=_memory()))
    folder.chmod(0o711)
    try:
        with hold(folder), running(Services(folder, throwaway=True)) as environment:
            yield environment
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep_abandoned() -> None:
    """Remove the throw-away folders whose owner was killed: nobody holds their lock."""
    for lock in Path(_memory()).glob(f"{THROWAWAY_PREFIX}*/supervisor.lock"):
        try:
            with hold(lock.parent):
                shutil.rmtree(lock.parent, ignore_errors=True)
        except (Refusal, OSError):
            continue


def _memory() -> str:
    shm = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    roomy = shm.is_dir() and os.access(shm, os.W_OK) and shutil.disk_usage(shm).free > 2 * 1024**3
    return str(shm) if roomy else tempfile.gettempdir()


@contextmanager
def hold(var_dir: Path) -> Iterator[None]:
    """Hold the data folder against every other supervisor.

    :raises AlreadyRuns: if another one has it
    """
    with open(var_dir / "supervisor.lock", "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRuns(
                f"It already runs with the data in {var_dir}: stop that one first, or set VAR_DIR to another folder."
            ) from None
        yield


def make_var(var_dir: Path) -> None:
    """Make the data folder.

    :raises Refusal: if the disk has no room left for a start
    """
    var_dir.mkdir(parents=True, exist_ok=True)
    (var_dir / "log").mkdir(exist_ok=True)
    (var_dir / "media").mkdir(exist_ok=True)
    if shutil.disk_usage(var_dir).free < LEAST_FREE_BYTES:
        raise Refusal(
            f"The disk of {var_dir} is nearly full: free at least 150 MB, or set VAR_DIR to a folder on another disk."
        )


def _folders(var_dir: Path, owner: Account) -> tuple[Path, Path]:
    """Make the folders of the servers and of their sockets where ``owner`` can reach them."""
    (var_dir / "log").mkdir(parents=True, exist_ok=True)
    servers = addresses.servers_dir(var_dir)
    if not owner.may_reach(var_dir.resolve() / "log", needs=0) and not servers.exists():
        servers.symlink_to(_elsewhere(), target_is_directory=True)
    _own(servers, owner)
    if not (servers / "run").exists():
        (servers / "run").unlink(missing_ok=True)
        _make_run(servers.resolve(), owner)
    return servers.resolve(), _own(addresses.socket_dir(var_dir), owner)


def _elsewhere() -> str:
    """Make a folder for the servers' data outside a folder that is closed to their account (``/root``, say)."""
    folder = tempfile.mkdtemp(prefix="itsm-", dir="/var/lib")
    os.chmod(folder, 0o711)  # noqa: S103 - the servers' account must pass it
    return folder


def _make_run(servers: Path, owner: Account) -> None:
    run = servers / "run"
    if len(os.fsencode(run)) > LONGEST_SOCKET_DIR:
        base = os.environ.get("XDG_RUNTIME_DIR", "")
        short = base if base and owner.may_reach(Path(base)) else tempfile.gettempdir()
        run.symlink_to(tempfile.mkdtemp(prefix="itsm-run-", dir=short))
    else:
        run.mkdir(mode=0o700)


def _own(folder: Path, owner: Account) -> Path:
    """Make a folder that ``owner`` alone may enter."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != owner.uid:
        os.chown(folder, owner.uid, owner.gid)
    folder.chmod(0o700)
    return folder
