"""Rates of roles over REST: the rules and sentences of their page, for administrators alone."""

from typing import Any

import pytest

from itsm.people.models import Person
from itsm.tickets.models import RoleRate
from tests.api.test_calendars import as_, send
from tests.api.test_calendars import keeper as keeper
from tests.api.test_settings import change
from tests.api.test_settings import reader as reader
from tests.fixtures import make_person

pytestmark = pytest.mark.django_db
RATES = "/api/v1/role-rates"
RATE = {"role": "agent", "since": "2026-07-01", "rate": "450.50"}


def test_a_rate_is_added_listed_and_corrected_by_version(reader: Person) -> None:
    RoleRate.objects.create(role="agent", since="2026-01-01", rate=400)

    made = send(reader, RATES, RATE)
    place = made["Location"]
    first = as_(reader).get(place)
    corrected = change(reader, place, {"rate": 460})
    late = as_(reader).patch(place, {"rate": 1}, content_type="application/json", headers={"If-Match": first["ETag"]})

    assert (made.status_code, made.json()) == (201, {"id": made.json()["id"], **RATE})
    assert (corrected.status_code, corrected.json()) == (200, made.json() | {"rate": "460.00"})
    assert late.status_code == 412
    assert [(row["since"], row["rate"]) for row in as_(reader).get(RATES).json()] == [
        ("2026-07-01", "460.00"), ("2026-01-01", "400.00"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "status", "sentence"),
    [
        ({"rate": "-1"}, 422, "An hour costs NT$0 to NT$1,000,000."), ({"rate": "1000001"}, 422, "An hour costs NT$0 to NT$1,000,000."),
        ({"since": "2026-01-01"}, 422, "This role has a rate from that day on already: change that one."),
        ({"role": "user"}, 422, "valid choice"), ({"rate": "NaN"}, 400, "number"), ({"since": "soon"}, 400, "Date"),
        ({"more": 1}, 400, "no such field"),
    ],
)  # fmt: skip
def test_a_rate_that_will_not_do_is_refused(reader: Person, wrong: dict[str, Any], status: int, sentence: str) -> None:
    RoleRate.objects.create(role="agent", since="2026-01-01", rate=400)

    answer = send(reader, RATES, RATE | wrong)

    assert (answer.status_code, sentence in answer.json()["detail"]) == (status, True), answer.json()
    assert RoleRate.objects.count() == 1


def test_the_role_of_a_rate_stays(reader: Person) -> None:
    row = RoleRate.objects.create(role="agent", since="2026-01-01", rate=400)

    assert change(reader, f"{RATES}/{row.pk}", {"role": "engineer"}).status_code == 400
    assert change(reader, f"{RATES}/{row.pk}", {"since": "2026-02-01"}).json()["role"] == "agent"
    assert change(reader, f"{RATES}/{row.pk + 1}", {}).status_code == 404


@pytest.mark.parametrize("role", ["agent", "incident_manager", "auditor"])
def test_nobody_else_reads_or_sets_rates(role: str) -> None:
    other = make_person("other", role)
    row = RoleRate.objects.create(role="agent", since="2026-01-01", rate=400)

    assert as_(other).get(RATES).status_code == as_(other).get(f"{RATES}/{row.pk}").status_code == 403
    assert send(other, RATES, RATE).status_code == change(other, f"{RATES}/{row.pk}", {"rate": 1}).status_code == 403
