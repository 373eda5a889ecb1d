"""Stretches of time as pairs of whole epoch seconds, the end not included: joined, cut with each other, taken away."""

from collections.abc import Iterable, Sequence

Interval = tuple[int, int]
Intervals = list[Interval]


def union(spans: Iterable[Interval]) -> Intervals:
    """This will join stretches that overlap or touch, in order; empty ones fall away."""
    joined: Intervals = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def intersection(one: Iterable[Interval], other: Iterable[Interval]) -> Intervals:
    """This will keep what lies in both."""
    left, right = union(one), union(other)
    kept: Intervals = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if start < end:
            kept.append((start, end))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return kept


def difference(one: Iterable[Interval], other: Iterable[Interval]) -> Intervals:
    """This will keep what lies in the first but not in the second."""
    return intersection(one, complement(union(other)))


def complement(joined: Sequence[Interval]) -> Intervals:
    """This will give everything outside of joined stretches, from before time to after it."""
    edges = [BEFORE, *(edge for span in joined for edge in span), AFTER]
    return [(edges[i], edges[i + 1]) for i in range(0, len(edges), 2) if edges[i] < edges[i + 1]]


def length(joined: Iterable[Interval]) -> int:
    """This will add up the seconds of stretches that do not overlap."""
    return sum(end - start for start, end in joined)


BEFORE, AFTER = -(10**15), 10**15
