"""A supplier answers by mail: over a real mail server and mailbox into the case, and nothing else gets in."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from smtplib import SMTP
from typing import Any

import pytest
from django.test import Client

from incidents.models import Incident
from itsm.intake.post import fetching, handling
from itsm.intake.post.models import InboundMail
from itsm.notices.delivery import deliver
from itsm.notices.models import Notification, Outbox
from itsm.people.models import Person
from itsm.records.clock import database_now
from itsm.records.models import Attachment, Event
from itsm.records.perform import perform
from itsm.records.undoing import LASTS
from itsm.tickets import files
from itsm.tickets.models import Comment, HoldReason, Ticket
from relationships.models import SupplierCase, SupplierContact
from relationships.supplier_letters import reference_of
from tests.fixtures import MONDAY
from tests.intake.post_office import PostOffice, opened
from tests.relationships.conftest import (  # noqa: F401  (the supplier, its contract and a case that waits for it)
    DAY,
    HOUR,
    contract,
    draft,
    incident,
    keeper,
    supplier,
)  # fmt: skip

pytestmark = pytest.mark.django_db
THEIRS = "support@fibre.example"
ANSWERED = MONDAY + 3 * HOUR


@pytest.fixture
def office(settings: Any, tmp_path: Path) -> Iterator[PostOffice]:
    """A post office through which our mails go, and from which they are fetched."""
    with opened() as made:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.smtp
        settings.MAIL_IN_URL, settings.MEDIA_ROOT = made.url, tmp_path
        yield made


@pytest.fixture
def asked(incident: Any, agent: Person, contract: Any, office: PostOffice) -> SupplierCase:  # noqa: F811
    """A supplier case that an incident waits for, its question mailed."""
    why = HoldReason.objects.get(code="awaiting_supplier")
    perform(incident, "hold", by=agent, at=MONDAY, hold_reason=why, follow_up_at=MONDAY + 30 * DAY)
    case = SupplierCase.objects.get()
    sent: SupplierCase = perform(
        case, "send", by=agent, at=MONDAY + HOUR, contract=contract, contact=f"客服 {THEIRS}", question="請更換光模組"
    )
    deliver(MONDAY + HOUR)
    return sent


def question(office: PostOffice) -> EmailMessage:
    """Give the mail with the question as the supplier got it."""
    found = message_from_bytes(office.sent_to(THEIRS)[-1], policy=default)
    assert isinstance(found, EmailMessage)
    return found


def write(
    office: PostOffice,
    words: str,
    *,
    sender: str = THEIRS,
    subject: str = "Re: 詢問",
    file: bytes = b"",
    **headers: str,
) -> None:
    """Hand a mail to the desk in at the post office."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"林工程師 <{sender}>", office.address, subject
    mail["Message-ID"] = headers.pop("Message_ID", f"<{len(office.mails)}@fibre.example>")
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(words)
    if file:
        mail.add_attachment(file, maintype="text", subtype="plain", filename="report.txt")
    with SMTP("127.0.0.1", office.smtp, timeout=10) as server:
        server.send_message(mail)


def state_of(case: Any) -> str:
    """Read the state of a supplier case anew."""
    return str(SupplierCase.objects.get(pk=case.pk).state)


def why_held() -> str:
    """Say why the one mail was held back."""
    return InboundMail.objects.get(state="held").why


# ---- answers --------------------------------------------------------------------------------
def test_an_answer_to_the_mail_stands_on_the_case_and_lets_the_incident_go_on(
    asked: SupplierCase, office: PostOffice, agent: Person, requester: Person
) -> None:
    write(
        office,
        "已更換第二埠\n\n於 2026年 服務台 寫道：\n> 請更換光模組",
        In_Reply_To=str(question(office)["Message-ID"]),
    )
    fetching.tend(ANSWERED)

    case = SupplierCase.objects.get(pk=asked.pk)
    assert (case.state, case.answered_at, case.exchanges.get().answer) == ("answered", ANSWERED, "已更換第二埠")
    note = Comment.objects.get(ticket=case.pk)
    assert (note.kind, note.author) == ("internal", None)
    assert note.body == f"{THEIRS} 的來信：Re: 詢問\n\n已更換第二埠"
    assert Incident.objects.get().state == "l1_processing"
    assert Event.objects.filter(record=case.pk, name="record_answer", channel="mail", actor=None).exists()
    assert Notification.objects.filter(person=agent, template__in=["supplier_answered", "supplier_wrote"]).exists()


