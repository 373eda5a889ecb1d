"""The periods of the house are the usual ones until an administrator changes them; then everything counts by the new."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from itsm.flow import Move
from itsm.service_reports import owed
from itsm.service_reports.periods import period_of
from itsm.tickets.guards import reopens_until, within_reopen
from itsm.tickets.models import HouseRules
from sla import issuing
from tests.fixtures import MONDAY
from tests.settings_pages.conftest import sent

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
END = period_of(date(2026, 11, 1))[1]


class Closed:
    """A case that was closed on Monday."""

    closed_at = MONDAY


def reopens(days: int) -> bool:
    return bool(within_reopen(Closed(), Move("reopen", None, MONDAY + days * DAY, "system")))


def test_without_a_change_the_usual_periods_count() -> None:
    assert (reopens(7), reopens(8)) == (True, False)
    assert issuing.freezes_at(END).astimezone(UTC) == datetime(2026, 12, 8, 1, tzinfo=UTC)
    assert owed._Book([], None).days == 10


def test_an_administrator_changes_them_on_one_page(browser: Client) -> None:
    page = browser.get("/settings/house/")
    given = sent(page, reopen_days="14", freeze_days="3", report_days="8")

    assert browser.post("/settings/house/", given).status_code == 303

    assert (reopens(14), reopens(15), reopens_until(MONDAY)) == (True, False, MONDAY + 14 * DAY)
    assert issuing.freezes_at(END).astimezone(UTC) == datetime(2026, 12, 4, 1, tzinfo=UTC)
    assert owed._Book([], None).days == 8
    assert HouseRules.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"reopen_days": "0"}, "1 to 90"), ({"freeze_days": "21"}, "1 to 20"), ({"report_days": "x"}, "whole number")],
)
def test_what_cannot_be_is_said_and_changes_nothing(browser: Client, wrong: dict[str, str], words: str) -> None:
    page = browser.post("/settings/house/", {"reopen_days": "7", "freeze_days": "5", "report_days": "10"} | wrong)

    assert page.status_code == 422
    assert words in page.content.decode()
    assert not HouseRules.objects.exists()


@pytest.mark.parametrize("given", [{"pk": 2}, {"pk": 1, "reopen_days": 91}, {"pk": 1, "report_days": 0}])
def test_the_database_holds_one_row_within_its_limits(given: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        HouseRules.objects.create(**given)
