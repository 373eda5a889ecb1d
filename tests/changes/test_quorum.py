"""The table of quorum cases."""

import pytest

from changes.quorum import Result, Seat, Vote, result

VOTES = {"y": Vote.YES, "n": Vote.NO, "a": Vote.ABSTAIN, "r": Vote.RECUSED, "-": None}


def seats(votes: str, veto: int | None = None) -> list[Seat]:
    """A board of one letter each; the first is the chair."""
    return [Seat(n, VOTES[letter], chair=n == 0, veto=n == veto) for n, letter in enumerate(votes)]


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        ("yyn", Result.APPROVED), ("ynn", Result.REJECTED), ("yn", Result.APPROVED), ("ny", Result.REJECTED),
        ("ayn", Result.TIED), ("aaa", Result.TIED), ("y---", Result.NO_QUORUM), ("yy--", Result.APPROVED),
        ("ya--", Result.APPROVED), ("yr--", Result.NO_QUORUM), ("yr-", Result.APPROVED), ("-yy", Result.NO_QUORUM),
        ("ryy", Result.NO_QUORUM), ("rrr", Result.NOBODY), ("", Result.NOBODY), ("---", Result.NO_QUORUM),
    ],
)  # fmt: skip
def test_votes_come_to(votes: str, expected: Result) -> None:
    assert result(seats(votes)) is expected


def test_one_veto_outweighs_a_majority() -> None:
    assert result(seats("yyyn", veto=3)) is Result.REJECTED


def test_each_critical_service_needs_its_owner_or_a_proxy() -> None:
    owners = [frozenset({2, 7}), frozenset({1})]
    assert result(seats("yyy"), owners=owners) is Result.APPROVED
    assert result(seats("yy-"), owners=owners) is Result.NO_QUORUM
    assert result(seats("yyr"), owners=owners) is Result.NO_QUORUM
