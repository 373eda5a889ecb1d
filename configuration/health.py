"""How well the configuration data can be relied on: per class, the worst first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from configuration import sampling, schema
from configuration.duplicates import duplicates
from configuration.models import ConfigurationItem, VerificationAudit
from configuration.schema_models import CiAttribute

GONE = ["retired", "disposed"]
#: How many closed audits of each class the accuracy rests on; a newer one counts for its classes alone.
AUDITS = 40
MOST = 500  # items of one fault that are listed

#: Stale is what nobody wrote, verified or saw for the days that its class allows; alone is what nothing hangs on.
_STALE = """greatest(i.changed_at, i.last_verified_at, i.last_seen_at) < %(at)s - make_interval(days =>
    (SELECT k.stale_days FROM configuration_ciclass k WHERE k.id = i.ci_class_id))"""
_ALONE = """i.state IN ('live', 'under_change')
    AND NOT EXISTS (SELECT 1 FROM configuration_cirelation r WHERE r.source_id = i.record_ptr_id AND r.valid_to IS NULL)
    AND NOT EXISTS (SELECT 1 FROM configuration_cirelation r WHERE r.target_id = i.record_ptr_id AND r.valid_to IS NULL)"""
_USED = "FROM configuration_configurationitem i WHERE NOT i.state = ANY(%(gone)s)"
_COUNTS = f"""
SELECT ci_class_id, count(*), count(*) FILTER (WHERE stale), count(*) FILTER (WHERE alone), count(*) FILTER (WHERE doubled),
       count(*) FILTER (WHERE stale OR alone OR doubled)
