"""Drawing samples: pure arithmetic, the same seed draws the same people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from hashlib import sha256
from random import Random

#: Somebody who may be asked, by key, and the layer (unit) they belong to.
Member = tuple[int, int | None]


def draw(frame: Sequence[Member], *, method: str, size: int | None, seed: int) -> list[int]:
    """This will draw ``size`` keys of ``frame`` (all when the method is "all"), in ascending order.

    "stratified" gives every layer its share of the sample, at least one where the sample has room for all layers.
    """
    members = sorted(frame, key=lambda member: member[0])
    if method == "all" or size is None or size >= len(members):
        return [key for key, _layer in members]
    chance = Random(seed)  # noqa: S311  # a sample that can be drawn again, not a secret
    if method == "random":
        return sorted(chance.sample([key for key, _layer in members], size))
    layers: dict[int, list[int]] = defaultdict(list)
    for key, layer in members:
        layers[layer or 0].append(key)
    counts = shares({layer: len(keys) for layer, keys in layers.items()}, size=size)
    return sorted(key for layer in sorted(layers) for key in chance.sample(layers[layer], counts[layer]))


def shares(layers: dict[int, int], *, size: int) -> dict[int, int]:
    """This will share ``size`` out over layers by their sizes: largest remainders, nobody above what there is."""
    whole = sum(layers.values())
    least = 1 if size >= len(layers) else 0
    exact = {layer: size * count / whole for layer, count in layers.items()}
    given = {layer: min(max(int(exact[layer]), least), count) for layer, count in layers.items()}
    order = sorted(layers, key=lambda layer: (int(exact[layer]) - exact[layer], layer))
    while sum(given.values()) < size:
        for layer in order:
            if sum(given.values()) < size and given[layer] < layers[layer]:
                given[layer] += 1
    while sum(given.values()) > size:
        fullest = max(given, key=lambda layer: (given[layer] - exact[layer], layer))
        given[fullest] -= 1
    return given


def falls_on(seed: int, key: int, *, per_cent: int) -> bool:
    """Tell whether the lot falls on ``key``: the same for ever, and for about ``per_cent`` of all keys."""
    lot = int.from_bytes(sha256(f"{seed}:{key}".encode()).digest()[:8], "big")
    return lot % 10_000 < per_cent * 100
