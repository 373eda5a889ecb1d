"""The rule of reclassification (domain 1.9), in every direction: the matter goes on whole, once, and under the eyes of its owner."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from catalogue.models import Service
from incidents import services
from itsm.notices.models import Outbox
from itsm.people.models import Person
from itsm.records import register
from itsm.records.attachments import attach
from itsm.records.links import link, linked, linking
from itsm.records.models import Attachment, LinkKind, Watcher
from itsm.records.perform import perform
from itsm.records.refusals import Objected
from itsm.tickets import comments
from itsm.tickets.models import Comment
from tests.fixtures import MONDAY, make_person
from tests.record.conftest import signed_in as signed_in

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)
SignedIn = Callable[..., Client]
#: Every direction: what it was received as, the move that judges it, and what it goes on as in which state.
WAYS = [
    ("incident", "judge_as_request", "service_request", "submitted"),
    ("incident", "judge_as_problem", "problem", "registered"),
    ("incident", "judge_as_complaint", "complaint", "submitted"),
    ("service_request", "judge_as_incident", "incident", "reported"),
    ("service_request", "judge_as_complaint", "complaint", "submitted"),
]
every_way = pytest.mark.parametrize(("kind", "move", "becomes", "first"), WAYS)


@pytest.fixture
def watcher(desk: Any) -> Person:
    """A colleague of the desk who watches."""
    return make_person("watcher", "agent", name="張同仁")


@pytest.fixture
def received(requester: Person, agent: Person, service: Service, watcher: Person) -> Callable[[str], Any]:
    """A matter with everything that can hang on it: words, a note, a file for all and one for the desk, a watcher."""

    def make(kind: str) -> Any:
        raise_it = services.raise_incident if kind == "incident" else services.raise_request
        case = raise_it(
            by=requester,
            requester=requester,
            title="想要更快的網路",
            description="每天 **很慢**",
            service=service,
            at=MONDAY,
        )
        comments.reply(case, body="請問在哪一間？", by=agent, at=MONDAY + timedelta(minutes=5))
        comments.note(case, body="可能是走廊的基地台", by=agent, at=MONDAY + timedelta(minutes=6))
        comments.reply(case, body="三樓閱覽室", by=requester, at=MONDAY + timedelta(minutes=7))
        attach(case, name="speed.txt", pieces=[b"3 Mbit"], by=requester, at=MONDAY)
        attach(case, name="inside.txt", pieces=[b"AP-3"], by=agent, at=MONDAY, internal=True)
        Watcher.objects.create(record_id=case.pk, person=watcher)
        return case

    return make


def read(client: Client, address: str) -> str:
    """Read a page, wherever its address leads."""
    answer = client.get(address)
    return read(client, answer.headers["Location"]) if "Location" in answer.headers else answer.content.decode()


def judged(case: Any, move: str, by: Person) -> tuple[Any, Any]:
    """Judge it to be something else; gives the old record and the one that goes on."""
    old = perform(case, move, by=by, at=LATER, reason="依使用者說明")
    (row,) = linked(old, kind=LinkKind.RECLASSIFIED_TO).records
    return old, register.load(row)


@every_way
def test_the_matter_goes_on_with_everything_that_hung_on_it(
    received: Any, agent: Person, watcher: Person, kind: str, move: str, becomes: str, first: str
) -> None:
    case = received(kind)
    old, made = judged(case, move, agent)

    assert (old.state, old.phase, made.kind, made.state) == ("reclassified", "done", becomes, first)
    for name in ("title", "description", "requester_id", "unit_id", "service_id", "received_at", "confidential"):
        assert getattr(made, name) == getattr(case, name), name
    files = Attachment.objects.filter(record=made.pk).order_by("pk")
    assert [(one.name, one.is_internal) for one in files] == [("speed.txt", False), ("inside.txt", True)]
    assert {one.sha256 for one in files} == {one.sha256 for one in Attachment.objects.filter(record=old.pk)}
    assert list(Watcher.objects.filter(record=made.pk).values_list("person", flat=True)) == [watcher.pk]


@every_way
def test_what_was_said_is_shown_on_the_new_record_too(
    received: Any, agent: Person, requester: Person, signed_in: SignedIn, kind: str, move: str, becomes: str, first: str
) -> None:
    old, made = judged(received(kind), move, agent)
    said = Comment.objects.filter(ticket=made.pk).order_by("at")

    assert [(one.kind, one.body, one.author_id, one.merged_from_id) for one in said] == [
        (one.kind, one.body, one.author_id, old.pk) for one in Comment.objects.filter(ticket=old.pk).order_by("at")
    ]
    who = make_person("keeper", "problem_manager", "brm", "incident_manager")
    page = read(signed_in(who), f"/t/{made.number}")
    portal = signed_in(requester).get(f"/portal/cases/{made.number}/").content.decode()
    assert [text in page for text in ("三樓閱覽室", "可能是走廊的基地台", f"from {old.number}")] == [True] * 3
    assert [text in portal for text in ("三樓閱覽室", "可能是走廊的基地台")] == [True, False]


@every_way
def test_the_requester_gets_one_message_with_the_new_number(
    received: Any, agent: Person, requester: Person, kind: str, move: str, becomes: str, first: str
) -> None:
    case = received(kind)
    Outbox.objects.all().delete()
    old, made = judged(case, move, agent)

    (row,) = Outbox.objects.filter(person=requester)
    assert (row.template, row.facts["before"], row.record.pk) == ("reclassified", old.number, made.pk)


@every_way
def test_both_pages_show_the_other_and_the_old_number_leads_to_the_new(
    received: Any, agent: Person, requester: Person, signed_in: SignedIn, kind: str, move: str, becomes: str, first: str
) -> None:
    old, made = judged(received(kind), move, agent)
    who = make_person("keeper", "problem_manager", "brm", "incident_manager")
    browser, section = signed_in(who), register.process_of(made).section

    before = browser.get(f"/{register.process_of(old).section}/{old.number}/").content.decode()
    after = browser.get(f"/{section}/{made.number}/").content.decode()
    told = ("This matter goes on as", "reclassified to", f"/{section}/{made.number}/")
    assert [text in before for text in told] == [True] * 3
    assert [text in after for text in ("reclassified from", old.number)] == [True] * 2
    assert browser.get(f"/t/{old.number}").headers["Location"] == f"/{section}/{made.number}/"
    assert made.number in read(signed_in(requester), f"/t/{old.number}")


def test_the_old_number_stays_where_the_new_record_may_not_be_known(
    received: Any, agent: Person, signed_in: SignedIn
) -> None:
    old, made = judged(received("incident"), "judge_as_complaint", agent)
    type(made).objects.filter(pk=made.pk).update(confidential=True, team=None)

    assert signed_in(agent).get(f"/t/{old.number}").headers["Location"] == f"/incidents/{old.number}/"


@pytest.mark.parametrize(("kind", "move"), [(kind, move) for kind, move, _becomes, _first in WAYS])
def test_a_second_reclassification_needs_the_owner_of_the_process(
    received: Any, agent: Person, incident_manager: Person, kind: str, move: str
) -> None:
    """Whatever the second move is: the matter came here by a first one."""
    before = {"incident": ("service_request", "judge_as_incident"), "service_request": ("incident", "judge_as_request")}
    _old, again = judged(received(before[kind][0]), before[kind][1], agent)
    with translation.override("en"), pytest.raises(Objected, match="moved once already"):
        perform(again, move, by=agent, at=LATER, reason="又不是")
    last, made = judged(again, move, incident_manager)

    assert last.state == "reclassified"
    assert [row.pk for row in linking(made, kind=LinkKind.RECLASSIFIED_TO).records] == [again.pk]
    assert Comment.objects.filter(ticket=made.pk).count() == 3  # nothing is shown twice


def test_after_two_moves_the_first_number_leads_to_the_last(
    received: Any, agent: Person, incident_manager: Person, signed_in: SignedIn
) -> None:
    first, again = judged(received("service_request"), "judge_as_incident", agent)
    _old, last = judged(again, "judge_as_request", incident_manager)

    assert signed_in(agent).get(f"/t/{first.number}").headers["Location"] == f"/requests/{last.number}/"


def test_the_pointer_is_unique_and_misjudgements_are_counted(received: Any, agent: Person) -> None:
    old, made = judged(received("incident"), "judge_as_request", agent)
    link(old, made, kind=LinkKind.RECLASSIFIED_TO, by=agent, at=LATER)
    assert len(linked(old, kind=LinkKind.RECLASSIFIED_TO).records) == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        old.links_out.create(target_id=made.pk, kind=LinkKind.RECLASSIFIED_TO, created_at=LATER)

    figures = register.process("incident").figures
    wrong = next(kpi for name, kpi in figures.items() if name == "judged_wrongly")
    value = wrong(start=MONDAY - timedelta(days=1), end=MONDAY + timedelta(days=1))
    assert (value.part, value.whole) == (1, 1)
