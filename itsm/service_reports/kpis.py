"""The figure of service level reports in the dictionary, and who tells of its rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from itsm.records.figures import Rows, Share, share
from itsm.records.kpis import Kpi, add_area, add_subject, dictionary
from itsm.service_reports.models import ReportIssue
from sla.attained import office

#: Working days after a period until its report is due: five until the figures are frozen, five to comment and approve.
DUE_DAYS = 10
#: No ten working days are longer, whatever holidays there are.
LONGEST = timedelta(days=60)


def reports_on_time(*, start: datetime, end: datetime) -> Share:
    """Count the reports issued within ten working days of their period among those that were due in this one.

    Corrections are no reports of their own: the first edition counts.
    """
    until = office().add_days
    first = ReportIssue.objects.filter(edition=1, ends_at__gte=start - LONGEST, ends_at__lt=end)
    due = {key: until(ended, days=DUE_DAYS) for key, ended in first.values_list("pk", "ends_at")}
    owed = first.filter(pk__in=[key for key, at in due.items() if start <= at < end])
    good = [key for key, issued in owed.values_list("pk", "issued_at") if issued and issued <= due[key]]
    return share(Rows(owed.filter(pk__in=good), of="report"), Rows(owed, of="report"))


FIGURES = dictionary(
    "slm",
    Kpi(reports_on_time, _("Reports on time"), _("issued within 10 working days of their period ÷ due in this one"), "share", "happened",
        "up"),
)  # fmt: skip


def tell_reports(keys: list[int], person: Any) -> dict[int, tuple[str, str]]:
    """Name the reports that the person may read."""
    rows = ReportIssue.objects.visible_to(person).filter(pk__in=keys).select_related("customer")
    return {row.pk: (str(row), row.get_absolute_url()) for row in rows}


def register() -> None:
    """Register them."""
    add_area("sla", FIGURES)
    add_subject("report", tell_reports)
