"""Which supplier was asked about a case, and when: who keeps supplier cases adds how to ask it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sla.held.parting import Errand

Asker = Callable[[Sequence[int]], Mapping[int, list[Errand]]]

_askers: list[Asker] = []


def add(asker: Asker) -> None:
    """Register who knows of errands; the same again changes nothing."""
    if asker not in _askers:
        _askers.append(asker)


def of(keys: Sequence[int]) -> dict[int, list[Errand]]:
    """This will give the errands of the cases with these keys, in the order in which they began."""
    found: dict[int, list[Errand]] = {}
    for asker in _askers:
        for key, errands in asker(keys).items():
            found.setdefault(key, []).extend(errands)
    return {key: sorted(errands) for key, errands in found.items()}
