"""What the person who starts it may choose, all of it from the environment."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from itsm.embedded.refusal import Refusal

PROJECT = Path(__file__).resolve().parent.parent.parent
LOOPBACK = ("127.0.0.1", "::1", "localhost")
ANYWHERE = ("", "0.0.0.0", "::")  # noqa: S104 - compared with, never bound by default


@dataclass(frozen=True)
class Options:
    """Where to listen, where to keep data, and which servers are named elsewhere."""

    var_dir: Path
    bind: str
    port: int
    site_url: str
    database_url: str
    redis_url: str
    demo: bool
    demo_public: bool

    @property
    def on_loopback(self) -> bool:
        """Tell whether only this machine can reach us."""
        return self.bind in LOOPBACK

    def environment(self) -> dict[str, str]:
        """Give the variables that tell every process of ours the same."""
        return {
            "VAR_DIR": str(self.var_dir),
            "BIND": self.bind,
            "PORT": str(self.port),
            "SITE_URL": self.site_url,
            "DJANGO_SETTINGS_MODULE": "itsm.settings",
            "LC_ALL": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
        }

    def check_address(self) -> None:
        """Try the address.

        :raises Refusal: if nobody can listen there
        """
        family = socket.AF_INET6 if ":" in self.bind else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.bind, self.port))
            except PermissionError:
                raise Refusal(
                    f"Port {self.port} is kept for the administrator: choose one above 1023, PORT=8000 say."
                ) from None
            except OSError as error:
                raise Refusal(self._cannot_listen(error)) from None

    def _cannot_listen(self, error: OSError) -> str:
        if error.errno == 98:
            return f"Port {self.port} is taken by another program: stop that one, or choose another with PORT={self.port + 1}."
        return f"{self.bind} is not an address of this machine: set BIND to one that is, or leave it out."


def from_environment(env: Mapping[str, str] = os.environ) -> Options:
    """Read the options; an empty variable counts as none.

    :raises Refusal: if one of them cannot be meant
    """
    bind = env.get("BIND") or "127.0.0.1"
    port = _port(env.get("PORT") or "8000")
    public = _yes(env.get("DEMO_PUBLIC", ""))
    site_url = (env.get("SITE_URL") or _site_url(bind, port)).rstrip("/")
    private = bind in LOOPBACK and urlsplit(site_url).hostname in LOOPBACK
    return Options(
        var_dir=Path(env.get("VAR_DIR") or PROJECT / "var").absolute(),
        bind=bind,
        port=port,
        site_url=site_url,
        database_url=env.get("DATABASE_URL", ""),
        redis_url=env.get("REDIS_URL", ""),
        demo=_yes(env.get("DEMO_MODE") or ("1" if private or public else "0")),
        demo_public=public,
    )


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Refusal(f"PORT={text} is not a port: choose a number from 1024 to 65535.")
    return int(text)


def _site_url(bind: str, port: int) -> str:
    host = socket.gethostname() if bind in ANYWHERE else f"[{bind}]" if ":" in bind else bind
    return f"http://{host}:{port}"


def _yes(text: str) -> bool:
    return text.strip().lower() in {"1", "true", "yes", "on", "y", "t"}
