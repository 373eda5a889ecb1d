"""Log files that do not grow without end."""

import shutil
from pathlib import Path

LARGEST = 10 * 1024 * 1024
OLD_ONES = 3


def bound(log: Path, *, largest: int = LARGEST) -> None:
    """Move what a log holds to ``.1``, and older ones further, when it is larger than ``largest`` bytes.

    The file itself stays: the program that writes it opened it for appending and goes on at its new end.
    """
    if not log.exists() or log.stat().st_size <= largest:
        return
    for number in range(OLD_ONES, 1, -1):
        older = log.with_name(f"{log.name}.{number - 1}")
        if older.exists():
            older.replace(log.with_name(f"{log.name}.{number}"))
    shutil.copyfile(log, log.with_name(f"{log.name}.1"))
    with open(log, "r+b") as file:
        file.truncate(0)
