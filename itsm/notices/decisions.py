"""Deciding by a signed link: once, in the name of the one it was sent to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from itsm.notices import links
from itsm.notices.links import Claim
from itsm.notices.models import UsedLink
from itsm.records.perform import perform
from itsm.records.refusals import MovedOn


class Spent(Exception):
    """The link cannot decide any more; the message says why."""


def why_not(claim: Claim, *, at: datetime) -> str:
    """Say why the link cannot decide any more; empty when it can."""
    if claim.used():
        return gettext("You have answered with this link already.")
    if claim.expired(at=at):
        return gettext("This link was good for seven days and is too old now. Sign in to answer.")
    if links.overtaken(claim):
        if claim.purpose.says_over is not None:
            return claim.purpose.says_over(claim)
        return gettext("The case has moved on since this mail was sent.")
    return ""


def decide(claim: Claim, *, choice: str, reason: str, at: datetime, given: Mapping[str, str] | None = None) -> Any:
    """Say yes or no, or another ``choice`` of the purpose, in the name of the link's person; gives the record as it then is.

    ``given`` is what else was sent, for purposes that answer otherwise than by a move.

    :raises Spent: if it was used, is too old, or the case moved on
    :raises Refusal: if the answer is refused; then the link is still good
    """
    if sentence := why_not(claim, at=at):
        raise Spent(sentence)
    name = choice if claim.purpose.answer else _move(claim, claim.purpose.yes if choice == "yes" else claim.purpose.no)
    try:
        with transaction.atomic():
            UsedLink.objects.create(
                key=claim.key,
                purpose=claim.purpose.code,
                person=claim.person,
                record_id=claim.record.pk,
                choice=name,
                used_at=at,
            )
            if claim.purpose.answer is not None:
                return claim.purpose.answer(claim, {**(given or {}), "choice": choice, "reason": reason}, at)
            return perform(claim.record, name, by=claim.person, channel="mail", **_inputs(claim, choice, reason))
    except IntegrityError as fault:
        raise Spent(gettext("You have answered with this link already.")) from fault


def _move(claim: Claim, names: tuple[str, ...]) -> str:
    known = [name for name in names if any(name in flow.transitions for flow in claim.record.flows)]
    if not known:
        raise MovedOn(claim.record.state)
    return known[0]


def _inputs(claim: Claim, choice: str, reason: str) -> dict[str, Any]:
    given: dict[str, Any] = {"reason": reason.replace("\x00", "").strip()[:4000]}
    if choice == "yes" and claim.purpose.says_how:
        given[claim.purpose.says_how] = "mail"
    return given
