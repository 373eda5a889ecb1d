"""Every figure of every process opens exactly the rows that it counts."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override

from catalogue.models import Service
from changes.figures import executed_in
from configuration.models import ConfigurationItem
from itsm.people.models import Team
from itsm.records import kpis, register
from itsm.records.costs import UNPRICED, Cost
from itsm.records.figures import PART, WHOLE, Breakdown, Count, Durations, Mean, Narrowing, Rows, Share, mean
from itsm.records.grouped import GroupedShare
from itsm.reporting import laid_out, recounting, shown
from itsm.reporting.asked import NOTHING, Asked, Without
from itsm.reporting.dashboards import apart
from itsm.reporting.listing import listed
from itsm.reporting.models import DayCell
from itsm.tickets.models import Ticket
from sla.models import AvailabilityIssue
from tests.fixtures import make_person
from tests.loading import named_late

KEYS = [one.key for one in kpis.all_kpis()]


def numbers(value: Any) -> dict[str, tuple[Any, str]]:
    """Each number that is shown of a figure, by its side, with how its rows make it."""
    if isinstance(value, GroupedShare):
        lines = {
            value.side(key, side): (number, "sum")
            for key, (_name, *counts) in value.groups.items()
            for side, number in zip((PART, WHOLE), counts, strict=True)
        }
        return {PART: (value.part, "sum"), WHOLE: (value.whole, "sum"), **lines}
    if isinstance(value, Share):
        return {PART: (value.part, "sum"), WHOLE: (value.whole, "sum")}
    if isinstance(value, Cost):
        return {WHOLE: (value.total, "sum"), UNPRICED: (value.unpriced.total(), "sum")}
    if isinstance(value, Mean):
        return {WHOLE: (value.total, "sum")}
    if isinstance(value, Durations):
        return {WHOLE: (len(value.seconds), "rows")}
    if isinstance(value, Breakdown):
        lines = {f"{way}.{name}": (line.now, "rows") for way, found in value.items() for name, line in found.items()}
        first = next(iter(value.values()))
        return {WHOLE: (sum(line.now for line in first.values()), "rows"), **lines}
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
    assert kpi.unit in ("share", "per_100", "count", "duration", "mean", "points", "money")
    assert kpi.period in ("closed", "received", "happened", "now")
    assert kpi.good in ("", "up", "down")


def test_rows_are_narrowed_to_records(demo: None) -> None:
    from incidents.models import Incident

    kpi, now = kpis.find("incident.first_line_resolution"), timezone.now()
    assert kpi is not None
    value = kpi(start=now - timedelta(days=400), end=now)
    high = Incident.objects.filter(priority__lte=2)

    narrowed = value.narrowed(Narrowing(high))

    wanted = set(high.values_list("pk", flat=True))
    assert narrowed.whole == sum(record in wanted for record, _one in value.sides[WHOLE].pairs())
    assert 0 < narrowed.whole < value.whole


def test_pairs_are_narrowed_as_querysets_are(demo: None) -> None:
    from incidents.models import Incident

    rows = Rows(Incident.objects.all())
    high = Incident.objects.filter(priority__lte=2)

    assert (
        Rows(tuple(rows.pairs())).narrowed(Narrowing(high)).total()
        == rows.narrowed(Narrowing(high)).total()
        == high.count()
    )


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


@pytest.mark.parametrize("key", KEYS)
def test_told_apart_a_figure_adds_up_to_itself(demo: None, key: str) -> None:
    kpi, now = kpis.find(key), timezone.now()
    assert kpi is not None
    value = kpi(start=now - timedelta(days=400), end=now)

    for dimension in apart.DIMENSIONS:
        for rows in value.sides.values():
            groups = apart.grouped(rows, dimension)
            if groups is not None:
                assert sum(count for count, _total in groups.values()) == rows.count()
                assert sum(total for _count, total in groups.values()) == pytest.approx(float(rows.total()))


def test_a_group_of_a_figure_is_what_the_figure_says_narrowed_to_it(demo: None) -> None:
    now, today = timezone.now(), timezone.localdate()
    for key in ("incident.resolution_attainment", "incident.first_line_resolution", "incident.reopen_rate"):
        kpi = kpis.find(key)
        assert kpi is not None
        every = Asked(today - timedelta(days=400), today + timedelta(days=1), now)
        whole = kpi(start=every.start, end=every.end).sides[WHOLE]
        grades, teams = apart.grouped(whole, "priority") or {}, apart.grouped(whole, "team") or {}
        named = {team.pk: team for team in Team.objects.all()}

        assert len(grades) > 1
        for grade, (count, _total) in grades.items():
            assert shown.compute(kpi, replace(every, priority=grade or NOTHING)).whole == count
        for team, (count, _total) in teams.items():
            assert shown.compute(kpi, replace(every, team=named.get(team) or Without("-"))).whole == count


def test_figures_of_services_are_narrowed_by_the_service(demo: None) -> None:
    now, today = timezone.now(), timezone.localdate()
    every = Asked(today - timedelta(days=400), today + timedelta(days=1), now)
    for key in ("sla.availability", "sla.error_budget_used", "sla.outages"):
        kpi = kpis.find(key)
        assert kpi is not None
        whole = shown.compute(kpi, every)
        apart_by_service = [shown.compute(kpi, replace(every, service=one)) for one in Service.objects.all()]

        assert shown.size(whole) > 0
        assert sum(shown.size(one) for one in apart_by_service) == shown.size(whole)
        assert not shown.narrows(whole, replace(every, priority=1))


def test_availability_says_what_the_issued_months_say(demo: None) -> None:
    now = timezone.now()
    kpi, budget = kpis.find("sla.availability"), kpis.find("sla.error_budget_used")
    assert kpi is not None
    assert budget is not None
    since = now - timedelta(days=400)
    issues = AvailabilityIssue.objects.filter(superseded=False, starts_at__gte=since, starts_at__lt=now)
    said = [one.figures for one in issues]

    value, used = kpi(start=since, end=now), budget(start=since, end=now)

    assert (value.whole - value.part, value.whole) == (
        sum(one["down_s"] for one in said),
        sum(one["agreed_s"] for one in said),
    )
    allowed = [(one["down_s"], int(Fraction(one["budget_s"]))) for one in said if one["budget_s"] is not None]
    assert (used.part, used.whole) == (sum(down for down, _s in allowed), sum(whole for _s, whole in allowed))
    assert len(allowed) > 0


def test_the_trend_of_changes_tells_names_and_ci_classes(demo: None) -> None:
    kpi, now = kpis.find("change.trend"), timezone.now()
    assert kpi is not None
    change, item = executed_in(now - timedelta(days=400), now)[0], ConfigurationItem.objects.order_by("pk")[0]
    named_late(change, item, at=now)
    with override("en"):
        value = kpi(start=now - timedelta(days=400), end=now)

    assert set(value) == {"class", "outcome", "service", "ci_class"}
    codes = {key for found in value.values() for key in found} - {""}
    called = {line.name for found in value.values() for line in found.values()}
    assert not codes & called - {"standard", "minor", "major", "emergency", "successful", "failed"}
    assert [pk for pk, _one in value["ci_class"][item.ci_class.code].rows.pairs()] == [change.pk]


def test_what_was_received_as_something_else_is_told_by_direction(demo: None) -> None:
    kpi, now = kpis.find("incident.misclassified"), timezone.now()
    shares = [kpis.find(key) for key in ("incident.judged_wrongly", "service_request.requests_judged_wrongly")]
    assert kpi is not None
    value = kpi(start=now - timedelta(days=400), end=now)

    by_share = [one(start=now - timedelta(days=400), end=now).part for one in shares if one]

    assert value.rows.count() == sum(by_share)
    assert sum(line.now for line in value["direction"].values()) == value.rows.count()
    assert all(" → " in line.name for line in value["direction"].values())


@pytest.mark.parametrize(
    ("marks", "beside"),
    [
        ([5, 1, 4, 5, 5, 5, 5, 5, 5, 5], "median 5.00, P90 5.00, n = 10"), ([1, 2], "median 1.50, P90 2.00, n = 2"),
        ([], "n = 0"),
    ],
)  # fmt: skip
def test_median_and_p90_stand_beside_every_mean(marks: list[int], beside: str) -> None:
    kpi = kpis.Kpi(mean, "x", "x", "mean")

    value = mean(Rows(tuple(enumerate(marks))))

    assert (value.total, value.count) == (sum(marks), len(marks))
    with override("en"):
        assert shown.beside(kpi, value) == beside
        assert shown.beside(kpi, laid_out.restored(laid_out.kept(value) or {})) == beside


def test_a_mean_that_was_kept_before_medians_were_says_how_many() -> None:
    found = laid_out.kept(mean(Rows(((1, 4), (2, 5))))) or {}
    del found["middle"], found["ninth"]

    assert shown.beside(kpis.Kpi(mean, "x", "x", "mean"), laid_out.restored(found)) == "n = 2"
