"""Drafting agreements, writing their editions, and beginning the next one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from itsm.flow import Move
from itsm.records import journal
from itsm.records.clock import database_now, whole
from itsm.records.models import Event
from itsm.records.perform import lock, open_record, saving
from itsm.records.refusals import NotAllowed, Objected, Stale
from sla import agreement_chain, agreement_sheet
from sla.agreement_querysets import keeps
from sla.models import AgreementEdition, ServiceAgreement

if TYPE_CHECKING:
    from itsm.people.models import Person

#: States in which the newest edition may be written.
WRITTEN_IN = ("draft", "negotiating")
#: Columns of the agreement itself, written while its first edition is.
PARTIES = ("type", "level", "provider", "provider_team", "consumer", "consumer_team", "owner", "under")
LONGEST_TITLE = 160


def draft(
    *, by: Person, title: str, sheet: Mapping[str, Any] | None = None, at: datetime | None = None,
    underpins: Iterable[ServiceAgreement] = (), **parties: Any,
) -> ServiceAgreement:  # fmt: skip
    """Draft an agreement with its first edition.

    :raises NotAllowed: if ``by`` does not keep agreements
    :raises Objected: if a value cannot be stored
    """
    if not keeps(by):
        raise NotAllowed
    return drafted(by=by, title=title, sheet=sheet, at=at, underpins=underpins, **{"owner": by} | parties)


def drafted(
    *, by: Person | None, title: str, sheet: Mapping[str, Any] | None = None, at: datetime | None = None,
    underpins: Iterable[ServiceAgreement] = (), **parties: Any,
) -> ServiceAgreement:  # fmt: skip
    """Draft an agreement as :func:`draft` does, where something else than ``by`` calls for it.

    :raises Objected: if a value cannot be stored
    """
    moment = whole(at or database_now())
    with transaction.atomic():
        given = _parties(parties)
        made: ServiceAgreement = open_record(ServiceAgreement, by=by, at=moment, title=_title(title), **given)
        made.underpins.set(underpins)
        edition = AgreementEdition.objects.create(agreement=made, written_at=moment)
        agreement_sheet.write(edition, sheet or {})
        _judge(edition, at=moment)
    return made


def change(
    agreement: ServiceAgreement, *, by: Person, sheet: Mapping[str, Any], at: datetime | None = None, version: int | None = None,
    title: str | None = None, underpins: Iterable[ServiceAgreement] | None = None, **parties: Any,
) -> ServiceAgreement:  # fmt: skip
    """Write the newest edition anew while it is drafted or negotiated, journaled with what was before.

    :raises NotAllowed: if ``by`` does not keep agreements
    :raises Objected: if it is signed, or a value cannot be stored
    :raises Stale: if the agreement has another version than ``version``
    """
    if not keeps(by):
        raise NotAllowed
    with transaction.atomic():
        locked: ServiceAgreement = lock(agreement)
        if version is not None and version != locked.version:
            raise Stale
        edition = locked.editions.drafts().first() if locked.state in WRITTEN_IN else None
        if edition is None:
            raise Objected(gettext("What was signed is not altered: revise the agreement."))
        if edition.sealed_at is not None:
            raise Objected(gettext("Signatures are asked for this version: withdraw the request first."))
        move = Move("edit", by, whole(at or database_now()))
        before = agreement_sheet.read(edition)
        agreement_sheet.write(edition, sheet)
        _write_head(locked, edition, move, {"title": title} if title is not None else {}, parties)
        if underpins is not None:
            locked.underpins.set(underpins)
        _judge(edition, at=move.at)
        journal.write(
            locked, kind=Event.Kind.EDITED, name="edit", move=move, edition=edition.number,
            parts=_changed(before, agreement_sheet.read(edition)),
        )  # fmt: skip
    return locked


def _write_head(
    locked: ServiceAgreement, edition: AgreementEdition, move: Move, head: dict[str, str], parties: dict[str, Any]
) -> None:
    """Write subject and parties; whom it is between is fixed once an edition was signed."""
    given = _parties(parties)
    if locked.editions.filter(signed_at__isnull=False).exists():
        given = {name: value for name, value in given.items() if name == "owner"}
    with saving(locked):
        for name, value in given.items():
            setattr(locked, name, value)
        if head:
            locked.title = _title(head["title"])
        locked.version += 1
        locked.changed_at = move.at


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


def _title(given: str) -> str:
    title = " ".join(given.replace("\x00", "").split())
    if not 0 < len(title) <= LONGEST_TITLE:
        raise Objected(fields={"title": gettext("The subject needs 1 to 160 characters.")})
    return title


def _parties(given: dict[str, Any]) -> dict[str, Any]:
    """Keep the columns of the agreement itself.

    :raises Objected: if the sides do not fit the type
    """
    found = {name: given[name] for name in PARTIES if name in given}
    if found.get("type") == "ola" and not found.get("provider_team"):
        raise Objected(fields={"provider_team": gettext("An OLA names the team that provides.")})
    if found.get("under") is not None and found.get("type", "uc") != "uc":
        raise Objected(fields={"under": gettext("Only an underpinning contract points to a contract.")})
    return found


def next_edition(agreement: ServiceAgreement, *, change: Any, at: datetime) -> AgreementEdition:
    """Begin the next edition of a locked agreement as a copy of the newest one."""
    last = agreement.editions.first()
    assert last is not None  # an agreement has an edition from its beginning
    major, minor = (last.major, last.minor + 1) if last.minor < 99 else (last.major + 1, 0)
    made = AgreementEdition.objects.create(
        agreement=agreement, major=major, minor=minor, change_id=change.pk if change else None, written_at=at
    )
    contents = agreement_sheet.read(last) | {"valid_from": None, "reason": ""}
    agreement_sheet.write(made, contents, taken_over=True)
    _judge(made, at=at)
    return made


def _judge(edition: AgreementEdition, *, at: datetime) -> None:
    """Note with it what cannot be kept, as found now."""
    edition.chain = agreement_chain.faults(edition, at=at)
    edition.save(update_fields=["chain"])
