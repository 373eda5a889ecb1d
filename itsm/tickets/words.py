"""How alike two short texts are, in words and in pairs of Chinese characters."""

import re

_PARTS = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")


def parts(text: str) -> frozenset[str]:
    """Split into Latin words and overlapping pairs of Chinese characters, lower case."""
    found: set[str] = set()
    for run in _PARTS.findall(text.lower()):
        if run[0] < "\u3400":
            found.add(run)
        else:
            found.update(run[i : i + 2] for i in range(max(1, len(run) - 1)))
    return frozenset(found)


def likeness(one: str, other: str) -> float:
    """Give the share of common parts (Jaccard index, 0 to 1); 0 when either has none."""
    a, b = parts(one), parts(other)
    return len(a & b) / len(a | b) if a and b else 0.0
