"""Who is told of a configuration item: who keeps the data of what is reported, then whoever reported it."""

import pytest

from configuration import corrections
from itsm.people.models import Person
from tests.configuration.conftest import Make
from tests.fixtures import MONDAY
from tests.notices import told

pytestmark = pytest.mark.django_db


def test_a_report_goes_to_the_keeper_and_its_answer_to_the_reporter(
    make: Make, agent: Person, config_manager: Person
) -> None:
    host = make("server", "H-1")
    told.silence()

    found = corrections.report(host, found="B2", by=agent, at=MONDAY)
    assert told.heard() == {("ci_wrong", config_manager.username)}
    told.hold_all()
    told.silence()
    corrections.refuse(found, by=config_manager, at=MONDAY, reason="B1")

    assert told.heard() == {("ci_report_refused", "agent")}
    told.hold_all()
