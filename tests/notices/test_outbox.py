"""Putting out: once, as the reader prefers, in the transaction; sending: in order, again after failures, given up at last."""

from datetime import UTC, datetime, timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from itsm.notices import outbox
from itsm.notices.delivery import LEASE, MOST_TRIES, claim, deliver, revive, wait_after
from itsm.notices.models import LocalMail, Notification, Outbox, Preference
from itsm.notices.templates import UnknownTemplate, templates
from itsm.people.models import Person
from itsm.tickets import comments
from itsm.tickets.models import Ticket
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_outbox(outage: Any) -> None:
    """Begin without the acknowledgement."""
    Outbox.objects.all().delete()
    Notification.objects.all().delete()


def put(person: Person | None, *, key: str = "a", record: Any = None, **more: Any) -> int:
    fields: dict[str, Any] = {"event": "reply", "template": "reply", "at": MONDAY} | more
    return outbox.put(
        dedupe_key=key, person_id=person.pk if person else None, record_id=record.pk if record else None, **fields
    )


class Failing(EmailBackend):
    """A server that refuses as long as it is told to."""

    failing = True

    def send_messages(self, email_messages: Any) -> int:
        if Failing.failing:
            raise SMTPServerDisconnected("gone")
        return super().send_messages(email_messages)


@pytest.fixture
def broken_server(settings: Any) -> Any:
    Failing.failing = True
    settings.EMAIL_BACKEND = "tests.notices.test_outbox.Failing"
    return Failing


def test_the_same_key_is_put_out_once(requester: Person, outage: Any) -> None:
    put(requester, record=outage)
    put(requester, record=outage)

    assert Outbox.objects.count() == Notification.objects.count() == 1


def test_preferences_are_followed(requester: Person, outage: Any) -> None:
    Preference.objects.create(person=requester, event="reply", by_mail=False)
    put(requester, record=outage)
    assert (Outbox.objects.count(), Notification.objects.count()) == (0, 1)

    Preference.objects.update(by_mail=True, in_app=False)
    put(requester, key="b", record=outage)

    assert (Outbox.objects.count(), Notification.objects.count()) == (1, 1)


def test_people_who_left_and_quiet_blocks_get_nothing(requester: Person, outage: Any) -> None:
    with outbox.quiet():
        put(requester, record=outage)
    Person.objects.filter(pk=requester.pk).update(is_active=False)
    put(requester, key="b", record=outage)

    assert (Outbox.objects.count(), Notification.objects.count()) == (0, 0)


def test_an_unknown_template_is_refused_at_once(requester: Person) -> None:
    with pytest.raises(UnknownTemplate):
        put(requester, template="nonsense")


def test_a_bare_address_gets_a_mail_and_no_line(outage: Any) -> None:
    put(None, email="team@example.org", record=outage, language="en")

    assert deliver(MONDAY).sent == 1
    assert mail.outbox[0].to == ["team@example.org"]
    assert Notification.objects.count() == 0


def test_a_mail_is_marked_automatic_with_a_stable_id(requester: Person, outage: Any) -> None:
    put(requester, record=outage)
    row = Outbox.objects.get()

    done = deliver(MONDAY)

    sent = mail.outbox[0]
    assert done.sent == 1
    assert sent.to == ["requester@example.org"]
    assert sent.subject.startswith(f"[{outage.number}] ")
    assert sent.extra_headers["Message-ID"] == row.message_id == outbox.message_id("a")
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    assert f"/t/{outage.number}" in sent.body
    assert deliver(MONDAY).total == 0


@pytest.mark.parametrize("language", ["en", "zh-hant"])
@pytest.mark.parametrize("template", [template.name for template in templates()])
def test_every_template_renders_in_both_languages(template: str, language: str, requester: Person, outage: Any) -> None:
    Person.objects.filter(pk=requester.pk).update(language=language)
    facts = {"link": "confirm", "reason": "因為", "resolution": "好了", "percent": 75, "level": 2, "before": "INC-1",
             "hold_reason": {"zh_hant": "等待使用者", "en": "waiting for the requester"}, "due_at": MONDAY}  # fmt: skip
    put(requester, template=template, record=outage, facts=facts)

    done = deliver(MONDAY)

    assert done.sent == 1, Outbox.objects.get().last_error
    sent = mail.outbox[0]
    assert "\n" not in sent.subject
    assert "%(" not in f"{sent.subject}{sent.body}"
    assert "&#" not in sent.body
    assert outage.title in sent.subject


def test_a_title_cannot_add_headers(requester: Person, outage: Any) -> None:
    Ticket.objects.filter(pk=outage.pk).update(title="公文\r\nBcc: all@example.org")
    put(requester, record=outage)

    deliver(MONDAY)

    assert mail.outbox[0].message()["Bcc"] is None
    assert "公文 Bcc: all@example.org" in mail.outbox[0].subject


def test_a_confidential_case_tells_only_its_number(requester: Person, outage: Any) -> None:
    Ticket.objects.filter(pk=outage.pk).update(confidential=True)
    put(requester, record=outage, template="not_solved", facts={"reason": "極機密"})

    deliver(MONDAY)

    whole = f"{mail.outbox[0].subject}{mail.outbox[0].body}"
    assert outage.number in whole
    assert "極機密" not in whole
    assert outage.title not in whole


