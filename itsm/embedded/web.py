"""Configuration of gunicorn, read by it as a Python module."""

import gc
import os
from pathlib import Path
from typing import Any

_host = os.environ.get("BIND", "127.0.0.1")
bind = f"[{_host}]:{os.environ.get('PORT', '8000')}" if ":" in _host else f"{_host}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS") or 2)
threads = int(os.environ.get("WEB_THREADS") or 4)
preload_app = True  # the workers share the memory of the loaded program
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a heartbeat on a slow disk kills workers
timeout = 60
graceful_timeout = 10
keepalive = 5
errorlog = "-"
loglevel = "warning"
control_socket_disable = True
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
proc_name = "itsm-web"


def when_ready(server: Any) -> None:
    """Keep the collector off the loaded program, so that its memory stays shared."""
    gc.collect()
    gc.freeze()
