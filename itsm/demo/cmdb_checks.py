"""What the demo shows of configuration data: an audit half counted, and a baseline with a difference since."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from configuration import audits, baselines, health_months, schema, services
from configuration.authority import loaded, loading
from configuration.models import Baseline, ConfigurationItem, HealthMonth, ImportBatch, VerificationAudit
from itsm.people.models import Person

SEED = "demo"
WRONG = {"serial": "SN-貼紙-4711"}


def load(*, at: datetime) -> None:
    """Make them where the demo has items and somebody who keeps them."""
    keeper = Person.objects.holding("config_manager", process="ci").order_by("-pk").first()  # the other reads imports
    auditor = _holding("auditor") or keeper
    if keeper is None or auditor is None or not audits.in_question(None).exists():
        return
    _baseline(keeper, at=at - timedelta(days=3))
    _closed(auditor, at=at - timedelta(days=34))
    _half_counted(auditor, at=at - timedelta(days=1))
    for days in (150, 120, 90, 60, 30, 0):
        health_months.keep(at - timedelta(days=days))


def remove() -> None:
    """Take out what fictitious people made."""
    VerificationAudit.objects.filter(made_by__is_demo=True).delete()
    HealthMonth.objects.all().delete()  # they measured the demo's items
    Baseline.objects.filter(made_by__is_demo=True).delete()
    ImportBatch.objects.filter(made_by__is_demo=True).delete()


def _holding(role: str) -> Person | None:
    return Person.objects.holding(role, process="ci").order_by("pk").first()


def _baseline(keeper: Person, *, at: datetime) -> None:
    items = list(audits.in_question(None).filter(changed_at__lt=at).order_by("pk")[:12])
    if not items:
        return
    baselines.take(
        [item.pk for item in items], name="月初基準 · Start of the month", by=keeper, at=at, scope={"class": ""}
    )
    _move(items[0], keeper, at=at + timedelta(days=1))


def _move(item: ConfigurationItem, keeper: Person, *, at: datetime) -> None:
    """Something was moved by an import since, so that the difference has something to show."""
    grounds = loading(at=at, source="spreadsheet", by=keeper)
    services.edit(item, grounds=grounds, by=keeper, at=at, source="spreadsheet", place="B1 機房 R07")
    loaded(grounds, rows=1)


def _closed(auditor: Person, *, at: datetime) -> None:
    """An audit of last month: everything was counted, a value was wrong, and its correction waits."""
    audit = audits.plan(
        title="電力與環控設備全數查核", kind=VerificationAudit.Kind.FULL, by=auditor, at=at, auditor=auditor, seed=SEED,
        ci_class=schema.present().by_code("ups"), planned_on=(at + timedelta(days=3)).date(),
    )  # fmt: skip
    audit = audits.start(audit, by=auditor, at=at + timedelta(hours=1))
    for row in audit.items.order_by("place"):
        line = row.lines.filter(field="capacity_kva").exclude(recorded="").first()
        found = {line.field: "60"} if line is not None and row.place == 1 else {}
        audits.count(row, result="found", found=found, by=auditor, at=at + timedelta(hours=2, minutes=row.place))
    audits.close(audit, conclusion="一筆容量與銘牌不符，其餘相符。", by=auditor, at=at + timedelta(hours=4))


def _half_counted(auditor: Person, *, at: datetime) -> None:
    audit = audits.plan(
        title="機房設備抽樣查核", kind=VerificationAudit.Kind.SAMPLE, by=auditor, at=at, precision=10, auditor=auditor,
        planned_on=(at + timedelta(days=7)).date(), seed=SEED,
    )  # fmt: skip
    audit = audits.start(audit, by=auditor, at=at + timedelta(hours=1))
    rows = list(audit.items.order_by("place"))
    labelled = audit.items.filter(lines__field="serial").order_by("place").first()
    for place, row in enumerate(rows[: (len(rows) + 1) // 2]):
        found: dict[str, Any] = WRONG if row == labelled else {}
        audits.count(row, result="found", found=found, by=auditor, at=at + timedelta(hours=2, minutes=place))
