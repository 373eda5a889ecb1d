"""The conditions of agreements; the first two sentences are the specification's."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext

from itsm.flow import Move, guard
from itsm.records import register


@guard("g_agreement_complete", "Agreement is incomplete.", "協議內容不完整。", of="agreement")
def agreement_complete(record: Any, move: Move) -> bool:
    """Tell whether parties, services, targets, workload limits, exceptions, hours and review date are there."""
    return not missing(record)


@guard(
    "g_authorised_change", "CI data may change only through an authorised change.", "組態資料僅能透過核准的變更異動。",
    asks=("change",), of="agreement",
)  # fmt: skip
def authorised_change(record: Any, move: Move) -> bool:
    """Tell whether the change that is given stands authorised, as its own process says."""
    change = move.given("change")
    return change is not None and change.kind == "change" and register.reached(change, "authorised")


def missing(record: Any) -> list[str]:
    """Name what its newest edition still lacks before it can be signed."""
    edition = record.editions.first()
    if edition is None:
        return [gettext("contents")]
    rows = list(edition.rows.prefetch_related("promises"))
    lacking = [
        (gettext("the provider"), record.provider_id or record.provider_team_id),
        (gettext("the customer"), record.consumer_id or record.consumer_team_id or record.level == "corporate"),
        (gettext("services"), rows),
        (gettext("targets"), rows and all(row.promises.all() for row in rows)),
        (gettext("workload limits"), edition.workload_zh or edition.workload_en or edition.workload),
        (
            gettext("exceptions and exclusions"),
            edition.exceptions_zh or edition.exceptions_en or edition.exclusions.exists(),
        ),
        (gettext("service hours"), edition.hours_id),
        (gettext("the day from which it is in force"), edition.valid_from),
        (gettext("the date of the next review"), edition.next_review_on),
    ]
    return [words for words, there in lacking if not there]


def numbers(given: str) -> tuple[int, int] | None:
    """Read the number of an edition, such as 01.00; None when it is none."""
    first, dot, second = given.strip().partition(".")
    if not dot or not all(part.isascii() and part.isdecimal() and len(part) <= 2 for part in (first, second)):
        return None
    return int(first), int(second)


def edition_goes_on(record: Any, move: Move) -> str:
    """Object to a number that is none, or that does not follow the signed editions."""
    given = move.given("edition")
    if given is None:
        return ""
    wanted = numbers(str(given))
    if wanted is None:
        return gettext("Write the version as two numbers with a dot, such as 01.00.")
    last = record.editions.filter(signed_at__isnull=False).first()
    if last is not None and wanted <= (last.major, last.minor):
        return gettext("The version must be later than %(number)s.") % {"number": last.number}
    return ""


def paper_is_free(record: Any, move: Move) -> str:
    """Object to signing on paper what both sides were asked to sign here."""
    if move.fired_by is None and record.editions.drafts().filter(sealed_at__isnull=False).exists():
        return gettext("Both sides were asked for their signatures: withdraw that first.")
    return ""


def not_asked_yet(record: Any, move: Move) -> str:
    """Object to asking twice."""
    return gettext("Signatures are asked for already.") if _asked(record) else ""


def asked_for(record: Any, move: Move) -> str:
    """Object to withdrawing what nobody was asked for."""
    return "" if _asked(record) else gettext("No signature is asked for.")


def _asked(record: Any) -> bool:
    return bool(record.editions.drafts().filter(sealed_at__isnull=False).exists())


def signers_fit(record: Any, move: Move) -> str:
    """Object to one person for both sides, and to somebody who does not speak for the other side."""
    from sla.signers import other_side, speaks_for_other_side

    ours, other = move.given("provider_signer"), move.given("other_signer")
    if other is None:
        return ""
    if ours == other:
        return gettext("Each side is signed for by somebody else.")
    if speaks_for_other_side(record, other):
        return ""
    _side, unit, team = other_side(record)
    words = {"person": other, "side": team or unit}
    return gettext("%(person)s does not speak for %(side)s: its lead or a named representative signs.") % words


def effective_now(record: Any, move: Move) -> str:
    """Object to a day that lies ahead, when the system does it itself, and to one after its end."""
    day = move.given("effective_on")
    if day is None:
        return ""
    if day > localdate(move.at):
        return gettext("That day lies ahead: the agreement comes in force by itself on its day.")
    edition = record.editions.first()
    if edition is not None and edition.valid_to is not None and edition.valid_to < localdate(move.at):
        return gettext("Its last day has passed: revise it first.")
    return ""


def nobody_promised_it(record: Any, move: Move) -> str:
    """Object to promising somebody what another agreement in force promises them already."""
    from sla import agreements

    edition = record.editions.first()
    if edition is None or record.type != "sla":
        return ""
    mine = {(row.service_id, frozenset(row.offerings.values_list("pk", flat=True))) for row in edition.rows.all()}
    for other in agreements.in_force(type="sla", at=move.at):
        if other.agreement_id == record.pk or other.agreement.consumer_id != record.consumer_id:
            continue
        for row in other.rows.all():
            if (row.service_id, frozenset(one.pk for one in row.offerings.all())) in mine:
                return gettext("%(number)s promises the same to the same customer.") % {
                    "number": other.agreement.number
                }
    return ""


def review_ahead(record: Any, move: Move) -> str:
    """Object to a next review that has passed."""
    day = move.given("next_review_on")
    return gettext("The date must lie in the future.") if day and day <= localdate(move.at) else ""
