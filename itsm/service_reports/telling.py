"""Who is told of reports: the customer's representatives when one is issued, who prepared it when it was signed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy

from itsm.notices import audience
from itsm.notices.outbox import Notice, put_many
from itsm.notices.templates import add_happening, add_template
from itsm.service_reports import signing
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.periods import days_of, label
from sla.signers import representatives

EVENT = "service_report"


def register() -> None:
    """Register the words of the messages."""
    add_happening(EVENT, label=gettext_lazy("Service level reports"))
    add_template(
        "report_issued",
        headline=gettext_lazy("The service level report %(report)s is issued: please sign for it"),
        body="report",
    )
    add_template("report_signed", headline=gettext_lazy("%(name)s has signed for the service level report %(report)s"))
    add_template(
        "report_due", headline=gettext_lazy("The service level report %(report)s is prepared and waits for you")
    )


def deliver(issue: ReportIssue, *, at: datetime) -> int:
    """Tell those who speak for the customer that a report is issued, each with a signed link; once, ever.

    By mail where the agreement promises delivery by mail, else only in the page.
    """
    by_mail = any(one["cells"]["delivery"] == "mail" for one in issue.figures["services"])
    return put_many(
        Notice(
            dedupe_key=f"report:{issue.pk}:{person.pk}", event=EVENT, template="report_issued", at=at, person_id=person.pk, by_mail=by_mail,
            facts={
                "report": issue.number, "period": plain(issue),
                "customer_zh": issue.customer.name_zh, "customer_en": issue.customer.name_en,
                "address": signing.address(issue, person),
            },
        )
        for person in representatives(issue.customer)
    )  # fmt: skip


def plain(issue: ReportIssue) -> str:
    """Name the period of a report in a message without words; of a contract year its days, since it may be cut."""
    if issue.agreement_id is None:
        return label(issue.starts_at, issue.period)
    return " – ".join(f"{day:%Y-%m-%d}" for day in days_of((issue.starts_at, issue.ends_at)))


def prepared(issue: ReportIssue, *, at: datetime) -> int:
    """Tell who keeps reports, and the owners of the services in it, that a report was prepared by itself."""
    owners = set(issue.services.exclude(owner=None).values_list("owner", flat=True))
    people = audience.holders("slm", process="agreement") | owners
    return put_many(_to(people, issue, "report_due", at))


def acknowledged(issue: ReportIssue, *, at: datetime) -> int:
    """Tell who keeps reports that the customer has signed."""
    return put_many(_to(audience.holders("slm", "brm", process="agreement"), issue, "report_signed", at))


def _to(people: set[int], issue: ReportIssue, template: str, at: datetime) -> Iterator[Notice]:
    facts = {"report": issue.number, "name": issue.acknowledged_by}
    for pk in sorted(people):
        yield Notice(
            dedupe_key=f"{template}:{issue.pk}:{pk}", event=EVENT, template=template, at=at, person_id=pk, facts=facts
        )
