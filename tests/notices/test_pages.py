"""The pages of notices: one's own lines and choices, announcements, outgoing mail, the mailbox."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from itsm.notices import outbox
from itsm.notices.models import Announcement, LocalMail, Notification, Outbox, Preference
from itsm.people.models import Person
from itsm.tickets import comments
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(db: None) -> Person:
    return make_person("root", is_staff=True)


def signed_in(client: Client, person: Person) -> Client:
    client.force_login(person)
    return client


def test_one_sees_ones_own_lines_in_ones_own_language(
    client: Client, worked: Any, agent: Person, requester: Person, other_requester: Person
) -> None:
    comments.reply(worked, body="處理中", by=agent, at=MONDAY)
    page = signed_in(client, requester).get("/notifications/").content.decode()
    assert "林怡君" in page
    assert worked.number in page

    Person.objects.filter(pk=requester.pk).update(language="en")
    assert "林怡君 replied" in client.get("/notifications/").content.decode()

    assert worked.number not in signed_in(client, other_requester).get("/notifications/").content.decode()


def test_opening_a_line_marks_it_and_leads_to_the_case(
    client: Client, worked: Any, agent: Person, requester: Person
) -> None:
    comments.reply(worked, body="處理中", by=agent, at=MONDAY)
    row = Notification.objects.get(person=requester)
    assert signed_in(client, requester).get(f"/notifications/{row.pk}/").status_code == 405

    answer = client.post(f"/notifications/{row.pk}/")

    assert (answer.status_code, answer["Location"]) == (303, f"/t/{worked.number}")
    assert Notification.objects.get(pk=row.pk).read_at is not None


def test_nobody_opens_anothers_line(
    client: Client, worked: Any, agent: Person, requester: Person, other_requester: Person
) -> None:
    comments.reply(worked, body="處理中", by=agent, at=MONDAY)
    row = Notification.objects.get(person=requester)

    assert signed_in(client, other_requester).post(f"/notifications/{row.pk}/").status_code == 404
    assert Notification.objects.get(pk=row.pk).read_at is None


def test_all_that_were_shown_are_marked_and_newer_ones_not(
    client: Client, worked: Any, agent: Person, requester: Person
) -> None:
    comments.reply(worked, body="一", by=agent, at=MONDAY)
    shown = Notification.objects.get(person=requester)
    comments.reply(worked, body="二", by=agent, at=MONDAY)

    signed_in(client, requester).post("/notifications/read/", {"upto": shown.pk})

    assert Notification.objects.unread().filter(person=requester).count() == 1
    assert Notification.objects.get(pk=shown.pk).read_at is not None


def test_choices_are_kept_and_followed(client: Client, worked: Any, agent: Person, requester: Person) -> None:
    page = signed_in(client, requester).get("/me/notifications/").content.decode()
    assert 'value="escalation"' not in page

    client.post("/me/notifications/", {"by_mail": ["opened", "escalation"], "in_app": ["opened", "reply"]})

    assert Preference.objects.get(person=requester, event="reply").by_mail is False
    assert not Preference.objects.filter(person=requester, event__in=["opened", "escalation"])
    Outbox.objects.all().delete()
    comments.reply(worked, body="處理中", by=agent, at=MONDAY)
    assert not Outbox.objects.exists()
    assert Notification.objects.filter(person=requester, template="reply").exists()


def test_announcements_are_written_shown_and_ended(client: Client, incident_manager: Person, requester: Person) -> None:
    signed_in(client, incident_manager)
    fields = {"title_zh": "機房停電", "title_en": "Power cut", "level": "danger", "starts_at": "2026-11-01T08:00"}
    assert client.post("/settings/announcements/new/", fields | {"ends_at": "2026-10-01T08:00"}).status_code == 422

    assert client.post("/settings/announcements/new/", fields).status_code == 303
    made = Announcement.objects.get()
    assert (
        client.get("/settings/announcements/").status_code
        == client.get(f"/settings/announcements/{made.pk}/").status_code
        == 200
    )
    assert "機房停電" in signed_in(client, requester).get("/announcements/").content.decode()
    assert client.get("/settings/announcements/").status_code == 403

    signed_in(client, incident_manager).post(f"/settings/announcements/{made.pk}/end/")
    assert not Announcement.objects.current(timezone.now() + timedelta(seconds=1))


def test_the_gravest_announcement_comes_first(db: None) -> None:
    for level in ("info", "danger", "warning"):
        Announcement.objects.create(title_zh=level, level=level, starts_at=MONDAY)

    assert [row.level for row in Announcement.objects.current(MONDAY)] == ["danger", "warning", "info"]
    assert not Announcement.objects.current(MONDAY - timedelta(seconds=1))


def test_an_administrator_sees_dead_letters_and_revives_them(
    client: Client, administrator: Person, outage: Any, agent: Person
) -> None:
    Outbox.objects.update(dead_at=MONDAY, last_error="SMTPServerDisconnected: gone", attempts=12)
    page = signed_in(client, administrator).get("/settings/outbox/").content.decode()
    assert "<td>SMTPServerDisconnected: gone</td>" in page  # a cell that wraps: the error is read whole
    assert signed_in(client, agent).get("/settings/outbox/").status_code == 403
    assert client.post("/settings/outbox/retry/").status_code == 403

    signed_in(client, administrator).post("/settings/outbox/retry/", {"pick": [Outbox.objects.get().pk]})

    assert Outbox.objects.get().dead_at is None


def test_the_mailbox_opens_only_in_the_demo_or_to_administrators(
    client: Client, requester: Person, agent: Person, administrator: Person, settings: Any
) -> None:
    mail = LocalMail.objects.create(
        message_id="<1>", sender="d@e", recipients=requester.email, subject="密件主旨", body="內文", at=MONDAY
    )
    settings.DEMO_MODE = False
    assert signed_in(client, requester).get("/mailbox/").status_code == 403
    assert "密件主旨" in signed_in(client, administrator).get("/mailbox/").content.decode()
    assert client.get(f"/mailbox/{mail.pk}/").status_code == 404

    settings.DEMO_MODE = True
    assert "密件主旨" not in signed_in(client, agent).get("/mailbox/").content.decode()
    assert signed_in(client, requester).get(f"/mailbox/{mail.pk}/").status_code == 200
    Person.objects.filter(pk=requester.pk).update(is_demo=True)
    assert "內文" in signed_in(client, agent).get(f"/mailbox/{mail.pk}/").content.decode()


def test_lists_cost_the_same_for_one_line_and_for_many(
    client: Client, worked: Any, agent: Person, django_assert_max_num_queries: Any
) -> None:
    for number in range(40):
        outbox.put(
            dedupe_key=str(number), event="reply", template="reply", person_id=agent.pk, record_id=worked.pk, at=MONDAY
        )
    signed_in(client, agent)

    with django_assert_max_num_queries(14):
        page = client.get("/notifications/").content.decode()

    assert "after=" in page


def test_an_announcement_stands_at_the_head_of_every_page(client: Client, requester: Person, agent: Person) -> None:
    Announcement.objects.create(title_zh="機房停電", level="danger", starts_at=MONDAY)

    for person in (requester, agent):
        assert "機房停電" in signed_in(client, person).get("/notifications/").content.decode()
