"""Puts the same thing in other words, so that no two cases of the demo read as if one had been copied."""

from __future__ import annotations

from random import Random
from typing import Any

from itsm.demo.history_data import Fault, Order
from itsm.demo.history_words import ALIKE, ENGLISH_PLACES, FAULTS, ORDERS, PLACES, THINGS, Words

#: How many of the subjects that need no place name one.
SAYS_WHERE = 0.7


def _filled(text: str, row: Fault | Order, chance: Random) -> str:
    return text.format(place=chance.choice(ENGLISH_PLACES if is_english(row) else PLACES), thing=chance.choice(THINGS))


def is_english(row: Fault | Order) -> bool:
    """Tell whether people report it in English."""
    return isinstance(row, Fault) and row.title.isascii()


def words_of(row: Fault | Order) -> Words:
    """Give the ways to say it."""
    return FAULTS[row.title] if isinstance(row, Fault) else ORDERS[row.item]


def title(row: Fault, chance: Random) -> str:
    """Give a subject; often it says where."""
    found = chance.choice(words_of(row).titles)
    if "{" not in found and row.service != "machine-room" and chance.random() < SAYS_WHERE:
        found += " ({place})" if is_english(row) else "（{place}）"
    return _filled(found, row, chance)


def text(row: Fault | Order, chance: Random) -> str:
    """Give what somebody writes about it."""
    return _filled(chance.choice(words_of(row).texts), row, chance)


def solution(row: Fault | Order, chance: Random) -> str:
    """Give how it ended."""
    return chance.choice(words_of(row).solutions)


def other_words(case: Any, row: Fault | Order, chance: Random) -> dict[str, str]:
    """Say for each text of a case what stands there in its copy."""
    found = {same: chance.choice(group) for group in ALIKE for same in group}
    found[case.description] = text(row, chance)
    if isinstance(row, Fault):
        found[case.title] = title(row, chance)
    note = case.resolution_note if isinstance(row, Fault) else case.fulfilment_note
    if note and note not in found:
        found[note] = solution(row, chance)
    found.pop("", None)
    return found
