"""The contents of an edition as plain values and back: what forms, REST, copies and comparisons all use.

Rows of other tables are named by their codes or numbers, days and times as ISO 8601, exact numbers as text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext

from catalogue.models import RequestItem
from itsm.flow.roles import GRANTABLE
from itsm.records import register
from itsm.records.refusals import Objected
from sla import workload
from sla.agreement_row_models import BY_CASE
from sla.agreement_words import role_codes
from sla.models import (
    AgreementDocument,
    AgreementEdition,
    AgreementItem,
    AgreementRow,
    ExclusionClause,
    MaintenancePlan,
    Promise,
    Remedy,
)

Sheet = dict[str, Any]
COLUMNS = ("availability", "response", "reporting", "continuity", "maintenance", "remarks")
#: What stands behind the cells of continuity and response.
BESIDE = ("safeguards", "continuity_exclusions", "procedure")
CLAUSES = ("workload", "exceptions", "provider_duties", "customer_duties", "charging")


def both(names: Sequence[str]) -> tuple[str, ...]:
    """Name the columns of texts that are kept in two languages."""
    return tuple(f"{name}_{tongue}" for name in names for tongue in ("zh", "en"))


EDITION = (
    "valid_from", "valid_to", "review_every_months", "next_review_on", "hours", "workload", *both(CLAUSES), "reason",
)  # fmt: skip
ROW = (
    "service", *both(COLUMNS), "escalation_policy", "report_frequency", "report_delivery", "report_roles", "rto_seconds", "rpo_seconds",
    *both(BESIDE), "procedure_url",
)  # fmt: skip
PARTS: dict[str, tuple[type[models.Model], tuple[str, ...]]] = {
    "items": (AgreementItem, ("name_zh", "name_en", "ci")),
    "promises": (
        Promise,
        (
            "metric", "op", "value", "seconds", "per", "combine", "mode", "period", "process", "priority", "request_item", "calendar",
            "starts", "stops", "pauses", "goal_percent", "warn_at", "words_zh", "words_en",
        ),
    ),
    "maintenance_plans": (
        MaintenancePlan,
        (
            "subject_zh", "subject_en", "interval", "first_on", "duration_minutes", "weekday", "window_start", "window_end", "notice_days",
            "interrupts", "ci", "team",
        ),
    ),
}  # fmt: skip
CLOSING: dict[str, tuple[type[models.Model], tuple[str, ...]]] = {
    "exclusions": (ExclusionClause, ("code", "text_zh", "text_en", "effect", "evidence_needed")),
    "remedies": (
        Remedy,
        (
            "basis", "service", "metric", "band_from", "band_below", "trigger_zh", "trigger_en", "kind", "amount", "cap", "claim_needed",
            "claim_days",
        ),
    ),
    "documents": (AgreementDocument, ("title_zh", "title_en", "url")),
}  # fmt: skip
#: By which column a row of another table is named.
NAMED_BY = {"ci": "number"}
MOST_ROWS, MOST_PARTS = 60, 60


def read(edition: AgreementEdition) -> Sheet:
    """Give the contents of an edition."""
    rows = edition.rows.prefetch_related(
        "offerings", "items__ci", "promises__request_item", "promises__calendar", "maintenance_plans__team", "maintenance_plans__ci"
    ).select_related("service", "escalation_policy")  # fmt: skip
    made = _values(edition, EDITION)
    made["rows"] = [_row(row) for row in rows]
    for name, (model, columns) in CLOSING.items():
        made[name] = [_values(one, columns) for one in _with_named(getattr(edition, name), model, columns)]
    return made


def _with_named(parts: Any, model: type[models.Model], columns: Sequence[str]) -> Any:
    """Fetch parts together with the rows of other tables that they name."""
    named = [name for name in columns if model._meta.get_field(name).is_relation]
    return parts.select_related(*named) if named else parts.all()


def _row(row: AgreementRow) -> Sheet:
    made = _values(row, ROW) | {"offerings": sorted(one.code for one in row.offerings.all())}
    for name, (_model, columns) in PARTS.items():
        made[name] = [_values(one, columns) for one in getattr(row, name).all()]
    return made


def _values(row: models.Model, columns: Sequence[str]) -> Sheet:
    return {name: plain(getattr(row, name), name) for name in columns}


def plain(value: Any, name: str) -> Any:
    """Give a value of a column as the sheet keeps it."""
    if isinstance(value, models.Model):
        return getattr(value, NAMED_BY.get(name, "code"))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value


def jsonable(given: Any) -> Any:
    """Give contents that were read from elsewhere as plain values."""
    if isinstance(given, Mapping):
        return {name: jsonable(value) for name, value in given.items()}
    if isinstance(given, list | tuple):
        return [jsonable(value) for value in given]
    return plain(given, "")


def write(edition: AgreementEdition, sheet: Mapping[str, Any], *, taken_over: bool = False) -> None:
    """Lay the contents down in an edition that is not signed, in place of what it said.

    What is ``taken_over`` from a signed edition may say what would be refused today.

    :raises Objected: if a value cannot be stored, with the place of each, such as ``rows.0.promises.1.seconds``
    """
    faults: dict[str, str] = {}
    _fill(edition, sheet, EDITION, "", faults)
    edition.rows.all().delete()
    for place, given in enumerate(_list(sheet, "rows", "", faults, most=MOST_ROWS)):
        _write_row(edition, given, place, faults)
    limits = _list(sheet, "workload", "", faults, most=MOST_PARTS)
    faults |= {} if taken_over else workload.faults(limits)
    for name, (model, columns) in CLOSING.items():
        getattr(edition, name).all().delete()
        seen: set[str] = set()
        for place, given in enumerate(_list(sheet, name, "", faults, most=MOST_PARTS)):
            _add(model(edition=edition), given, columns, f"{name}.{place}.", faults, seen)
    if faults:
        raise Objected(fields=faults)
    edition.save()


def _write_row(edition: AgreementEdition, given: Mapping[str, Any], place: int, faults: dict[str, str]) -> None:
    before = f"rows.{place}."
    row = AgreementRow(edition=edition, position=place)
    if not _add(row, given, ROW, before, faults, set()):
        return
    codes = [str(code) for code in given.get("offerings", ())]
    offered = RequestItem.objects.filter(code__in=codes)
    if len(offered) < len(set(codes)):
        faults[f"{before}offerings"] = gettext("There is no such row.")
    row.offerings.set(offered)
    for name, (model, columns) in PARTS.items():
        seen: set[str] = set()
        for number, one in enumerate(_list(given, name, before, faults, most=MOST_PARTS)):
            part = model(row=row, position=number)
            _add(part, one, columns, f"{before}{name}.{number}.", faults, seen)


def _list(
    given: Mapping[str, Any], name: str, before: str, faults: dict[str, str], *, most: int
) -> list[Mapping[str, Any]]:
    found = given.get(name) or []
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        faults[f"{before}{name}"] = gettext("A list of objects is expected.")
        return []
    if len(found) > most:
        faults[f"{before}{name}"] = gettext("There are more than %(most)s.") % {"most": most}
    return found[:most]


def _add(
    row: models.Model, given: Mapping[str, Any], columns: Sequence[str], before: str, faults: dict[str, str], seen: set[str]
) -> bool:  # fmt: skip
    """Fill and store a new row; tells whether it could be. ``seen`` are those of its parent that may be there once."""
    if not _fill(row, given, columns, before, faults):
        return False
    once = _once(row)
    if once and once in seen:
        faults[before.rstrip(".")] = gettext("%(what)s is there twice: write it once.") % {"what": once}
        return False
    seen.add(once)
    row.save(force_insert=True)
    return True


def _once(row: models.Model) -> str:
    """Name what no second part of the same parent may be; empty where several may."""
    if isinstance(row, Promise) and row.metric in BY_CASE:
        level = f"P{row.priority}" if row.priority else ""
        names = (row.get_metric_display(), level, row.process, row.request_item.code if row.request_item else "")
        return " ".join(str(name) for name in names if name)
    return row.code if isinstance(row, ExclusionClause) else ""


def _unknown_process(promise: Promise) -> dict[str, str]:
    """Refuse a process that there is not: its promise would never count."""
    known = [one.key for one in register.processes()]
    if promise.process in ("", *known):
        return {}
    return {
        "process": gettext("There is no process of this name. Write one of these, or nothing: %s.") % ", ".join(known)
    }


def _unknown_roles(row: AgreementRow) -> dict[str, str]:
    """Refuse a role that there is not: nobody would read the report by it."""
    unknown = [code for code in role_codes(row.report_roles) if code not in GRANTABLE]
    if not unknown:
        return {}
    said = {"unknown": ", ".join(unknown), "known": ", ".join(GRANTABLE)}
    return {"report_roles": gettext("There is no role %(unknown)s. Write codes of these: %(known)s.") % said}


def _fill(
    row: models.Model, given: Mapping[str, Any], columns: Sequence[str], before: str, faults: dict[str, str]
) -> bool:
    found: dict[str, str] = {}
    for name in columns:
        if name in given:
            try:
                setattr(row, name, _value(row._meta.get_field(name), given[name], name))
            except ValidationError as wrong:
                found[name] = " ".join(wrong.messages)
    if isinstance(row, Promise):
        row.op = row.bound
        found |= _unknown_process(row)
    if isinstance(row, AgreementRow):
        found |= _unknown_roles(row)
    try:
        row.clean_fields(exclude={*found, *(field.name for field in row._meta.fields if field.name not in columns)})
        if not found:
            row.validate_constraints(exclude={"agreement", "edition", "row"})
    except ValidationError as wrong:
        found |= {_named(name): " ".join(said) for name, said in wrong.message_dict.items()}
    faults.update({f"{before}{name}".rstrip("."): text for name, text in found.items()})
    return not found


def _named(name: str) -> str:
    return "" if name == "__all__" else name


def _value(field: Any, given: Any, name: str) -> Any:
    if isinstance(given, str):
        given = given.replace("\x00", "").strip()
    if field.is_relation:
        return _referred(field, given, name)
    if given in ("", None) and field.null:
        return None
    if given is None:
        return field.get_default()
    return field.to_python(given)


def _referred(field: Any, given: Any, name: str) -> Any:
    if given in ("", None):
        return None
    found = field.related_model.objects.filter(**{NAMED_BY.get(name, "code"): str(given)}).first()
    if found is None:
        raise ValidationError(gettext("There is no such row."))
    return found