def test_nothing_of_the_answer_reaches_the_requester(
    asked: SupplierCase, office: PostOffice, requester: Person
) -> None:
    write(office, "機密答覆", In_Reply_To=str(question(office)["Message-ID"]), file=b"secret report")
    fetching.tend(ANSWERED)
    deliver(ANSWERED + HOUR)

    assert state_of(asked) == "answered"
    assert not Ticket.objects.visible_to(requester).filter(pk=asked.pk).exists()
    assert not files.files_visible_to(requester).exists()
    mails = [message_from_bytes(raw, policy=default) for raw in office.sent_to(str(requester.email))]
    assert not any("機密答覆" in str(mail) or "機密答覆" in mail.get_content() for mail in mails)
    assert not Notification.objects.filter(person=requester, record=asked.pk).exists()


def test_a_ticket_system_that_keeps_only_the_subject_is_understood(asked: SupplierCase, office: PostOffice) -> None:
    write(office, "已處理", subject=f"[F-77] {question(office)['Subject']}")
    fetching.tend(ANSWERED)

    assert reference_of(asked) in str(question(office)["Subject"])
    assert state_of(asked) == "answered"


def test_any_contact_of_the_supplier_may_answer(
    asked: SupplierCase, office: PostOffice, supplier: Any  # noqa: F811
) -> None:  # fmt: skip
    SupplierContact.objects.create(supplier=supplier, name="林二", email="Second@Fibre.example")
    write(office, "由我處理", sender="second@fibre.example", In_Reply_To=str(question(office)["Message-ID"]))
    fetching.tend(ANSWERED)

    assert state_of(asked) == "answered"


def test_a_second_mail_is_a_note_and_wakes_who_has_the_case(
    asked: SupplierCase, office: PostOffice, agent: Person
) -> None:
    for words in ("第一封", "補充說明"):
        write(office, words, In_Reply_To=str(question(office)["Message-ID"]), file=b"log")
    fetching.tend(ANSWERED)

    assert [note.body.split("\n")[-1] for note in Comment.objects.order_by("pk")] == ["第一封", "補充說明"]
    assert SupplierCase.objects.get().exchanges.get().answer == "第一封"
    assert Attachment.objects.filter(record=asked.pk, is_internal=True, name="report.txt").count() == 2
    assert Notification.objects.filter(person=agent, template="supplier_wrote", record=asked.pk).exists()


def test_an_absence_note_is_kept_and_answers_nothing(asked: SupplierCase, office: PostOffice) -> None:
    write(office, "我休假中", In_Reply_To=str(question(office)["Message-ID"]), Auto_Submitted="auto-replied")
    fetching.tend(ANSWERED)

    assert state_of(asked) == "waiting"
    assert Comment.objects.get(ticket=asked.pk).body.endswith("我休假中")


# ---- what is held back ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"sender": "stranger@evil.example"}, "Its sender is not known for this supplier case."),
        ({"In_Reply_To": "<guess@example.org>"}, "It names no question of ours."),
        ({"In_Reply_To": "", "subject": "{number}"}, "It names no question of ours."),
        ({"In_Reply_To": "", "subject": "{number}-0123456789ab"}, "It names no question of ours."),
    ],
)
def test_what_is_not_surely_an_answer_changes_nothing(
    asked: SupplierCase, office: PostOffice, given: dict[str, str], why: str
) -> None:
    headers: dict[str, Any] = {"In_Reply_To": str(question(office)["Message-ID"])} | given
    headers |= {"subject": headers.get("subject", "Re").format(number=asked.number)}
    write(office, "請付款", **{name: value for name, value in headers.items() if value})
    fetching.tend(ANSWERED)

    assert why_held() == why
    assert state_of(asked) == "waiting"
    assert not Comment.objects.exists()


