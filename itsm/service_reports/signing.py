"""The signed link by which a customer reads an issued report and signs for it without signing in; it signs once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from itsm.notices.links import BadLink, seal, unseal
from itsm.people.models import Person
from itsm.service_reports.access import speaks_for
from itsm.service_reports.models import ReportIssue

SALT = "itsm.service_reports.signing"
VALID_FOR = timedelta(days=60)


def path_of(issue: ReportIssue, person: Person) -> str:
    """Make the path of the page on which ``person`` signs."""
    return f"/reports/sla/sign/{seal(SALT, [issue.pk, person.pk])}/"


def address(issue: ReportIssue, person: Person) -> str:
    """Make the whole address for a mail."""
    return f"{settings.SITE_URL}{path_of(issue, person)}"


def find(token: str, *, at: datetime) -> tuple[ReportIssue, Person]:
    """Find the report and the person of a link.

    :raises BadLink: if it was not made here, is too old, or the person does not speak for the customer any more
    """
    key, person_id = unseal(SALT, token)
    issue = ReportIssue.objects.out().select_related("customer").filter(pk=key).first()
    person = Person.objects.active().filter(pk=person_id).first()
    if issue is None or person is None or not speaks_for(person, issue):
        raise BadLink(gettext("This link is not valid any more."))
    if at > issue.issued_at + VALID_FOR and issue.state == ReportIssue.State.ISSUED:
        raise BadLink(
            gettext("The time for signing by this link is over. Sign in to read the report."),
            leads=reverse("service_reports:page", args=[issue.pk]),
        )
    return issue, person
