"""One PostgreSQL cluster: made, started over what the last run left, and asked whether it is ready."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT

from itsm.embedded import addresses, binaries
from itsm.embedded.account import Account, current, entering
from itsm.embedded.child import Child, Pause, wait_until
from itsm.embedded.refusal import Refusal

START_SECONDS = 600  # recovery after a crash may take long; a dead server is noticed at once
START_ATTEMPTS = 20
INITDB = ["--auth-local=peer", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "max_locks_per_transaction": "256",  # a backup is restored in one transaction: every table, index and sequence
    "shared_buffers": "64MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "max_wal_size": "512MB",
    "max_logical_replication_workers": "0",
    "wal_compression": "pglz",
    "jit": "off",
    "io_method": "sync",  # the worker method keeps three more processes
    "max_parallel_workers_per_gather": "1",
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_duration_statement": "1000",
    "log_line_prefix": "%m [%p] ",
}
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "on"}


@dataclass
class PostgresServer:
    """A cluster in ``data`` with its socket in ``sockets``."""

    data: Path
    sockets: Path
    log: Path
    account: Account
    program: Path
    throwaway: bool = False

    def child(self) -> Child:
        """Describe the server process; SIGINT is its fast shutdown."""
        settings = SETTINGS | {"unix_socket_directories": str(self.sockets)} | (THROWAWAY if self.throwaway else {})
        argv = [str(self.program), "-D", str(self.data)]
        for name, value in settings.items():
            argv += ["-c", f"{name}={value}"]
        env = os.environ | {"LC_ALL": "C.UTF-8"}
        return Child(
            "postgres", argv, self.log, env, account=self.account, stop_signal=SIGINT, grace_seconds=30, cwd=Path("/")
        )

    def prepare(self) -> None:
        """Make the cluster if there is none, and remove what a killed server left.

        :raises Refusal: if the folder holds anything else than a cluster of this version
        """
        if not self.data.exists() or not any(self.data.iterdir()):
            self._initialise()
        version = self.data / "PG_VERSION"
        if not version.exists():
            raise Refusal(
                f"{self.data} is not a PostgreSQL data folder: move it away and start again "
                "(an empty database is made), or set VAR_DIR to another folder."
            )
        if (found := version.read_text().strip()) != binaries.POSTGRES_VERSION:
            raise Refusal(
                f"{self.data} was written by PostgreSQL {found[:20]}, this program carries {binaries.POSTGRES_VERSION}: "
                "move it away and restore a backup, or set DATABASE_URL to a server of that version."
            )
        self._write_access_rules()
        self._forget_dead_postmaster()

    def start(self, child: Child, *, pause: Pause) -> None:
        """Start the server and wait until it answers; shared memory of a killed one may need several tries.

        :raises Refusal: if it will not run
        """
        for _ in range(START_ATTEMPTS):
            self._forget_dead_postmaster()
            child.start()
            if wait_until(self.ready, child=child, seconds=START_SECONDS, pause=pause):
                return
            if "shared memory" not in child.last_words(lines=6):
                break
            pause(0.5)
        raise Refusal(refused(child))

    def ready(self) -> bool:
        """Tell whether the server takes connections, by the last line of its own pid file, as pg_ctl does."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready"

    def ensure_database(self) -> None:
        """Look into our database, and create it in a cluster that has none yet.

        :raises Refusal: if the server answers but the database cannot be used
        """
        place = ["-h", str(self.sockets), "-U", addresses.OWNER]
        look = self._ask("psql", *place, "-d", addresses.DATABASE, "-Atqc", "SELECT count(*) FROM pg_class")
        if "does not exist" in look.stderr and "subdirectory" not in look.stderr:
            look = self._ask("createdb", *place, addresses.DATABASE)
        if look.returncode:
            raise Refusal(_in_a_sentence(look.stderr))

    def _ask(self, program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [str(self.program.with_name(program)), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def _initialise(self) -> None:
        """Run initdb beside the place and move the result there, so that a killed initdb leaves nothing half-made."""
        draft = self.data.with_name(f"{self.data.name}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        command = [str(self.program.with_name("initdb")), "-D", str(draft), "-U", addresses.OWNER, *INITDB]
        self._run([*command, *(["--no-sync", "--no-data-checksums"] if self.throwaway else [])])
        if self.data.exists():
            self.data.rmdir()
        draft.rename(self.data)

    def _run(self, command: Sequence[str]) -> None:
        enter = entering(self.account, death_signal=SIGINT)
        env = os.environ | {"LC_ALL": "C.UTF-8"}
        done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=enter, cwd="/", env=env)
        if done.returncode:
            raise Refusal(_in_a_sentence(done.stderr.strip() or done.stdout.strip()))

    def _write_access_rules(self) -> None:
        """Let in, through the socket alone, the accounts that may be us."""
        (self.data / "pg_hba.conf").write_text("local all all peer map=itsm\n")
        names = dict.fromkeys(["root", self.account.name, current().name])
        (self.data / "pg_ident.conf").write_text("".join(f'itsm "{name}" {addresses.OWNER}\n' for name in names))

    def _forget_dead_postmaster(self) -> None:
        """Remove the pid files of a server that is gone or a zombie; we alone hold this folder's lock."""
        pid_file = self.data / "postmaster.pid"
        if not (pid_file.exists() and _runs(_first_number(pid_file), self.data)):
            pid_file.unlink(missing_ok=True)
            (self.sockets / ".s.PGSQL.5432.lock").unlink(missing_ok=True)


def _first_number(pid_file: Path) -> int:
    first = pid_file.read_text().split("\n", 1)[0].strip()
    return int(first) if first.isdigit() else 0


def _runs(pid: int, data: Path) -> bool:
    process = Path("/proc") / str(pid)
    try:
        state = (process / "stat").read_text().rpartition(")")[2].split()[0]
        arguments = (process / "cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX" and os.fsencode(data) in arguments


def refused(child: Child) -> str:
    """Say why a server does not start, from its own last words."""
    return _in_a_sentence(child.last_words() or f"{child.name} ended without a word") + f" (all of it: {child.log})"


def _in_a_sentence(words: str) -> str:
    if "No space left on device" in words:
        return "The disk is full: free some room, or set VAR_DIR to a folder on another disk."
    last = " ".join(words.split())
    return f"The database does not start: {last} -- put back a backup, or move the data folder away and start with an empty one."