@pytest.mark.parametrize("act", ["accept", "discard"])
def test_an_administrator_decides_on_what_is_held_back(
    asked: SupplierCase, office: PostOffice, client: Client, act: str, agent: Person
) -> None:
    write(office, "新窗口答覆", sender="new@fibre.example", In_Reply_To=str(question(office)["Message-ID"]))
    fetching.tend(ANSWERED)
    admin = Person.objects.create(username="boss", name="管理員", is_staff=True)
    client.force_login(admin)
    page = client.get("/settings/incoming/").content.decode()
    assert "新窗口答覆" in page
    assert str(asked.number) in page
    mail = InboundMail.objects.get()
    client.post(f"/settings/incoming/{mail.pk}/", {"act": act, "number": str(asked.number)})

    mail.refresh_from_db()
    assert (mail.state, mail.decided_by) == ({"accept": "taken", "discard": "discarded"}[act], admin)
    assert state_of(asked) == {"accept": "answered", "discard": "waiting"}[act]
    client.post(f"/settings/incoming/{mail.pk}/", {"act": "accept", "number": str(asked.number)})
    assert "已有人處理" in client.get("/settings/incoming/").content.decode()


def discarded(office: PostOffice, asked: SupplierCase, client: Client) -> InboundMail:
    """An answer from a new address that an administrator set aside."""
    write(office, "新窗口答覆", sender="new@fibre.example", In_Reply_To=str(question(office)["Message-ID"]))
    fetching.tend(ANSWERED)
    client.force_login(Person.objects.create(username="boss", name="管理員", is_staff=True))
    mail = InboundMail.objects.get()
    client.post(f"/settings/incoming/{mail.pk}/", {"act": "discard"})
    return mail


def undone(client: Client, mail: InboundMail) -> str:
    """Press undo, and read the page that follows."""
    client.post(f"/settings/incoming/{mail.pk}/", {"act": "undo"})
    return client.get("/settings/incoming/").content.decode()


def test_a_mail_discarded_by_mistake_is_taken_back_and_put_on_its_case(
    asked: SupplierCase, office: PostOffice, client: Client
) -> None:
    mail = discarded(office, asked, client)
    page = client.get("/settings/incoming/").content.decode()
    assert f'href="/settings/incoming/#mail-{mail.pk}"' in page
    assert 'name="act" value="undo"' in page

    back = undone(client, mail)
    held = InboundMail.objects.get()
    client.post(f"/settings/incoming/{mail.pk}/", {"act": "accept", "number": str(asked.number)})

    assert "已重新保留" in back
    assert (held.state, held.record_id, held.decided_by, held.decided_at) == ("held", asked.pk, None, None)
    assert held.why
    assert state_of(asked) == "answered"


def test_after_half_an_hour_it_stays_discarded_and_can_still_be_read(
    asked: SupplierCase, office: PostOffice, client: Client
) -> None:
    mail = discarded(office, asked, client)
    InboundMail.objects.update(decided_at=database_now() - LASTS - timedelta(seconds=1))
    page = client.get("/settings/incoming/").content.decode()

    late = undone(client, mail)

    assert 'value="undo"' not in page
    assert all(words in page for words in ("新窗口答覆", "new@fibre.example", "由 管理員 捨棄", str(asked.number)))
    assert "已超過半小時" in late
    assert InboundMail.objects.get().state == "discarded"


