"""The figure of service level reports in the dictionary, and who tells of its rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from itsm.people.models import Organisation
from itsm.records.figures import Rows, Share, share
from itsm.records.kpis import Kpi, add_area, add_subject, dictionary
from itsm.service_reports import owed
from itsm.service_reports.access import reads_all
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.periods import label, local
from itsm.service_reports.wording import Era


def reports_on_time(*, start: datetime, end: datetime) -> Share:
    """Count the reports issued when due among all that agreements owed by a time in the period, prepared or not.

    Corrections are no reports of their own: the first edition counts.
    """
    due = owed.due_within(start, end)
    good = [one for one in due if one.state(at=end) == "on_time"]
    return share(*(Rows(tuple((one.key, 1) for one in rows), of="owed_report") for rows in (good, due)))


FIGURES = dictionary(
    "slm",
    Kpi(reports_on_time, _("Reports on time"), _("issued when due ÷ owed by agreements and due in the period"), "share", "happened",
        "up"),
)  # fmt: skip


def tell_owed(keys: list[int], person: Any) -> dict[int, tuple[str, str]]:
    """Name the reports that are owed, as far as the person may read them; one that nobody prepared is told to who keeps them."""
    wanted = {key: owed.read_key(key) for key in keys}
    named = dict(Organisation.objects.filter(pk__in={one[0] for one in wanted.values()}).values_list("pk", "code"))
    rows = ReportIssue.objects.filter(edition=1, customer__in=list(named)).select_related("customer")
    rows = rows.without_figures().filter(starts_at__in={one[3] for one in wanted.values()})
    made = {(row.customer_id, row.period, row.agreement_id, row.starts_at): row for row in rows}
    seen = set(
        ReportIssue.objects.visible_to(person).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True)
    )
    found = {}
    for key, same in wanted.items():
        row, (customer, kind, _agreement, start) = made.get(same), same
        if row is not None and row.pk in seen:
            found[key] = (str(row), row.get_absolute_url())
        elif row is None and customer in named and reads_all(person):
            said = {"customer": named[customer], "period": Era().short(label(start, kind))}
            found[key] = (say("%(customer)s %(period)s: never prepared") % said, _list_of(named[customer], start))
    return found


def _list_of(customer: str, start: datetime) -> str:
    """Give the address of the list of reports of a customer and month, from where one can be prepared."""
    return reverse("service_reports:list") + "?" + urlencode({"customer": customer, "month": f"{local(start):%Y-%m}"})


def register() -> None:
    """Register them."""
    add_area("sla", FIGURES)
    add_subject("owed_report", tell_owed)
