"""Keeping the collector of cycles aside while many small rows are made: they have no cycles, and it would search them again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_aside() -> Iterator[None]:
    """This will let the collector rest within, and go on afterwards if it was at work before."""
    worked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if worked:
            gc.enable()
