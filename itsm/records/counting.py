"""Whether figures count their rows, or only name them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_uncounted: ContextVar[bool] = ContextVar("uncounted", default=False)


@contextmanager
def uncounted() -> Iterator[None]:
    """Let figures that are asked for within name their rows without counting them: numbers are 0, ``sides`` are true."""
    token = _uncounted.set(True)
    try:
        yield
    finally:
        _uncounted.reset(token)


def is_uncounted() -> bool:
    """Tell whether rows are only named."""
    return _uncounted.get()
