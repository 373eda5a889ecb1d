"""One Redis (or Valkey) on a socket, keeping its data in an append-only file."""

import socket
from dataclasses import dataclass
from pathlib import Path

from itsm.embedded.account import Account
from itsm.embedded.child import Child, Pause, wait_until
from itsm.embedded.refusal import Refusal

START_SECONDS = 60
ACL = "user default on nopass ~* &* +@all -debug -module -replicaof -slaveof -migrate\n"
SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "daemonize": "no",
    "maxmemory": "128mb",
    "maxmemory-policy": "noeviction",
    "appendfsync": "everysec",
    "save": "",
    "logfile": "",
}


@dataclass
class RedisServer:
    """A server with its data in ``data`` and its socket in ``sockets``."""

    data: Path
    sockets: Path
    log: Path
    account: Account
    program: Path
    throwaway: bool = False

    @property
    def socket(self) -> Path:
        """Name the socket."""
        return self.sockets / "redis.sock"

    def child(self) -> Child:
        """Describe the server process."""
        own = {
            "dir": str(self.data),
            "unixsocket": str(self.socket),
            "aclfile": str(self.data / "users.acl"),
            "appendonly": "no" if self.throwaway else "yes",
        }
        argv = [str(self.program)]
        for name, value in (SETTINGS | own).items():
            argv += [f"--{name}", value]
        return Child("redis", argv, self.log, account=self.account, grace_seconds=10, cwd=Path("/"))

    def prepare(self) -> None:
        """Write the access rules and remove the socket of a killed server."""
        (self.data / "users.acl").write_text(ACL)
        (self.data / "users.acl").chmod(0o644)
        self.socket.unlink(missing_ok=True)

    def start(self, child: Child, *, pause: Pause) -> None:
        """Start the server and wait until it answers.

        :raises Refusal: if it will not run
        """
        child.start()
        if not wait_until(self.ready, child=child, seconds=START_SECONDS, pause=pause):
            raise Refusal(f"Redis does not start: {' '.join(child.last_words().split())} (all of it: {child.log})")

    def ready(self) -> bool:
        """Tell whether the server answers a ping and has loaded its data."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
            except OSError:
                return False
