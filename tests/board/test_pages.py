"""The pages of the committee: who may open them, voting, leading, refusals that lose nothing, documents."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from changes import chairing, minutes_files
from changes.board_models import CabMeeting
from changes.casting import cast
from changes.models import Change
from itsm.people.models import Person
from itsm.records.attachments import path_of
from itsm.records.models import Event
from itsm.records.perform import perform
from tests.board.conftest import APPROVAL, HOUR, THURSDAY, vote
from tests.fixtures import make_person
from tests.pdfs import pages_of

pytestmark = pytest.mark.django_db


def signed_in(person: Person) -> Client:
    """A client of ``person``, in English."""
    person.language = "en"
    person.save()
    client = Client()
    client.force_login(person)
    return client


def html_of(response: Any) -> str:
    """The text of a page that was found."""
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def test_the_overview_shows_the_next_meeting_and_what_needs_my_vote(
    change: Any, meeting: Any, people: dict[str, Person]
) -> None:
    html = html_of(signed_in(people["lin"]).get("/cab/"))

    assert meeting.number in html
    assert change.title in html
    assert "your vote is missing" in html
    assert "5 of 5 expected, 3 needed" in html


def test_a_vote_cast_leaves_the_list_of_what_needs_me(change: Any, people: dict[str, Person]) -> None:
    vote(change, people, lin="yes")

    assert "your vote is missing" not in html_of(signed_in(people["lin"]).get("/cab/"))


@pytest.mark.parametrize("path", ["/cab/", "/cab/new/"])
def test_requesters_and_the_desk_are_told_that_it_is_not_theirs(path: str, requester: Person, agent: Person) -> None:
    assert signed_in(requester).get(path).status_code == 403
    assert signed_in(agent).get(path).status_code == 403


def test_a_member_votes_on_the_page_of_the_meeting(session: Any, change: Any, people: dict[str, Person]) -> None:
    client = signed_in(people["lin"])
    html = html_of(client.get(f"/cab/{session.number}/"))
    ballot = change.ballots.get()
    assert f'action="/cab/ballots/{ballot.pk}/"' in html
    assert ballot.paper in html

    sent = {"vote": "yes", "reason": "備品足夠", "paper": ballot.paper, "next": f"/cab/{session.number}/"}
    answer = client.post(f"/cab/ballots/{ballot.pk}/", sent)

    assert (answer.status_code, answer["Location"]) == (303, f"/cab/{session.number}/")
    assert ballot.votes.get(member=people["lin"]).reason == "備品足夠"


def test_a_condition_without_words_is_refused_and_loses_nothing(change: Any, people: dict[str, Person]) -> None:
    ballot = change.ballots.get()

    answer = signed_in(people["lin"]).post(f"/cab/ballots/{ballot.pk}/", {"vote": "condition", "reason": "先測負載"})

    assert answer.status_code == 422
    assert "Say what the condition is." in answer.content.decode()
    assert "先測負載" in answer.content.decode()
    assert not ballot.votes.filter(member=people["lin"]).exists()


def test_the_requester_sees_why_they_must_not_vote(change: Any, board: Any, engineer: Person) -> None:
    board.members.create(person=engineer)
    client = signed_in(engineer)
    ballot = change.ballots.get()

    html = html_of(client.get(f"/cab/ballots/{ballot.pk}/"))
    answer = client.post(f"/cab/ballots/{ballot.pk}/", {"vote": "yes"})

    assert "You must not vote here: asked for the change" in html
    assert answer.status_code == 422
    assert not ballot.votes.filter(vote="yes").exists()


def test_who_has_no_seat_reads_and_does_not_vote(change: Any, change_manager: Person) -> None:
    client = signed_in(change_manager)
    ballot = change.ballots.get()

    assert 'name="vote"' not in html_of(client.get(f"/cab/ballots/{ballot.pk}/"))
    assert client.post(f"/cab/ballots/{ballot.pk}/", {"vote": "yes"}).status_code == 403


def test_the_page_says_what_was_edited_since_the_void_round(
    change: Any, people: dict[str, Person], meeting: Any
) -> None:
    vote(change, people, chair="yes")
    Change.objects.filter(pk=change.pk).update(plan="一次全換")
    cast(change, by=people["lin"], vote="yes")

    html = html_of(signed_in(people["chair"]).get(f"/cab/{meeting.number}/"))

    assert "Changed since the votes before" in html
    assert "<del>逐組更換</del> → <ins>一次全換</ins>" in html


def test_the_chair_leads_and_records_the_decision(session: Any, change: Any, people: dict[str, Person]) -> None:
    client, item = signed_in(people["chair"]), session.items.get()
    vote(change, people, chair="yes", lin="yes", security="yes")

    assert client.post(f"/cab/{session.number}/act/hear/", {"item": item.pk}).status_code == 303
    item.refresh_from_db()
    assert item.running_since is not None
    given = {"decision": "approve", "reason": "電力設備", "needs_transition": "no"}
    assert client.post(f"/cab/{session.number}/decide/{item.pk}/", given).status_code == 303

    assert Change.objects.get(pk=change.pk).state == "implementation_review"


def test_a_decision_that_the_votes_do_not_carry_is_shown_again(
    session: Any, change: Any, people: dict[str, Person]
) -> None:
    item = session.items.get()

    answer = signed_in(people["chair"]).post(
        f"/cab/{session.number}/decide/{item.pk}/",
        {"decision": "approve", "reason": "趕時間", "needs_transition": "no"},
    )

    assert answer.status_code == 422
    assert "CAB quorum or majority not reached." in answer.content.decode()
    assert "趕時間" in answer.content.decode()


def test_members_neither_lead_nor_decide(session: Any, people: dict[str, Person]) -> None:
    client, item = signed_in(people["wu"]), session.items.get()

    assert client.post(f"/cab/{session.number}/act/next/").status_code == 403
    assert client.post(f"/cab/{session.number}/decide/{item.pk}/", {"decision": "defer"}).status_code == 403


def test_a_remark_stands_in_the_minutes(session: Any, people: dict[str, Person]) -> None:
    client = signed_in(people["lin"])

    client.post(f"/cab/{session.number}/remark/", {"text": "備品到貨"})

    assert Event.objects.filter(record=session.pk, name="remark", reason="備品到貨").exists()
    assert "備品到貨" in html_of(client.get(f"/cab/{session.number}/live/"))


def test_a_confidential_change_is_read_by_those_who_decide_only(
    change: Any, meeting: Any, people: dict[str, Person]
) -> None:
    Change.objects.filter(pk=change.pk).update(confidential=True)
    outsider = make_person("outsider", "service_owner")

    told = html_of(signed_in(outsider).get(f"/cab/{meeting.number}/"))

    assert change.title not in told
    assert "confidential" in told
    assert change.title in html_of(signed_in(people["lin"]).get(f"/cab/{meeting.number}/"))


@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_agenda_and_minutes_are_pdfs_in_both_languages(session: Any, change_manager: Person, language: str) -> None:
    client = signed_in(change_manager)

    agenda = client.get(f"/cab/{session.number}/agenda.pdf?lang={language}")
    early = client.get(f"/cab/{session.number}/minutes.pdf?lang={language}")
    CabMeeting.objects.filter(pk=session.pk).update(ended_at=THURSDAY)
    late = client.get(f"/cab/{session.number}/minutes.pdf?lang={language}")

    assert (agenda.status_code, agenda["Content-Type"], agenda.content[:4]) == (200, "application/pdf", b"%PDF")
    assert (early.status_code, late.status_code, late.content[:4]) == (404, 200, b"%PDF")


def test_the_agenda_on_paper_says_what_was_decided_by_votes_before(
    meeting: Any, change: Any, people: dict[str, Person], change_manager: Person
) -> None:
    meeting.items.filter(change=change).update(decision="approve", decided_by=people["chair"], decided_at=THURSDAY)

    paper = signed_in(change_manager).get(f"/cab/{meeting.number}/agenda.pdf?lang=en").content

    assert "todecide·approved" in "".join(pages_of(paper))


def test_signed_minutes_are_being_drawn_until_their_files_are_there(
    session: Any, change: Any, people: dict[str, Person], change_manager: Person
) -> None:
    vote(change, people, chair="yes", lin="yes", wu="yes")
    chairing.decide(session, session.items.get().pk, "approve", by=people["chair"], at=THURSDAY, **APPROVAL)
    ended = perform(session, "end_meeting", by=change_manager, at=THURSDAY + HOUR)
    signed = perform(ended, "approve_minutes", by=people["chair"], at=THURSDAY + HOUR)
    client, here = signed_in(change_manager), f"/cab/{signed.number}/"

    assert "Minutes are being drawn" in html_of(client.get(here))
    assert client.get(f"{here}minutes.pdf")["Location"] == here
    minutes_files.draw_due(at=THURSDAY + HOUR)

    page, kept = html_of(client.get(here)), client.get(f"{here}minutes.pdf?lang=en")
    assert "Minutes are being drawn" not in page
    assert "minutes.pdf" in page
    assert kept.content == path_of(signed.attachments.get(name__contains="-en").sha256).read_bytes()


def test_a_further_meeting_is_planned_by_the_owner_of_the_process(
    board: Any, change_manager: Person, people: dict[str, Person]
) -> None:
    given = {"board": board.pk, "starts_at": "2026-12-01T10:00", "ends_at": "2026-12-01T11:00"}
    assert signed_in(people["lin"]).post("/cab/new/", given).status_code == 403

    answer = signed_in(change_manager).post("/cab/new/", given)

    made = CabMeeting.objects.get()
    assert (answer["Location"], made.kind_of) == (f"/cab/{made.number}/", "emergency")
    wrong = signed_in(change_manager).post("/cab/new/", given | {"ends_at": "2026-12-01T09:00"})
    assert wrong.status_code == 422
    assert "must end after it begins" in wrong.content.decode()


def test_statements_do_not_grow_with_the_agenda(
    session: Any, change: Any, change_manager: Person, draft: Any, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(change_manager)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        client.get(f"/cab/{session.number}/")
    for _each in range(3):
        copy = Change.objects.get(pk=change.pk)
        session.items.create(change=_copied(copy), position=9, purpose="decide")
    with CaptureQueriesContext(connection) as many:
        client.get(f"/cab/{session.number}/")

    assert len(many) <= len(one)


def _copied(change: Any) -> Any:
    from itsm.records.perform import open_record

    fields = {
        name: getattr(change, name)
        for name in ("title", "description", "requester", "service", "window_start", "window_end")
    }
    return open_record(Change, by=None, at=timezone.now(), channel="portal", received_at=timezone.now(), **fields)


def test_only_members_of_the_board_may_remark(session: Any, auditor_of_changes: Person) -> None:
    assert signed_in(auditor_of_changes).post(f"/cab/{session.number}/remark/", {"text": "x"}).status_code == 403
    assert not chairing.leads(session, auditor_of_changes)


@pytest.fixture
def auditor_of_changes(db: None) -> Person:
    """Somebody who reads everything and does nothing."""
    return make_person("auditor", "auditor")
