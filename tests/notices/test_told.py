"""Who is told of each step of incidents and requests; and what holds for every message that the product knows."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from catalogue.models import Category, RequestItem
from incidents import services
from itsm.notices import templates
from itsm.notices.delivery import still_wanted
from itsm.people.models import Person
from itsm.records.models import Watcher
from itsm.records.perform import perform
from tests.fixtures import MONDAY
from tests.notices import told
from tests.notices.told import CHINESE, Row, row

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=2)
DECLARED: dict[str, Any] = {
    "criterion": "many_users", "lead": "@incident_manager", "comms_owner": "@agent", "next_update_at": LATER + timedelta(minutes=30),
}  # fmt: skip
TOLD_OF_MAJOR = "agent requester owner management"
INCIDENT = (
    row("outage", "cancel", "agent", {"cancelled": "requester"}, code="false_alarm", reason="誤報"),
    row("worked", "withdraw", "requester", {"cancelled": "agent"}, reason="已恢復"),
    row("worked", "escalate_second_line", "agent", {"handed_over": "engineer", "accepted": "requester"}, team="@network_team",
        note="已重啟仍失敗"),
    row("worked", "resolve", "agent", {"resolved": "requester"}, resolution_code="fixed", resolution_note="已重啟"),
    row("resolved", "reject_resolution", "requester", {"not_solved": "agent"}, reason="還是不行"),
    row("resolved", "confirm_resolution", "requester", {"closed": "agent"}, confirmation="portal"),
    row("worked", "propose_major", "agent", {"major_proposed": "manager"}, criterion="many_users"),
    row("worked", "declare_major", "incident_manager", {"major_declared": TOLD_OF_MAJOR}, **DECLARED),
    row("declared", "demote_major", "incident_manager", {"major_ended": TOLD_OF_MAJOR}, reason="影響有限"),
)  # fmt: skip


@pytest.fixture
def declared(request: pytest.FixtureRequest, worked: Any, incident_manager: Person, agent: Person) -> Any:
    """The fault as a major incident."""
    given = DECLARED | {"lead": incident_manager, "comms_owner": agent}
    return perform(worked, "declare_major", by=incident_manager, at=LATER, **given)


@pytest.mark.parametrize("line", INCIDENT, ids=str)
def test_the_steps_of_an_incident(
    request: pytest.FixtureRequest, incident_manager: Person, engineer: Person, management: Person, line: Row
) -> None:
    told.act(request, request.getfixturevalue(line.state), line, at=LATER)


@pytest.fixture
def management(db: None) -> Person:
    """The representative of the management."""
    from tests.fixtures import make_person

    return make_person("management", "management_rep", name="李主任")


def test_a_refused_request_is_told_with_a_way_to_complain(
    request: pytest.FixtureRequest, requester: Person, mailbox_item: RequestItem, category: Category, unit: Any
) -> None:
    made = services.raise_request(by=requester, requester=requester, item=mailbox_item, category=category, at=MONDAY)
    assert ("approval_asked", "head") in told.heard()
    told.hold_all()
    line = row("pending_approval", "reject_request", "head", {"rejected": "requester"}, reason="已有信箱")

    told.act(request, made, line, at=LATER)

    mail = next(one for one in told.messages() if hasattr(one, "email"))
    place = f"/portal/feedback/?about={made.number}"
    assert place in told.written(mail, "en").body
    told.assert_opens(place, requester)


@pytest.fixture
def head(unit: Any) -> Person:
    """The lead of the requester's unit."""
    found: Person = unit.lead
    return found


def test_a_confidential_case_is_not_told_to_who_may_not_know_of_it(
    outage: Any, agent: Person, engineer: Person, requester: Person, category: Category
) -> None:
    type(outage).objects.filter(pk=outage.pk).update(confidential=True, team=None, title="密件標題")
    secret = type(outage).objects.get(pk=outage.pk)
    Watcher.objects.create(record=secret, person=engineer)
    told.silence()

    perform(secret, "withdraw", by=requester, at=LATER, reason="不宜公開")

    mails = {one.person.username: one for one in told.messages() if hasattr(one, "email")}
    assert "engineer" in mails
    assert not still_wanted(mails["engineer"])
    assert "密件標題" not in told.written(mails["engineer"], "zh-hant").subject


@pytest.mark.parametrize("language", told.LANGUAGES)
def test_every_message_has_its_words_in_the_reader_s_language(language: str) -> None:
    with translation.override(language):
        wrong = [
            one.name
            for one in templates.templates()
            if bool(CHINESE.search(str(one.headline))) != (language == "zh-hant")
        ]

    assert wrong == []
