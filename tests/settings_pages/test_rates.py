"""What an hour of a role costs is an administrator's setting."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from itsm.people.models import Person
from itsm.tickets.models import RoleRate
from itsm.tickets.work_models import rate_of
from tests.settings_pages.conftest import sent

pytestmark = pytest.mark.django_db


def test_a_rate_is_added_and_holds_from_its_day_on(browser: Client) -> None:
    page = browser.get("/settings/rates/new/")

    answer = browser.post("/settings/rates/new/", sent(page, role="agent", since="2026-07-01", rate="450.50"))

    assert answer.status_code == 303
    assert rate_of("agent", on=date(2026, 6, 30)) is None
    assert str(rate_of("agent", on=date(2026, 7, 1))) == "450.50"
    assert "450.50" in browser.get("/settings/rates/").content.decode()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [({"rate": "-1"}, "An hour costs NT$0 to NT$1,000,000."), ({"rate": "1000001"}, "An hour costs NT$0 to NT$1,000,000."),
     ({"since": "2026-01-01"}, "This role has a rate from that day on already: change that one."), ({"role": "user"}, "valid choice")],
)  # fmt: skip
def test_a_rate_that_will_not_do_is_told(browser: Client, given: dict[str, str], sentence: str) -> None:
    RoleRate.objects.create(role="agent", since="2026-01-01", rate=400)

    answer = browser.post("/settings/rates/new/", {"role": "agent", "since": "2026-07-01", "rate": "450"} | given)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert RoleRate.objects.count() == 1


def test_a_rate_is_corrected_and_keeps_its_role(browser: Client) -> None:
    row = RoleRate.objects.create(role="agent", since="2026-01-01", rate=400)

    browser.post(f"/settings/rates/{row.pk}/", {"role": "engineer", "since": "2026-01-01", "rate": "420"})

    row.refresh_from_db()
    assert (row.role, str(row.rate)) == ("agent", "420.00")


def test_nobody_else_sets_or_reads_rates(signed_in: Callable[[Person], Client], incident_manager: Person) -> None:
    browser = signed_in(incident_manager)

    for address in ("/settings/rates/", "/settings/rates/new/"):
        assert browser.get(address).status_code == 403
