"""A condition that several processes name is judged on each one's own records, and refuses with one sentence."""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from itsm.flow import GUARDS, Move, guard

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    yield
    GUARDS.pop("g_test", None)


def allows(kind: str) -> bool:
    """Judge the test's guard on a record of ``kind``."""
    return GUARDS["g_test"].allows(SimpleNamespace(kind=kind), Move("go", None, NOW))


def test_each_kind_of_record_has_its_own_check() -> None:
    guard("g_test", "No.", "否。", asks=("one",))(lambda record, move: False)
    guard("g_test", "No.", "否。", asks=("two",), of="release")(lambda record, move: True)

    assert (allows("change"), allows("release")) == (False, True)
    assert GUARDS["g_test"].asks == ("one", "two")


def test_a_kind_that_nobody_judges_is_an_error() -> None:
    guard("g_test", "No.", "否。", of="release")(lambda record, move: True)

    with pytest.raises(KeyError):
        allows("change")


@pytest.mark.parametrize(("words", "of"), [(("No.", "否。"), "release"), (("Nope.", "不。"), "change")])
def test_a_second_check_or_a_second_sentence_is_refused(words: tuple[str, str], of: str) -> None:
    def another(record: Any, move: Move) -> bool:
        return False

    guard("g_test", "No.", "否。", of="release")(lambda record, move: True)

    with pytest.raises(ValueError, match="g_test"):
        guard("g_test", *words, of=of)(another)
