"""Where the servers of one data folder are found, and the secret key kept beside them."""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from itsm.embedded import binaries

DATABASE = "itsm"
OWNER = "itsm"


def servers_dir(var_dir: Path) -> Path:
    """Name the folder that belongs to the embedded servers."""
    return var_dir / "servers"


def socket_dir(var_dir: Path) -> Path:
    """Name the folder of the sockets: ``servers/run``, or the short one that it points to.

    A socket's path may not be longer than about 100 bytes, which a deep folder exceeds.
    """
    run = servers_dir(var_dir) / "run"
    return Path(os.readlink(run)) if run.is_symlink() else run.resolve()


def database_url(var_dir: Path) -> str:
    """Give the URL of the embedded PostgreSQL, in a form that libpq's own programs understand too."""
    return database_url_at(socket_dir(var_dir))


def database_url_at(sockets: Path) -> str:
    """Give the URL of a PostgreSQL whose socket lies in ``sockets``."""
    return f"postgresql://{OWNER}@/{DATABASE}?host={quote(str(sockets), safe='/')}"


def redis_url(var_dir: Path) -> str:
    """Give the URL of the embedded Redis."""
    return redis_url_at(socket_dir(var_dir))


def redis_url_at(sockets: Path) -> str:
    """Give the URL of a Redis whose socket lies in ``sockets``."""
    return f"unix://{quote(str(sockets / 'redis.sock'), safe='/')}?db=0"


def broker_url(redis_url: str) -> str:
    """Rewrite a Redis URL the way Celery's transport spells it (``redis+socket://`` for a socket)."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    number = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={number}"


def postgres_binary(name: str) -> Path:
    """Find a program of PostgreSQL such as ``pg_dump`` among those the wheel carries.

    :raises Refusal: if the wheel is not installed
    """
    return binaries.postgres_dir() / "bin" / name


def secret_key(var_dir: Path) -> str:
    """Read the secret key of this data folder, making one at first use, readable by its owner only.

    Empty where none is kept and none can be written: Django then refuses the first use of it, and only that.
    """
    path = var_dir / "secret_key"
    try:
        return path.read_text().strip() or _new_key(path)
    except FileNotFoundError:
        return _new_key(path)
    except OSError:
        return ""


def _new_key(path: Path) -> str:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        _keep_first(draft, path)
        return path.read_text()
    except OSError:
        return ""


def _keep_first(draft: Path, path: Path) -> None:
    """Give the draft its name unless another process was first."""
    try:
        if path.exists() and not path.stat().st_size:
            path.unlink()
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)
