"""What cannot be kept is found when it is saved: times of teams and suppliers, and components."""

from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue.models import Service
from itsm.people.models import Organisation, Person, Team
from sla import agreement_writing
from sla.agreement_blocks import at_least
from sla.agreement_chain import refresh
from sla.models import AgreementEdition
from tests.agreements.conftest import Draft, clock_promise, sheet
from tests.fixtures import MONDAY


def chain(made: Any) -> list[dict[str, Any]]:
    """Give what cannot be kept of the newest edition."""
    found: list[dict[str, Any]] = made.editions.first().chain
    return found


def test_times_that_fit_are_no_fault(ola: Any, draft: Draft) -> None:
    made = draft(sheet("documents", clock_promise("resolution", 4 * 3600 + 1200)))

    assert chain(made) == []


def test_a_path_that_is_longer_than_the_promise_is_named_with_its_legs(ola: Any, draft: Draft) -> None:
    made = draft(sheet("documents", clock_promise("resolution", 4 * 3600, priority=2)))

    [fault] = chain(made)
    assert (fault["kind"], fault["priority"], fault["promised"], fault["needed"]) == ("time", 2, 14400, 15600)
    assert [(leg["number"], leg["metric"], leg["seconds"]) for leg in fault["legs"]] == [
        (ola.number, "acceptance", 1200), (ola.number, "handling", 14400),
    ]  # fmt: skip


def test_the_longest_team_of_each_tier_and_the_supplier_add_up(
    ola: Any, put_in_force: Draft, draft: Draft, desk: Team, slm: Person
) -> None:
    other = Team.objects.create(code="slow", name_zh="慢組", name_en="Slow", tier=2)
    internal: dict[str, Any] = {"type": "ola", "consumer": None, "level": "corporate"}
    put_in_force(sheet("documents", clock_promise("handling", 600)), provider_team=desk, title="a", **internal)
    put_in_force(sheet("documents", clock_promise("handling", 5 * 3600)), provider_team=other, title="b", **internal)
    put_in_force(
        sheet("documents", clock_promise("resolution", 2 * 3600)),
        type="uc",
        consumer=None,
        level="corporate",
        title="c",
    )

    [fault] = chain(draft(sheet("documents", clock_promise("resolution", 7 * 3600))))

    assert [leg["seconds"] for leg in fault["legs"]] == [600, 5 * 3600, 2 * 3600]
    assert fault["needed"] == 7 * 3600 + 600


def test_hours_that_differ_are_reckoned_at_the_worst_hour_of_the_week(
    put_in_force: Draft, draft: Draft, network_team: Team
) -> None:
    internal: dict[str, Any] = {"type": "ola", "consumer": None, "level": "corporate", "provider_team": network_team}
    put_in_force(sheet("documents", clock_promise("handling", 3600, calendar="taiwan-office")), **internal)

    [fault] = chain(draft(sheet("documents", clock_promise("resolution", 8 * 3600))))

    assert fault["needed"] > 60 * 3600  # from Friday evening to Monday morning


def test_an_ola_that_is_saved_is_judged_by_the_agreements_that_stand_on_it(
    put_in_force: Draft, draft: Draft, network_team: Team
) -> None:
    above = put_in_force(sheet("documents", clock_promise("resolution", 3600)))
    internal: dict[str, Any] = {"type": "ola", "consumer": None, "level": "corporate", "provider_team": network_team}

    made = draft(sheet("documents", clock_promise("handling", 2 * 3600)), **internal)

    [fault] = chain(made)
    assert (fault["sla"], fault["needed"]) == (above.number, 7200)


def test_judging_reads_no_more_where_there_are_more_agreements(
    put_in_force: Draft, network_team: Team, unit: Organisation
) -> None:
    """Each further SLA that an OLA stands under costs at most the writing of what was found."""
    internal: dict[str, Any] = {"type": "ola", "consumer": None, "level": "corporate", "provider_team": network_team}
    counts = []
    for _turn in range(3):
        for place in range(3):
            mine = Organisation.objects.create(code=f"u{_turn}{place}", name_zh="單位", parent=unit)
            put_in_force(sheet("documents", clock_promise("resolution", 3600)), consumer=mine)
        below = put_in_force(sheet("documents", clock_promise("handling", 1200)), **internal)
        with CaptureQueriesContext(connection) as captured:
            refresh(below, at=MONDAY)
        counts.append(len(captured))

    assert counts[1] == counts[2] == counts[0]


def test_an_sla_of_another_service_is_left_as_it_was_judged(
    put_in_force: Draft, network_team: Team, service: Service
) -> None:
    other = Service.objects.create(
        code="mail", name_zh="郵件", name_en="Mail", hours=service.hours, support_team=network_team, owner=service.owner
    )
    above = put_in_force(sheet(other.code, clock_promise("resolution", 3600)))
    AgreementEdition.objects.filter(agreement=above).update(chain=[{"kind": "kept"}])
    internal: dict[str, Any] = {"type": "ola", "consumer": None, "level": "corporate", "provider_team": network_team}

    put_in_force(sheet("documents", clock_promise("handling", 2 * 3600)), **internal)
    assert AgreementEdition.objects.get(agreement=above).chain == [{"kind": "kept"}]

    put_in_force(sheet(None, clock_promise("handling", 2 * 3600)), **internal)
    assert [fault["needed"] for fault in AgreementEdition.objects.get(agreement=above).chain] == [7200]


def test_putting_an_ola_in_force_judges_the_sla_anew(put_in_force: Draft, network_team: Team) -> None:
    above = put_in_force(sheet("documents", clock_promise("resolution", 3600)))
    internal: dict[str, Any] = {"type": "ola", "consumer": None, "level": "corporate", "provider_team": network_team}

    put_in_force(sheet("documents", clock_promise("handling", 2 * 3600)), **internal)

    assert [fault["needed"] for fault in AgreementEdition.objects.get(agreement=above).chain] == [7200]


@pytest.mark.parametrize(
    ("needs", "ratios", "expected"),
    [
        (1, ["0.99", "0.99"], "0.9999"),
        (2, ["0.99", "0.99"], "0.9801"),
        (2, ["0.9", "0.9", "0.9"], "0.972"),
        (1, ["0.5"], "0.5"),
        (3, ["0.9", "0.9"], "0"),
    ],
)
def test_at_least_so_many_of_independent_components(needs: int, ratios: list[str], expected: str) -> None:
    assert at_least(needs, [Fraction(one) for one in ratios]) == Fraction(expected)


def test_what_an_ola_stands_under_is_judged_as_it_was_saved(
    put_in_force: Draft, draft: Draft, slm: Person, network_team: Team, service: Service
) -> None:
    swift = put_in_force(sheet(service.code, clock_promise("resolution", 3600)), title="急")
    slow = put_in_force(
        sheet(service.code, clock_promise("resolution", 100 * 3600)), title="緩", consumer=None, level="corporate"
    )
    contents = sheet(service.code, clock_promise("handling", 4 * 3600))
    made = draft(contents, type="ola", provider_team=network_team, consumer=None, level="corporate", underpins=[swift])
    assert [fault["sla"] for fault in made.editions.get().chain] == [swift.number]

    agreement_writing.change(made, by=slm, at=MONDAY, sheet=contents, underpins=[slow])

    assert made.editions.get().chain == []
