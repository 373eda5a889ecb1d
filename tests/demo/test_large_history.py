"""The large demo: about 3,000 cases in thirteen months, with a shape.

It stands apart from the tests of the small one: that stays loaded while the tests of its module run, in whatever order.
"""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import Count

from itsm.records.clock import database_now
from itsm.reporting import recounting
from itsm.tickets.models import Ticket
from sla.models import Clock
from sla.replay import drift

pytestmark = pytest.mark.django_db


def test_the_large_demo_has_thirteen_months_with_a_shape(db: None) -> None:
    """About 3,000 cases: no month without many, seasons and weekdays that differ, misses, waves, and words that vary."""
    said = StringIO()

    call_command("load_demo", stdout=said)

    cases = Ticket.objects.filter(requester__is_demo=True)
    months = Counter(moment.strftime("%Y-%m") for moment in cases.values_list("received_at", flat=True))
    whole = sorted(months)[1:-1]
    weekdays = Counter(moment.weekday() for moment in cases.values_list("received_at", flat=True))
    assert 2800 <= cases.count() <= 3300
    assert len(whole) >= 12
    assert min(months[month] for month in whole) > 60
    assert max(months[month] for month in whole) > 1.7 * min(months[month] for month in whole)
    assert weekdays[0] > weekdays[4] > 3 * weekdays[6]
    judged = Clock.objects.filter(metric__in=("response", "resolution", "fulfilment"), state__in=("met", "missed"))
    missed = judged.filter(state="missed").count() / judged.count()
    assert 0.01 < missed < 0.2
    assert cases.filter(reopen_count__gt=0).count() > 20
    assert cases.filter(kind="change", state="closed").count() > 15
    assert cases.filter(kind="problem", state="closed").count() >= 5
    titles = cases.filter(kind="incident").values("title").annotate(n=Count("pk"))
    assert len(titles) > 700
    assert max(row["n"] for row in titles) < 40
    sample = (
        Clock.objects.filter(record__ticket__requester__is_demo=True)
        .order_by("pk")
        .prefetch_related("events", "escalations")
    )
    assert [clock.pk for clock in sample[::25] if drift(clock)] == []
    assert recounting.recount(at=database_now(), repair=False).drift == {}
    assert "copies" in said.getvalue() or "months that followed" in said.getvalue()
