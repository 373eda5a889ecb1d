"""What users of services said in surveys and complaints, for where a kept promise is shown."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Q
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from itsm.tickets.models import Ticket
from relationships.survey_figures import SATISFIED
from relationships.survey_models import Answer
from relationships.survey_population import with_below
from relationships.survey_querysets import ANSWERED
from sla.lived import Lived


def by_service(customer: int | None, start: datetime, end: datetime) -> dict[int, Lived]:
    """Count marks and complaints by service, of a customer with all units below it or of everybody, with the same few statements."""
    units = None if customer is None else with_below([customer])
    marks = Answer.objects.filter(question__kind="scale", value__isnull=False, response__state__in=ANSWERED)
    marks = marks.filter(response__submitted_on__gte=localdate(start), response__submitted_on__lte=localdate(end))
    complaints = Ticket.objects.filter(kind="complaint", received_at__gte=start, received_at__lt=end)
    if units is not None:
        marks, complaints = marks.filter(response__unit__in=units), complaints.filter(unit__in=units)
    about = marks.order_by().values(about=Coalesce("service", "response__service"))
    counted = about.annotate(n=Count("pk"), pleased=Count("pk", filter=Q(value__gte=SATISFIED)))
    found = {row["about"]: Lived(row["pleased"], row["n"]) for row in counted if row["about"] is not None}
    for service, n in complaints.exclude(service=None).order_by().values_list("service").annotate(n=Count("pk")):
        found[service] = found.get(service, Lived()).with_more(Lived(complaints=n))
    return found
