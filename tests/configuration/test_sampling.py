"""Sample sizes, samples and intervals against values that can be looked up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configuration.sampling import allot, completeness, draw, sample_size, wilson


@pytest.mark.parametrize(
    ("population", "precision", "size"),
    [(100, 0.05, 80), (371, 0.05, 189), (500, 0.05, 218), (1000, 0.05, 278), (10_000, 0.05, 370), (100_000, 0.05, 383),
     (1_000_000, 0.05, 384), (1000, 0.1, 88), (0, 0.05, 0), (1, 0.05, 1), (3, 0.01, 3)],
)  # fmt: skip
def test_the_size_of_a_sample_is_that_of_the_tables(population: int, precision: float, size: int) -> None:
    assert sample_size(population, precision=precision) == size


@pytest.mark.parametrize(("confidence", "size"), [(0.90, 271), (0.95, 385), (0.99, 664)])
def test_more_confidence_needs_more(confidence: float, size: int) -> None:
    assert sample_size(10**9, precision=0.05, confidence=confidence) == size


@pytest.mark.parametrize("precision", [0, 1, -0.1, 5])
def test_a_precision_that_is_no_share_is_refused(precision: float) -> None:
    with pytest.raises(ValueError):
        sample_size(10, precision=precision)


@given(st.integers(0, 10**6), st.floats(0.01, 0.5))
def test_a_sample_is_never_larger_than_the_population(population: int, precision: float) -> None:
    size = sample_size(population, precision=precision)

    assert 0 <= size <= population
    assert (size == 0) == (population == 0)


@pytest.mark.parametrize(
    ("good", "total", "low", "high"),
    [
        (10, 10, 0.7225, 1.0),
        (0, 10, 0.0, 0.2775),
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (1, 1, 0.2065, 1.0),
    ],
)
def test_the_interval_is_wilsons(good: int, total: int, low: float, high: float) -> None:
    interval = wilson(good, total)

    assert interval is not None
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)
    assert interval.share == good / total


def test_nothing_looked_at_has_no_interval() -> None:
    assert wilson(0, 0) is None
    with pytest.raises(ValueError):
        wilson(3, 2)


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_share_lies_in_its_interval(one: int, other: int) -> None:
    interval = wilson(min(one, other), max(one, other))

    if interval is not None:
        assert 0 <= interval.low <= interval.share <= interval.high <= 1


def test_the_same_seed_draws_the_same_sample_whatever_the_order() -> None:
    keys = list(range(1, 372))

    first = draw(keys, size=20, seed="2026-11")
    assert first == draw(reversed(keys), size=20, seed="2026-11")
    assert first != draw(keys, size=20, seed="2026-12")
    assert len(set(first)) == 20
    assert draw(keys, size=1000, seed="x") == keys


def test_every_item_has_the_same_chance() -> None:
    counts = dict.fromkeys(range(20), 0)
    for seed in range(2000):
        for key in draw(range(20), size=5, seed=str(seed)):
            counts[key] += 1

    assert all(430 <= count <= 570 for count in counts.values())  # 500 expected, standard deviation 19


@pytest.mark.parametrize(
    ("size", "strata", "shares"),
    [
        (10, {"server": 60, "switch": 30, "laptop": 10}, {"server": 6, "switch": 3, "laptop": 1}),
        (10, {"server": 995, "rack": 5}, {"server": 9, "rack": 1}),
        (1, {"a": 5, "b": 5, "c": 5}, {"a": 1, "b": 1, "c": 1}),
        (99, {"a": 2, "b": 3, "none": 0}, {"a": 2, "b": 3}),
        (7, {"a": 10, "b": 10, "c": 10}, {"a": 3, "b": 2, "c": 2}),
        (0, {}, {}),
    ],
)
def test_a_sample_is_divided_by_size(size: int, strata: dict[str, int], shares: dict[str, int]) -> None:
    assert allot(size, strata=strata) == shares


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 300), max_size=8), st.integers(0, 500))
def test_a_divided_sample_has_its_size_and_fits_each_group(strata: dict[str, int], size: int) -> None:
    shares = allot(size, strata=strata)

    assert all(1 <= shares[name] <= strata[name] for name in shares)
    filled = sum(1 for count in strata.values() if count)
    assert sum(shares.values()) >= min(max(size, filled), sum(strata.values()))


@pytest.mark.parametrize(
    ("required", "recommended", "share"),
    [((3, 4), (1, 2), 0.65), ((2, 2), (0, 0), 1.0), ((0, 0), (1, 4), 0.25), ((0, 0), (0, 0), None)],
)
def test_required_fields_weigh_more(
    required: tuple[int, int], recommended: tuple[int, int], share: float | None
) -> None:
    assert completeness(required=required, recommended=recommended) == (
        pytest.approx(share) if share is not None else None
    )
