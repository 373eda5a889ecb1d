"""An agreement that is tried counts for the cases that it would govern; all others stay as they are."""

from collections.abc import Callable
from typing import Any

import pytest

from catalogue.models import Service
from itsm.people.models import Organisation, Person
from sla.simulation import running
from sla.simulation.draft import BadDraft
from sla.simulation_models import SimulationResult, SimulationRun
from tests.agreements.conftest import Draft as MakeAgreement
from tests.agreements.conftest import clock_promise, sheet
from tests.agreements.conftest import draft as draft
from tests.agreements.conftest import provider as provider
from tests.agreements.conftest import put_in_force as put_in_force
from tests.agreements.conftest import slm as slm
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db


def tried(consumer: int | None, service: int | None, **more: Any) -> dict[str, Any]:
    """Draft an agreement that promises incidents to be resolved within two hours, around the clock."""
    promise = {"metric": "resolution", "seconds": 7200, "calendar": "always"}
    row = {"service": service, "offerings": more.pop("offerings", []), "promises": [promise]}
    return {"number": "SLA-1", "edition": "01.00", "consumer": consumer, "rows": [row], **more}


def simulated(agreement: dict[str, Any], **more: Any) -> SimulationRun:
    """Run a draft to its end."""
    asked = running.ask(title="try", draft={"agreement": agreement, **more}, by=None, at=MONDAY)
    return running.finish(asked, at=MONDAY)


def targets(run: SimulationRun) -> dict[int, tuple[int, bool]]:
    """Give the target under the draft, and whether the agreement governs, by case."""
    rows = SimulationResult.objects.filter(run=run, metric="resolution")
    return {row.record_id: (row.draft_target, row.governed) for row in rows}


@pytest.fixture
def stranger(db: None) -> Person:
    """A requester of another customer."""
    other = Organisation.objects.create(code="other", name_zh="別的單位", name_en="Other")
    person = make_person("stranger", "requester", name="外人")
    person.unit = other
    person.save()
    return person


def test_only_cases_of_the_customer_are_touched(
    settled: Callable[..., Any], stranger: Person, unit: Organisation, service: Service
) -> None:
    own, foreign = settled(4), settled(4, by=stranger)

    run = simulated(tried(unit.pk, service.pk))

    assert targets(run) == {own.pk: (7200, True), foreign.pk: (16 * 3600, False)}
    assert run.figures["untouched"] == 1
    foreign_rows = SimulationResult.objects.filter(run=run, record=foreign.pk)
    assert not foreign_rows.filter(differs=True).exists()


def test_another_service_and_another_offering_are_untouched(
    settled: Callable[..., Any], unit: Organisation, service: Service
) -> None:
    case = settled(4)
    other = Service.objects.get(pk=service.pk)
    other.pk, other.code = None, "other"
    other.save()

    assert targets(simulated(tried(unit.pk, other.pk))) == {case.pk: (16 * 3600, False)}
    assert targets(simulated(tried(unit.pk, None, offerings=[999_999]))) == {case.pk: (16 * 3600, False)}
    assert targets(simulated(tried(None, None))) == {case.pk: (7200, True)}


def test_its_dates_count_where_they_are_given(settled: Callable[..., Any], unit: Organisation) -> None:
    case = settled(4)
    later = {"from": "2026-12-01", "to": "2027-11-30"}
    now = {"from": MONDAY.date().isoformat(), "to": MONDAY.date().isoformat()}

    assert targets(simulated(tried(unit.pk, None, **later)))[case.pk] == (16 * 3600, False)
    assert targets(simulated(tried(unit.pk, None, **now)))[case.pk] == (7200, True)


def test_an_agreement_that_names_more_goes_before_it(
    settled: Callable[..., Any], put_in_force: MakeAgreement, service: Service, unit: Organisation
) -> None:
    put_in_force(sheet(service.code, clock_promise("resolution", 5 * 3600)))
    case = settled(4)

    assert targets(simulated(tried(None, None)))[case.pk] == (5 * 3600, False)
    assert targets(simulated(tried(unit.pk, service.pk)))[case.pk] == (7200, True)
    assert targets(simulated(tried(None, None), agreements=False))[case.pk] == (7200, True)


def test_it_takes_the_place_of_its_own_edition_in_force(
    settled: Callable[..., Any], put_in_force: MakeAgreement, service: Service, unit: Organisation
) -> None:
    agreed = put_in_force(sheet(service.code, clock_promise("resolution", 5 * 3600)))
    case = settled(4)

    run = simulated(tried(None, None, agreement=agreed.pk))

    assert targets(run)[case.pk] == (7200, True)


@pytest.mark.parametrize(
    ("agreement", "word"),
    [
        ([], "object"),
        ({"rows": []}, "nothing that can be walked"),
        (tried(1, 1) | {"from": "2026-12-01", "to": "2026-01-01"}, "before it begins"),
        ({"rows": [{"promises": [{"metric": "availability", "seconds": 5}]}]}, "one of response"),
        ({"rows": [{"promises": [{"metric": "response", "seconds": 5, "stops": "never"}]}]}, "known ways"),
        ({"rows": [{"promises": [{"metric": "response", "seconds": 5, "calendar": "nowhere"}]}]}, "nowhere"),
    ],
)
def test_an_agreement_that_cannot_be_tried_is_refused(agreement: Any, word: str) -> None:
    from django.utils import translation

    with translation.override("en"), pytest.raises(BadDraft, match=word):
        running.ask(title="try", draft={"agreement": agreement}, by=None, at=MONDAY)
