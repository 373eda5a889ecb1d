"""Verification audits: drawing the sample, the count sheet, what was found, and what follows from it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext, gettext_lazy

from configuration import audit_figures, field_values, sampling, schema, sensitive, services
from configuration.models import AuditFind, AuditItem, AuditLine, ConfigurationItem, Correction, VerificationAudit
from configuration.schema_models import CiAttribute
from itsm.flow import Move
from itsm.records import attachments, journal
from itsm.records.models import Event
from itsm.records.numbers import take
from itsm.records.perform import perform

if TYPE_CHECKING:
    from itsm.people.models import Person

PREFIX = "AUD"
LARGEST = 20_000  # items on one count sheet
#: Fields of every item that can be seen at the thing itself.
VISIBLE = ("serial", "asset_no", "hostname", "address", "site", "place", "release_version")
NOT_OPEN = gettext_lazy("This audit is closed.")


class Refused(Exception):
    """The audit does not go on like that; carries the sentence."""


def plan(
    *, title: str, kind: str, by: Person | None, at: datetime, ci_class: Any = None, precision: int = 5, confidence: int = 95,
    auditor: Any = None, planned_on: date | None = None, seed: str = "",
) -> VerificationAudit:  # fmt: skip
    """Plan an audit; its seed is made here unless one is given."""
    with transaction.atomic():
        made: VerificationAudit = VerificationAudit.objects.create(
            number=take(PREFIX, at=at)[0], title=title[:160], kind=kind, ci_class=ci_class, precision=precision, confidence=confidence,
            seed=seed[:64] or secrets.token_hex(8), auditor=auditor, made_by=by, made_at=at, planned_on=planned_on,
        )  # fmt: skip
    return made


def in_question(ci_class: Any) -> Any:
    """Find the items that an audit of that class (None: all) may draw from."""
    rows = ConfigurationItem.objects.filter(state__in=("live", "under_change", "in_stock"))
    return rows.filter(ci_class__in=schema.present().below(ci_class.pk)) if ci_class is not None else rows


def size_of(audit: VerificationAudit, *, population: int) -> int:
    """Compute how many items the audit looks at."""
    if audit.kind == VerificationAudit.Kind.FULL:
        return population
    return sampling.sample_size(population, precision=audit.precision / 100, confidence=audit.confidence / 100)


def drawn(audit: VerificationAudit) -> tuple[int, list[int]]:
    """Draw the sample, divided over the classes by their size: gives the population and the keys, as the seed says."""
    by_class: dict[int, list[int]] = {}
    for key, class_id in in_question(audit.ci_class).values_list("pk", "ci_class").iterator():
        by_class.setdefault(class_id, []).append(key)
    population = sum(len(keys) for keys in by_class.values())
    shares = sampling.allot(
        size_of(audit, population=population), strata={str(key): len(keys) for key, keys in by_class.items()}
    )
    chosen = [sampling.draw(keys, size=shares.get(str(key), 0), seed=audit.seed) for key, keys in by_class.items()]
    return population, sorted(key for keys in chosen for key in keys)


def start(audit: VerificationAudit, *, by: Person | None, at: datetime) -> VerificationAudit:
    """Draw the sample and lay out the count sheet: every attribute as it is recorded now.

    :raises Refused: if it was started already, nothing is to be counted, or the sheet would be too long
    """
    with transaction.atomic():
        locked = _locked(audit)
        if locked.started_at is not None:
            raise Refused(gettext("This audit has been started already."))
        population, keys = drawn(locked)
        if not keys:
            raise Refused(gettext("There is no item to be counted in this class."))
        if len(keys) > LARGEST:
            raise Refused(gettext("More than %(most)s items would be on the sheet: take a sample.") % {"most": LARGEST})
        locked.population, locked.started_at = population, at
        locked.auditor = locked.auditor or by
        locked.save(update_fields=["population", "started_at", "auditor"])
        _lay_out(locked, keys)
    return locked


def _lay_out(audit: VerificationAudit, keys: list[int]) -> None:
    items = list(ConfigurationItem.objects.select_related(*field_values.POINTERS).filter(pk__in=keys))
    items.sort(key=lambda item: (str(item.site or ""), item.place, item.title, item.pk))  # the way a person walks
    sheet = [AuditItem(audit=audit, item=item, place=place) for place, item in enumerate(items, start=1)]
    AuditItem.objects.bulk_create(sheet, batch_size=1000)
    lines = [
        AuditLine(audit_item=row, field=name, recorded=field_values.text_of(row.item, name))
        for row in sheet
        for name in to_look_at(row.item)
    ]
    AuditLine.objects.bulk_create(lines, batch_size=1000)


def to_look_at(item: ConfigurationItem) -> list[str]:
    """List the fields and attributes to be verified: the name, what is recorded and visible, and what ought to be."""
    rows = schema.present().attributes(item.ci_class_id)
    asked = [
        row.code for row in rows if row.mark != CiAttribute.Mark.OPTIONAL or item.attributes.get(row.code) is not None
    ]
    return ["title", *(name for name in VISIBLE if field_values.text_of(item, name)), *asked]


def count(
    row: AuditItem,
    *,
    result: str,
    by: Person,
    at: datetime,
    found: Mapping[str, str | None] | None = None,
    remark: str = "",
) -> None:
    """Write down what was found of one item. ``found`` has the value seen for each field that is wrong, None for one unseen.

    A field that ``found`` does not name is right; one whose value ``by`` does not read was not seen.

    :raises Refused: if the audit is closed or was not started, or the result is none
    """
    with transaction.atomic():
        audit = _locked(row.audit)
        if audit.closed_at is not None or audit.started_at is None:
            raise Refused(str(NOT_OPEN))
        if result not in AuditItem.Result.values:
            raise Refused(gettext("Say whether the item was found."))
        row.result, row.counted_by, row.counted_at, row.remark = result, by, at, remark.strip()[:300]
        row.save(update_fields=["result", "counted_by", "counted_at", "remark"])
        lines = list(row.lines.all())
        unread = sensitive.hidden(by, row.item.ci_class_id)
        seen = dict.fromkeys(unread) | {name: value for name, value in (found or {}).items() if name not in unread}
        for line in lines:
            _judge(line, seen, missing=result == AuditItem.Result.MISSING)
        AuditLine.objects.bulk_update(lines, ["found", "result"])


def _judge(line: AuditLine, found: Mapping[str, str | None], *, missing: bool) -> None:
    line.found, line.result = "", AuditLine.Result.OK
    if missing:
        line.result = AuditLine.Result.UNSEEN
    elif line.field in found:
        seen = found[line.field]
        line.found = (seen or "").strip()[:2000]
        line.result = AuditLine.Result.UNSEEN if seen is None else AuditLine.Result.WRONG
        if line.found and line.found == line.recorded:
            line.result = AuditLine.Result.OK


def photograph(row: AuditItem, *, name: str, pieces: Iterable[bytes], by: Person, at: datetime) -> None:
    """Keep a photo with the item, as evidence of what was found; a newer one takes its place on the sheet.

    :raises Refused: if it is no picture that can be shown, or the audit is closed or was not started
    :raises TooLarge: if it exceeds the limit
    :raises Objected: if it is empty
    """
    with transaction.atomic():
        audit = _locked(row.audit)
        if audit.closed_at is not None or audit.started_at is None:
            raise Refused(str(NOT_OPEN))
        made = attachments.attach(row.item, name=name, pieces=pieces, by=by, at=at, internal=True)
        if made.media_type not in attachments.INLINE:
            raise Refused(gettext("A photo is a PNG, JPEG, GIF or WebP picture."))
        row.photo = made
        row.save(update_fields=["photo"])
        move = Move("attach", by, at)
        journal.write(row.item, kind=Event.Kind.ATTACHED, name="attach", move=move, file=made.name, attachment=made.pk)


def note_find(
    audit: VerificationAudit, *, kind: str, name: str, by: Person, at: datetime, place: str = "", remark: str = ""
) -> AuditFind:
    """Write down something that is there and not on the sheet.

    :raises Refused: if the audit is closed or was not started, or it has no name
    """
    with transaction.atomic():
        locked = _locked(audit)
        if locked.closed_at is not None or locked.started_at is None:
            raise Refused(str(NOT_OPEN))
        if not name.strip() or kind not in AuditFind.Kind.values:
            raise Refused(gettext("Say what was found."))
        made: AuditFind = AuditFind.objects.create(
            audit=locked, kind=kind, name=name.strip()[:160], place=place.strip()[:120], remark=remark.strip()[:300], found_by=by,
            found_at=at,
        )  # fmt: skip
    return made


def close(audit: VerificationAudit, *, conclusion: str, by: Person, at: datetime) -> VerificationAudit:
    """Compute the result and let it stand; raise a correction for every wrong attribute, and mark what was not found.

    :raises Refused: if something is not counted yet, or no conclusion is given
    """
    with transaction.atomic():
        locked = _locked(audit)
        if locked.closed_at is not None or locked.started_at is None:
            raise Refused(str(NOT_OPEN))
        left = locked.items.filter(result="").count()
        if left:
            raise Refused(gettext("%(count)s items are not counted yet.") % {"count": left})
        if not conclusion.strip():
            raise Refused(gettext("Write the conclusion first."))
        locked.figures = audit_figures.figures(locked)
        locked.conclusion, locked.closed_at, locked.closed_by = conclusion.strip(), at, by
        locked.save(update_fields=["figures", "conclusion", "closed_at", "closed_by"])
        for row in locked.items.select_related("item__ci_class", "counted_by").prefetch_related("lines"):
            _follow(row, by=by, at=at)
        for find in locked.finds.filter(correction=None):
            _follow_find(find)
    return locked


def _follow_find(find: AuditFind) -> None:
    """Raise what was met beside the sheet, for those who keep the data: it has no item yet, or it is not known which."""
    said = " · ".join(part for part in (find.name, find.place, find.remark) if part)
    find.correction = Correction.objects.create(
        field=find.kind, found=said, source="audit", raised_by=find.found_by, raised_at=find.found_at, reason=find.audit.number,
    )  # fmt: skip
    find.save(update_fields=["correction"])


def _follow(row: AuditItem, *, by: Person, at: datetime) -> None:
    item = row.item
    if row.result == AuditItem.Result.MISSING:
        if item.state in ("live", "in_stock", "retired"):
            perform(item, "mark_missing", by=by, at=at, audit_line=f"{row.audit.number}/{row.place}")
        return
    wrong = [line for line in row.lines.all() if line.result == AuditLine.Result.WRONG]
    for line in wrong:
        line.correction = _raise(row, line, at=at)
    AuditLine.objects.bulk_update(wrong, ["correction"])
    if not wrong and row.counted_by is not None:
        services.verify(item, by=row.counted_by, at=row.counted_at or at)


def _raise(row: AuditItem, line: AuditLine, *, at: datetime) -> Correction:
    made = Correction.objects.create(
        item=row.item, field=line.field, recorded=line.recorded, found=line.found or gettext("(empty)"), source="audit",
        raised_by=row.counted_by, raised_at=row.counted_at or at, reason=f"{row.audit.number}/{row.place}",
    )  # fmt: skip
    move = Move("reported_wrong", row.counted_by, at)
    said = sensitive.masked({line.field: line.found}, row.item.ci_class_id)[line.field]
    note = str(said)[:300]
    journal.write(row.item, kind=Event.Kind.EDITED, name="reported_wrong", move=move, note=note, field=line.field)
    return made


def state_of(audit: VerificationAudit) -> str:
    """Tell in one code how far it has come: planned, counting or closed."""
    if audit.closed_at is not None:
        return "closed"
    return "counting" if audit.started_at is not None else "planned"


def open_lines(audit: VerificationAudit) -> Any:
    """Find the wrong lines whose correction is still open."""
    rows = AuditLine.objects.filter(audit_item__audit=audit, result=AuditLine.Result.WRONG)
    return rows.filter(Q(correction__applied_at=None) & Q(correction__refused_at=None))


def _locked(audit: VerificationAudit) -> VerificationAudit:
    found: VerificationAudit = (
        VerificationAudit.objects.select_for_update(of=("self",)).select_related("ci_class").get(pk=audit.pk)
    )
    return found
