"""Every figure of every process opens exactly the rows that it counts."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from itsm.records import kpis, register
from itsm.records.figures import PART, WHOLE, Breakdown, Count, Durations, Mean, Rows, Share
from itsm.reporting import recounting
from itsm.reporting.listing import listed
from itsm.reporting.models import DayCell
from itsm.tickets.models import Ticket
from tests.fixtures import make_person

KEYS = [one.key for one in kpis.all_kpis()]


def numbers(value: Any) -> dict[str, tuple[float, str]]:
    """Each number that is shown of a figure, by its side, with how its rows make it."""
    if isinstance(value, Share):
        return {PART: (value.part, "sum"), WHOLE: (value.whole, "sum")}
    if isinstance(value, Mean):
        return {WHOLE: (value.total, "sum")}
    if isinstance(value, Durations):
        return {WHOLE: (len(value.seconds), "rows")}
    if isinstance(value, Breakdown):
        return {WHOLE: (sum(now for now, _mean in value["class"].values()), "rows")}
    assert isinstance(value, Count)
    return {WHOLE: (int(value), "sum")}


@pytest.mark.parametrize("key", KEYS)
def test_every_number_is_made_by_its_rows(demo: None, key: str) -> None:
    kpi, now = kpis.find(key), timezone.now()
    assert kpi is not None
    value = kpi(start=now - timedelta(days=400), end=now)

    made = numbers(value)
    for side, rows in value.sides.items():
        pairs = rows.pairs()
        number, how = made[side]
        assert (sum(amount for _key, amount in pairs) if how == "sum" else len(pairs)) == number
        assert len(pairs) == rows.count()
        assert all(record is not None for record, _amount in pairs)
    assert set(value.sides) == set(made) or kpi.unit == "per_100"


def test_every_registered_figure_stands_in_the_dictionary() -> None:
    registered = {f"{process.key}.{name}" for process in register.processes() for name in process.figures}

    assert registered <= set(KEYS)
    assert len(KEYS) == len(set(KEYS)) > 70


@pytest.mark.parametrize("key", KEYS)
def test_every_figure_says_what_it_is(key: str) -> None:
    kpi = kpis.find(key)

    assert kpi is not None
    assert str(kpi.label)
    assert str(kpi.formula)
    assert kpi.owner
    assert kpi.unit in ("share", "per_100", "count", "duration", "mean", "points")
    assert kpi.period in ("closed", "received", "happened", "now")
    assert kpi.good in ("", "up", "down")


def test_rows_are_narrowed_to_records(demo: None) -> None:
    from incidents.models import Incident

    kpi, now = kpis.find("incident.first_line_resolution"), timezone.now()
    assert kpi is not None
    value = kpi(start=now - timedelta(days=400), end=now)
    high = Incident.objects.filter(priority__lte=2)

    narrowed = value.narrowed(high)

    wanted = set(high.values_list("pk", flat=True))
    assert narrowed.whole == sum(record in wanted for record, _one in value.sides[WHOLE].pairs())
    assert 0 < narrowed.whole < value.whole


def test_pairs_are_narrowed_as_querysets_are(demo: None) -> None:
    from incidents.models import Incident

    rows = Rows(Incident.objects.all())
    high = Incident.objects.filter(priority__lte=2)

    assert Rows(tuple(rows.pairs())).narrowed(high).total() == rows.narrowed(high).total() == high.count()


def test_nothing_gives_a_dash() -> None:
    assert str(Share(0, 0)) == str(Mean(0, 0)) == str(Durations(())) == "-"


def test_the_demo_is_counted_right(demo: None) -> None:
    recounting.feed_all()

    assert recounting.recount(at=timezone.now(), repair=False).drift == {}
    assert (
        sum(DayCell.objects.filter(slice="full", measure="received").values_list("amount", flat=True))
        == Ticket.objects.count()
    )


@pytest.mark.parametrize(
    "key",
    [
        "incident.volume",
        "incident.reopen_rate",
        "incident.time_to_acknowledge",
        "survey_campaign.csat",
        "ci.relation_health",
    ],
)
@pytest.mark.parametrize("role", ["agent", "incident_manager", "brm"])
def test_what_the_database_lists_is_what_the_rows_say(demo: None, key: str, role: str) -> None:
    person, now = make_person(f"lister-{role}", role), timezone.now()
    kpi = kpis.find(key)
    assert kpi is not None
    rows = kpi(start=now - timedelta(days=400), end=now).sides[WHOLE]

    by_database, by_rows = listed(rows, person=person), listed(Rows(tuple(rows.pairs())), person=person)

    assert by_database == by_rows
    if by_rows.older is not None:
        older: dict[str, Any] = {"person": person, "before": by_rows.older}
        assert listed(rows, **older) == listed(Rows(tuple(rows.pairs())), **older)
