"""What the demo shows of configuration data: an audit half counted, and a baseline with a difference since."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from configuration import audits, baselines, services
from configuration.authority import loaded, loading
from configuration.models import Baseline, ConfigurationItem, ImportBatch, VerificationAudit
from itsm.people.models import Person

SEED = "demo"
WRONG = {"serial": "SN-貼紙-4711"}


def load(*, at: datetime) -> None:
    """Make them where the demo has items and somebody who keeps them."""
    keeper = _holding("config_manager")
    auditor = _holding("auditor") or keeper
    if keeper is None or auditor is None or not audits.in_question(None).exists():
        return
    _baseline(keeper, at=at - timedelta(days=3))
    _half_counted(auditor, at=at - timedelta(days=1))


def remove() -> None:
    """Take out what fictitious people made."""
    VerificationAudit.objects.filter(made_by__is_demo=True).delete()
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
    loaded(grounds)


def _half_counted(auditor: Person, *, at: datetime) -> None:
    audit = audits.plan(
        title="機房設備抽樣查核", kind=VerificationAudit.Kind.SAMPLE, by=auditor, at=at, precision=10, auditor=auditor,
        planned_on=(at + timedelta(days=7)).date(), seed=SEED,
    )  # fmt: skip
    audit = audits.start(audit, by=auditor, at=at + timedelta(hours=1))
    rows = list(audit.items.order_by("place"))
    for place, row in enumerate(rows[: (len(rows) + 1) // 2]):
        found: dict[str, Any] = WRONG if place == 1 and row.lines.filter(field="serial").exists() else {}
        audits.count(row, result="found", found=found, by=auditor, at=at + timedelta(hours=2, minutes=place))