def test_what_was_put_on_a_case_is_not_taken_back(asked: SupplierCase, office: PostOffice, client: Client) -> None:
    mail = discarded(office, asked, client)
    client.post(f"/settings/incoming/{mail.pk}/", {"act": "undo"})
    client.post(f"/settings/incoming/{mail.pk}/", {"act": "accept", "number": str(asked.number)})

    late = undone(client, mail)

    assert "已有人處理" in late
    assert InboundMail.objects.get().state == "taken"


def test_a_wrong_number_is_told_and_loses_nothing(asked: SupplierCase, office: PostOffice, client: Client) -> None:
    write(office, "答覆", sender="new@fibre.example")
    fetching.tend(ANSWERED)
    client.force_login(Person.objects.create(username="boss", name="管理員", is_staff=True))
    mail = InboundMail.objects.get()
    said = client.post(f"/settings/incoming/{mail.pk}/", {"act": "accept", "number": "SC-1"})

    assert said.status_code == 303
    assert "沒有此編號" in client.get("/settings/incoming/").content.decode()
    assert InboundMail.objects.get().state == "held"


# ---- once, whatever happens ------------------------------------------------------------------
def test_a_mail_that_the_server_offers_again_counts_once(asked: SupplierCase, office: PostOffice) -> None:
    office.forgets_marks = True
    write(office, "已處理", In_Reply_To=str(question(office)["Message-ID"]))
    for hour in range(3):
        fetching.tend(ANSWERED + hour * HOUR)

    assert (InboundMail.objects.count(), Comment.objects.count()) == (1, 1)


def test_another_mail_under_the_same_id_is_kept_and_held_back(asked: SupplierCase, office: PostOffice) -> None:
    for words in ("已處理", "請改付此帳戶"):
        write(office, words, In_Reply_To=str(question(office)["Message-ID"]), Message_ID="<same@fibre.example>")
    fetching.tend(ANSWERED)

    assert sorted(InboundMail.objects.values_list("state", flat=True)) == ["held", "taken"]
    assert Comment.objects.count() == 1


def test_a_mail_that_fails_every_time_keeps_no_other_waiting(
    asked: SupplierCase, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(office, "打不開", subject="broken")
    write(office, "已處理", In_Reply_To=str(question(office)["Message-ID"]))
    real = handling.letter_of

    def failing(mail: InboundMail) -> Any:
        if mail.subject == "broken":
            raise FileNotFoundError(mail.sha256)
        return real(mail)

    monkeypatch.setattr(handling, "letter_of", failing)
    for _round in range(2 * handling.MOST_TRIES + 2):
        try:
            fetching.tend(ANSWERED)
        except FileNotFoundError:
            continue

    assert {mail.subject: mail.state for mail in InboundMail.objects.all()} == {"broken": "held", "Re: 詢問": "taken"}


def test_a_mail_too_large_is_held_back_by_its_head(asked: SupplierCase, office: PostOffice, settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = 4_000
    write(office, "x" * 5_000, In_Reply_To=str(question(office)["Message-ID"]))
    fetching.tend(ANSWERED)

    assert why_held() == handling.CUT
    assert state_of(asked) == "waiting"


@pytest.mark.parametrize(
    "url", ["imap://desk:wrong@127.0.0.1:{port}/INBOX", "imap://desk:secret@127.0.0.1:1/INBOX", "desk"]
)
def test_a_mailbox_that_is_away_is_told_in_the_log_and_tried_again(
    asked: SupplierCase, office: PostOffice, settings: Any, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    write(office, "已處理", In_Reply_To=str(question(office)["Message-ID"]))
    settings.MAIL_IN_URL = url.format(port=office.imap)
    fetching.tend(ANSWERED)
    assert "incoming mail" in caplog.text
    settings.MAIL_IN_URL = office.url
    fetching.tend(ANSWERED + HOUR)

    assert state_of(asked) == "answered"


def test_without_a_mailbox_nothing_is_fetched(db: None, settings: Any) -> None:
    settings.MAIL_IN_URL = ""

    assert fetching.tend(MONDAY) == 0
    assert not Outbox.objects.exists()