def test_who_may_not_see_the_case_any_more_is_told_nothing(other_requester: Person, outage: Any) -> None:
    put(other_requester, record=outage)

    done = deliver(MONDAY)

    assert (done.dropped, len(mail.outbox)) == (1, 0)
    assert Notification.objects.visible_to(other_requester).count() == 0


def test_failures_are_tried_again_later_and_later_and_then_given_up(
    requester: Person, outage: Any, broken_server: Any
) -> None:
    put(requester, record=outage)
    now, waits = MONDAY, []
    for _number in range(MOST_TRIES):
        deliver(now)
        row = Outbox.objects.get()
        waits.append((row.available_at - now).total_seconds())
        now = max(row.available_at, now)

    assert waits[:-1] == sorted(waits[:-1])
    assert row.dead_at is not None
    assert "SMTPServerDisconnected" in row.last_error
    assert (row.attempts, row.sent_at) == (MOST_TRIES, None)


def test_a_dead_message_can_be_revived(requester: Person, outage: Any, broken_server: Any) -> None:
    put(requester, record=outage)
    Outbox.objects.update(attempts=MOST_TRIES - 1)
    deliver(MONDAY)
    assert Outbox.objects.dead().count() == 1

    broken_server.failing = False
    revive([Outbox.objects.get().pk], at=MONDAY)

    assert deliver(MONDAY).sent == 1


def test_a_row_whose_holder_died_is_free_after_the_lease(requester: Person, outage: Any) -> None:
    put(requester, record=outage)
    claim(at=MONDAY)

    assert deliver(MONDAY + LEASE).total == 0
    assert deliver(MONDAY + LEASE + timedelta(seconds=1)).sent == 1


def test_what_is_due_later_waits_and_does_not_hold_others_up(requester: Person, outage: Any) -> None:
    put(requester, key="later", record=outage, not_before=MONDAY + timedelta(hours=1))
    put(requester, key="now", record=outage)

    assert deliver(MONDAY).sent == 1
    assert Outbox.objects.get(dedupe_key="now").sent_at == MONDAY
    assert deliver(MONDAY + timedelta(hours=1)).sent == 1


def test_messages_about_one_case_reach_one_reader_in_order(
    requester: Person, agent: Person, outage: Any, broken_server: Any
) -> None:
    put(requester, key="first", record=outage)
    deliver(MONDAY)
    broken_server.failing = False
    put(requester, key="second", record=outage)
    put(agent, key="other", record=outage)

    assert deliver(MONDAY).sent == 1
    assert Outbox.objects.get(dedupe_key="other").sent_at is not None
    assert deliver(MONDAY + wait_after(1) + timedelta(seconds=10)).sent == 2
    assert [sent.extra_headers["Message-ID"] for sent in mail.outbox[1:]] == [
        outbox.message_id("first"),
        outbox.message_id("second"),
    ]


def test_words_that_cannot_be_made_are_given_up_at_once_and_others_go_on(
    requester: Person, agent: Person, outage: Any
) -> None:
    put(requester, key="bad", record=outage)
    put(agent, key="good", record=outage)
    Outbox.objects.filter(dedupe_key="bad").update(template="vanished")

    done = deliver(MONDAY)

    assert (done.sent, done.dead) == (1, 1)


def test_the_text_of_a_public_reply_is_sent_and_that_of_a_note_never(
    requester: Person, agent: Person, outage: Any
) -> None:
    note = comments.note(outage, body="@requester canaryword", by=agent, at=MONDAY)
    comments.reply(outage, body="請重新開機", by=agent, at=MONDAY)
    put(requester, key="forged", record=outage, facts={"comment": note.pk})

    deliver(MONDAY)

    words = "".join(f"{sent.subject}{sent.body}" for sent in mail.outbox)
    assert "請重新開機" in words
    assert "canaryword" not in words


def test_the_local_mailbox_keeps_each_mail_once(requester: Person, outage: Any, settings: Any) -> None:
    settings.EMAIL_BACKEND = "itsm.notices.mailbox.LocalMailboxBackend"
    put(requester, record=outage)
    deliver(MONDAY)
    Outbox.objects.update(sent_at=None)
    deliver(datetime(2026, 11, 24, tzinfo=UTC))

    kept = LocalMail.objects.get()
    assert kept.recipients == "requester@example.org"
    assert outage.number in kept.subject


def test_a_password_mail_goes_out_whatever_was_chosen_and_its_token_is_not_kept(requester: Person) -> None:
    Preference.objects.create(person=requester, event="account", by_mail=False)
    put(requester, event="account", template="password_reset", facts={"uid": "MQ", "token": "abc-123"})

    assert deliver(MONDAY).sent == 1
    assert "http://testserver/password/reset/MQ/abc-123/" in mail.outbox[0].body
    assert Outbox.objects.get().facts == {}
    assert Notification.objects.count() == 0