FROM (SELECT i.ci_class_id, {_STALE} AS stale, {_ALONE} AS alone, i.record_ptr_id = ANY(%(doubled)s) AS doubled {_USED}) judged
GROUP BY ci_class_id
"""  # noqa: S608  (made of the texts above; values are parameters)
FAULTS = {
    "stale": f"SELECT i.record_ptr_id {_USED} AND {_STALE}",
    "orphans": f"SELECT i.record_ptr_id {_USED} AND {_ALONE}",
}

_FILLED = """
SELECT i.ci_class_id, pair.key, count(*)
FROM configuration_configurationitem i, jsonb_each_text(i.attributes) pair
WHERE NOT i.state = ANY(%(gone)s) AND pair.value <> '' GROUP BY i.ci_class_id, pair.key
"""

_RELATIONS = """
SELECT count(*) FILTER (WHERE NOT s.state = ANY(%(gone)s) AND NOT t.state = ANY(%(gone)s)), count(*)
FROM configuration_cirelation r JOIN configuration_configurationitem s ON s.record_ptr_id = r.source_id
JOIN configuration_configurationitem t ON t.record_ptr_id = r.target_id WHERE r.valid_to IS NULL
"""


@dataclass
class ClassHealth:
    """One class: how many items, what is wrong with how many, and what audits said."""

    code: str
    name: str
    items: int = 0
    stale: int = 0
    orphans: int = 0
    duplicates: int = 0
    faulty: int = 0
    required: tuple[int, int] = (0, 0)
    recommended: tuple[int, int] = (0, 0)
    right: int = 0
    judged: int = 0
    audited_at: datetime | None = None
    sampled: bool = False
    key: int = 0

    @property
    def completeness(self) -> float | None:
        """The filled share of required and recommended attributes; None where none is asked for."""
        return sampling.completeness(required=self.required, recommended=self.recommended)

    @property
    def accuracy(self) -> sampling.Known | None:
        """What audits found to be right, with its interval if one of them took a sample; None where none has looked."""
        return sampling.known(self.right, self.judged, everything=not self.sampled)

    @property
    def correctness(self) -> float | None:
        """The share of items that are neither duplicates, orphans nor stale; of a set of duplicates one is none."""
        return 1 - self.faulty / self.items if self.items else None

    @property
    def score(self) -> float:
        """The mean of what is known; worst first orders by it."""
        known = [self.completeness, self.correctness, self.accuracy.share if self.accuracy else None]
        shares = [share for share in known if share is not None]
        return sum(shares) / len(shares) if shares else 1.0


@dataclass
class Health:
    """All classes, the worst first, and the whole."""

    classes: list[ClassHealth]
    whole: ClassHealth
    relations_sound: int = 0
    relations: int = 0


def health(*, at: datetime) -> Health:
    """Judge every class that has items in use, and all of them together; a few statements, whatever there is."""
    known = schema.present()
    rows = {key: ClassHealth(row.code, row.name, key=key) for key, row in known.classes.items()}
    doubled = sorted({key for group in duplicates() for key in group.keys[1:]})
    for key, *counts in _asked(_COUNTS, at=at, doubled=doubled):
        row = rows[key]
        row.items, row.stale, row.orphans, row.duplicates, row.faulty = counts
    _fill(rows)
    _audited(rows)
    used = [row for row in rows.values() if row.items]
    sound, whole = _asked(_RELATIONS)[0]
    worst = sorted(used, key=lambda row: (row.score, -row.items, row.code))
    return Health(worst, _together(used), sound, whole)


def _asked(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"gone": GONE, **values})
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _fill(rows: dict[int, ClassHealth]) -> None:
    filled = {(key, code): count for key, code, count in _asked(_FILLED)}
    for key, row in rows.items():
        tally = {CiAttribute.Mark.REQUIRED: [0, 0], CiAttribute.Mark.RECOMMENDED: [0, 0]}
        for attribute in schema.present().attributes(key) if row.items else ():
            if attribute.mark in tally:
                pair = tally[CiAttribute.Mark(attribute.mark)]
                pair[0] += filled.get((key, attribute.code), 0)
                pair[1] += row.items
        (row.required, row.recommended) = ((pair[0], pair[1]) for pair in tally.values())


def _audited(rows: dict[int, ClassHealth]) -> None:
    """Take for each class the latest closed audit that looked at it."""
    by_code = {row.code: row for row in rows.values()}
    for figures, closed_at in _closed():
        for code, part in figures.get("classes", {}).items():
            row = by_code.get(code)
            if row is not None and row.audited_at is None and part.get("lines"):
                row.right, row.judged, row.audited_at = part["right"], part["lines"], closed_at
                row.sampled = part["accuracy"]["low"] is not None


def _closed() -> Iterable[tuple[dict[str, Any], datetime]]:
    rows = VerificationAudit.objects.closed().order_by("-closed_at", "-pk")
    return list(rows.values_list("figures", "closed_at")[:AUDITS])


def _together(rows: list[ClassHealth]) -> ClassHealth:
    whole = ClassHealth("", "")
    for row in rows:
        for name in ("items", "stale", "orphans", "duplicates", "faulty", "right", "judged"):
            setattr(whole, name, getattr(whole, name) + getattr(row, name))
        whole.required = (whole.required[0] + row.required[0], whole.required[1] + row.required[1])
        whole.recommended = (whole.recommended[0] + row.recommended[0], whole.recommended[1] + row.recommended[1])
    whole.sampled = any(row.sampled for row in rows)
    audited = [row.audited_at for row in rows if row.audited_at]
    whole.audited_at = max(audited) if audited else None
    return whole


def due(found: Health, *, at: datetime) -> list[ClassHealth]:
    """List the classes in use whose audit is due: each as often as it, or the nearest class above it, says."""
    known = schema.present()
    late = []
    for row in found.classes:
        days = next((each for key in known.lines[row.key] if (each := known.classes[key].audit_every_days)), None)
        if days and (row.audited_at is None or row.audited_at + timedelta(days=days) <= at):
            late.append(row)
    return late


def faulty_keys(*, at: datetime) -> set[int]:
    """Give the keys of all items in use that are stale, alone, or duplicates of another."""
    doubled = {key for group in duplicates() for key in group.keys[1:]}
    return doubled | {key for kind in FAULTS for (key,) in _asked(FAULTS[kind], at=at)}


def faulty(kind: str, *, at: datetime) -> Any:
    """Find the items with one fault of ``FAULTS``; the longest untouched first."""
    with connection.cursor() as cursor:
        cursor.execute(f"{FAULTS[kind]} ORDER BY i.changed_at, i.record_ptr_id LIMIT {MOST}", {"gone": GONE, "at": at})
        keys = [key for (key,) in cursor.fetchall()]
    return ConfigurationItem.objects.filter(pk__in=keys).select_related("ci_class").order_by("changed_at", "pk")
