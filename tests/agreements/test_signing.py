"""Both sides sign: by the mailed link without signing in, on the page, over REST; what lies before them is sealed."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from itsm.notices import links
from itsm.notices.models import Outbox
from itsm.notices.rendering import letter
from itsm.people.models import Organisation, Person
from itsm.records.models import Event
from itsm.records.perform import offers, perform
from itsm.records.refusals import NotAllowed, Objected
from sla import agreement_seal, agreement_sheet, agreement_writing
from sla.agreement_telling import PURPOSE
from sla.models import ServiceAgreement, SignatureRequest
from tests.agreements.conftest import SIGNED, Draft
from tests.fixtures import MONDAY, make_person


@pytest.fixture
def librarian(unit: Organisation) -> Person:
    """Who leads the customer's unit, works no cases, and so sees no agreements."""
    made = make_person("librarian", name="林館長", unit=unit)
    Organisation.objects.filter(pk=unit.pk).update(lead=made)
    return made


@pytest.fixture
def now() -> datetime:
    """The instant at which signatures are asked: links live by the clock on the wall."""
    return timezone.now().replace(microsecond=0)


@pytest.fixture
def asked(draft: Draft, slm: Person, management: Person, librarian: Person, now: datetime) -> ServiceAgreement:
    """An agreement that waits for the management's and the customer's signatures."""
    made = perform(draft(), "open_negotiation", by=slm, at=MONDAY)
    found: ServiceAgreement = perform(
        made, "ask_signatures", by=slm, at=now, provider_signer=management, other_signer=librarian, edition="01.00"
    )
    return found


def token(record: ServiceAgreement, person: Person, at: datetime) -> str:
    """Make the token of the link that was mailed."""
    return links.sign(PURPOSE, record=record, person=person, at=at)


def digest(record: ServiceAgreement) -> str:
    """Give the seal of the newest edition."""
    newest = record.editions.first()
    assert newest is not None
    return str(newest.digest)


def answers(record: ServiceAgreement) -> list[tuple[str, str]]:
    """List which side answered what."""
    rows = SignatureRequest.objects.filter(edition__agreement=record).order_by("pk")
    return list(rows.values_list("side", "answer"))


def sign_by_link(record: ServiceAgreement, person: Person, at: datetime, **more: str) -> Any:
    """Send the form of the link's page."""
    body = {"choice": "signed", "digest": digest(record), "name": person.name, "title": "館長"} | more
    return Client().post(f"/a/{token(record, person, at)}/", body)


def state(record: ServiceAgreement) -> str:
    """Tell the state as it stands."""
    return str(ServiceAgreement.objects.get(pk=record.pk).state)


def test_the_customer_gets_a_link_that_shows_everything_without_signing_in(
    asked: ServiceAgreement, librarian: Person
) -> None:
    mail = letter(Outbox.objects.get(template="agreement_link", person=librarian))
    place = next(word for word in mail.body.split() if "/a/" in word)

    shown = Client().get(place[place.index("/a/") :])

    words = shown.content.decode()
    assert shown.status_code == 200
    assert str(asked.number) in mail.subject
    for said in ("98%以上", "我已閱讀本協議並同意簽署", digest(asked), "天然災害不在此限"):
        assert said in words


@pytest.mark.parametrize("field", ["name", "title"])
def test_a_name_that_is_too_long_is_said_and_not_cut(
    asked: ServiceAgreement, librarian: Person, now: datetime, field: str
) -> None:
    answer = sign_by_link(asked, librarian, now, **{field: "館" * 121})

    assert answer.status_code == 422
    assert "120" in answer.content.decode().partition("<h1")[0]
    assert answers(asked) == [("provider", "open"), ("customer", "open")]


def test_the_page_asks_for_the_post_of_the_signer(asked: ServiceAgreement, librarian: Person, now: datetime) -> None:
    assert "職稱" in Client().get(f"/a/{token(asked, librarian, now)}/").content.decode()


def test_the_dialog_says_whom_the_name_stands_for(asked: ServiceAgreement, slm: Person, librarian: Person) -> None:
    client = Client()
    client.force_login(slm)

    shown = client.get(f"/t/{asked.number}/do/ask_signatures").content.decode()

    assert f'value="{librarian.username}"' in shown
    assert f"建議：{librarian.name}。" in shown


def test_the_agreement_is_signed_when_both_sides_have_signed(
    asked: ServiceAgreement, librarian: Person, management: Person, now: datetime
) -> None:
    first = sign_by_link(asked, librarian, now)
    assert (first.status_code, state(asked)) == (200, "negotiating")
    assert answers(asked) == [("provider", "open"), ("customer", "signed")]

    sign_by_link(asked, management, now, name="管代表", title="管理代表")

    assert state(asked) == "agreed"
    edition = asked.editions.get()
    assert [(one.side, one.name, one.title, one.method) for one in edition.signatories.order_by("pk")] == [
        ("provider", "管代表", "管理代表", "system"), ("customer", "林館長", "館長", "system"),
    ]  # fmt: skip
    assert agreement_seal.stands(edition)


def test_who_asks_for_their_own_signature_has_given_it(
    draft: Draft, slm: Person, librarian: Person, now: datetime
) -> None:
    made = perform(draft(), "open_negotiation", by=slm, at=MONDAY)
    given: dict[str, Any] = {"provider_signer": slm, "other_signer": librarian, "edition": "02.05"}
    made = perform(made, "ask_signatures", by=slm, at=now, **given)

    sign_by_link(made, librarian, now)

    assert (state(made), made.editions.get().number) == ("agreed", "02.05")


def test_signatures_are_journaled_and_told(
    asked: ServiceAgreement, librarian: Person, slm: Person, now: datetime
) -> None:
    sign_by_link(asked, librarian, now)

    event = Event.objects.get(record=asked.pk, name="signature_given")
    assert (event.actor, event.channel, event.facts["seal"]) == (librarian, "mail", digest(asked))
    assert Outbox.objects.filter(template="agreement_signature", person=slm).exists()


def test_a_refusal_needs_a_reason_and_gives_the_agreement_back(
    asked: ServiceAgreement, librarian: Person, slm: Person, now: datetime
) -> None:
    seal = digest(asked)
    silent = sign_by_link(asked, librarian, now, choice="declined", reason=" ")
    assert (silent.status_code, "請說明不簽署的原因" in silent.content.decode()) == (422, True)

    said = sign_by_link(asked, librarian, now, choice="declined", reason="可用率應為 99%", digest=seal)

    assert said.status_code == 200
    assert answers(asked) == [("provider", "withdrawn"), ("customer", "declined")]
    assert Event.objects.get(record=asked.pk, name="signature_declined").reason == "可用率應為 99%"
    assert "可用率應為 99%" in letter(Outbox.objects.get(template="agreement_declined", person=slm)).subject
    agreement_writing.change(asked, by=slm, sheet=agreement_sheet.read(asked.editions.get()) | {"reason": "x"})


def test_a_link_answers_once(asked: ServiceAgreement, librarian: Person, now: datetime) -> None:
    sign_by_link(asked, librarian, now)

    again = sign_by_link(asked, librarian, now, choice="declined", reason="nein")

    assert (again.status_code, "已用此連結答覆" in again.content.decode() or "已" in again.content.decode()) == (
        409,
        True,
    )
    assert answers(asked)[1] == ("customer", "signed")


def test_an_old_link_says_so(asked: ServiceAgreement, librarian: Person, now: datetime) -> None:
    old = Client().get(f"/a/{token(asked, librarian, now - timedelta(days=8))}/")

    assert old.status_code == 410
    assert "七天" in old.content.decode()
    assert f"/agreements/{asked.number}/sign/" in old.content.decode()


def test_a_withdrawn_request_makes_the_link_say_so_and_opens_the_contents(
    asked: ServiceAgreement, librarian: Person, slm: Person, now: datetime
) -> None:
    perform(asked, "withdraw_signatures", by=slm, at=now, reason="附件有誤")

    assert Client().get(f"/a/{token(asked, librarian, now)}/").status_code == 410
    assert sign_by_link(asked, librarian, now).status_code == 409
    assert state(asked) == "negotiating"


def test_a_changed_page_signs_nothing(asked: ServiceAgreement, librarian: Person, now: datetime) -> None:
    assert sign_by_link(asked, librarian, now, digest="0" * 64).status_code == 422
    assert answers(asked)[1] == ("customer", "open")


def test_a_forged_or_foreign_link_shows_nothing(
    asked: ServiceAgreement, librarian: Person, requester: Person, now: datetime
) -> None:
    good = token(asked, librarian, now)

    assert Client().get(f"/a/{good[:-2]}xx/").status_code == 404
    assert Client().get(f"/a/{token(asked, requester, now)}/").status_code == 404


def test_who_no_longer_speaks_for_the_customer_signs_nothing(
    asked: ServiceAgreement, librarian: Person, unit: Organisation, requester: Person, now: datetime
) -> None:
    Organisation.objects.filter(pk=unit.pk).update(lead=requester)

    assert Client().get(f"/a/{token(asked, librarian, now)}/").status_code == 404


def test_only_somebody_who_speaks_for_the_customer_is_asked(
    draft: Draft, slm: Person, management: Person, agent: Person
) -> None:
    made = perform(draft(), "open_negotiation", by=slm, at=MONDAY)

    with pytest.raises(Objected, match="不能代表"):
        perform(
            made, "ask_signatures", by=slm, at=MONDAY, provider_signer=management, other_signer=agent, edition="01.00"
        )
    with pytest.raises(Objected, match="不得為同一人"):
        perform(made, "ask_signatures", by=slm, at=MONDAY, provider_signer=agent, other_signer=agent, edition="01.00")
    with pytest.raises(NotAllowed):
        perform(
            made, "ask_signatures", by=agent, at=MONDAY, provider_signer=management, other_signer=agent, edition="01.00"
        )


def test_while_signatures_are_asked_nobody_writes_nor_signs_on_paper(asked: ServiceAgreement, slm: Person) -> None:
    with pytest.raises(Objected, match="撤回"):
        agreement_writing.change(asked, by=slm, sheet={"reason": "y"})
    with pytest.raises(Objected, match="撤回"):
        perform(asked, "sign", by=slm, at=MONDAY, provider_signer=slm, **SIGNED)
    reasons = {offer.name: offer.reason for offer in offers(asked, person=slm, at=MONDAY)}
    assert reasons["ask_signatures"] == "已請求簽署。"


def test_who_is_signed_in_is_led_to_the_same_page(asked: ServiceAgreement, librarian: Person, slm: Person) -> None:
    client = Client()
    client.force_login(librarian)

    shown = client.get(f"/agreements/{asked.number}/sign/", follow=True)

    assert "我已閱讀本協議並同意簽署" in shown.content.decode()
    client.force_login(slm)
    assert client.get(f"/agreements/{asked.number}/sign/").status_code == 404


def test_the_page_shows_who_is_asked_and_hides_the_pen(asked: ServiceAgreement, slm: Person, librarian: Person) -> None:
    client = Client()
    client.force_login(slm)

    words = client.get(f"/agreements/{asked.number}/").content.decode()

    assert "待簽署" in words
    assert librarian.name in words
    assert f"/agreements/{asked.number}/edit/" not in words


def test_rest_asks_reads_and_answers(draft: Draft, slm: Person, management: Person, librarian: Person) -> None:
    made = perform(draft(), "open_negotiation", by=slm, at=MONDAY)
    client = Client()
    client.force_login(slm)
    base = f"/api/v1/agreements/{made.number}"
    body = {"provider_signer": slm.username, "other_signer": librarian.username, "edition": "01.00"}

    said = client.post(f"{base}/transitions/ask_signatures", json.dumps(body), content_type="application/json")
    assert said.status_code == 200, said.content.decode()
    assert client.get(f"{base}/signature").status_code == 404
    client.force_login(librarian)
    read = client.get(f"{base}/signature").json()
    answer = {"answer": "signed", "digest": read["request"]["digest"], "name": "林館長"}
    given = client.post(f"{base}/signature", json.dumps(answer), content_type="application/json")

    assert (given.status_code, given.json()["answer"]) == (200, "signed"), given.content.decode()
    assert state(made) == "agreed"
    client.force_login(slm)
    edition = client.get(base).json()["editions"][0]
    assert {one["answer"] for one in edition["requests"]} == {"signed"}
    assert edition["digest"] == read["request"]["digest"]


def test_of_a_contract_the_supplier_is_the_other_side(draft: Draft, slm: Person, provider: Organisation) -> None:
    made = perform(draft(type="uc", title="UC"), "open_negotiation", by=slm, at=MONDAY)

    made = perform(made, "sign", by=slm, at=MONDAY, provider_signer=slm, **SIGNED)

    signed = made.editions.get().signatories.order_by("pk")
    assert [(one.side, one.name) for one in signed] == [("customer", slm.name), ("provider", "林館長")]


EDITIONS = (
    "exceptions_zh = 'x'", "charging_zh = 'x'", "workload_zh = 'x'", "provider_duties_zh = 'x'", "customer_duties_en = 'x'",
    "valid_to = '2031-01-01'", "signed_at = NULL", "signed_at = now()", "digest = ''", "sealed_at = NULL", "minor = 77",
    "hours_id = NULL", "workload = '[1]'", "reason = 'x'", "review_every_months = 1", "agreement_id = agreement_id + 1",
    "valid_from = '2020-01-01'",
)  # fmt: skip
CELLS = [f"{name}_{tongue}" for name in agreement_sheet.COLUMNS for tongue in ("zh", "en")]
STATEMENTS = (
    *(f"UPDATE sla_agreementedition SET {one}" for one in EDITIONS),
    "DELETE FROM sla_agreementedition",
    *(f"UPDATE sla_agreementrow SET {one} = 'x'" for one in CELLS),
    "UPDATE sla_agreementrow SET service_id = NULL",
    "UPDATE sla_agreementrow SET rto_seconds = 1",
    "DELETE FROM sla_agreementrow",
    "INSERT INTO sla_agreementrow_offerings (agreementrow_id, requestitem_id) SELECT id, 1 FROM sla_agreementrow",
    "UPDATE sla_agreementitem SET name_zh = 'x'",
    "DELETE FROM sla_agreementitem",
    "UPDATE sla_promise SET seconds = 1",
    "UPDATE sla_promise SET goal_percent = 1",
    "DELETE FROM sla_promise",
    "INSERT INTO sla_promise SELECT (jsonb_populate_record(NULL::sla_promise,"
    """ to_jsonb(p) || '{"id": 999999, "priority": 5}')).* FROM sla_promise p LIMIT 1""",
    "UPDATE sla_maintenanceplan SET notice_days = 0",
    "DELETE FROM sla_maintenanceplan",
    "UPDATE sla_exclusionclause SET text_zh = 'x'",
    "DELETE FROM sla_exclusionclause",
    "UPDATE sla_remedy SET trigger_zh = 'x'",
    "UPDATE sla_agreementdocument SET title_zh = 'x'",
    "DELETE FROM sla_agreementdocument",
    "UPDATE sla_agreementrow SET safeguards_zh = 'x'",
    "UPDATE sla_agreementrow SET procedure_url = 'x'",
    "UPDATE sla_signatory SET name = 'x'",
    "DELETE FROM sla_signatory",
    "UPDATE sla_serviceagreement SET consumer_id = NULL",
    "UPDATE sla_serviceagreement SET type = 'uc'",
)  # fmt: skip
WHOLE: dict[str, Any] = {
    "exclusions": [{"code": "disaster", "text_zh": "天然災害"}],
    "remedies": [{"trigger_zh": "未達成", "kind": "apology"}],
    "documents": [{"title_zh": "附件一"}],
}


def whole_sheet() -> dict[str, Any]:
    """Give contents with every kind of part."""
    from tests.agreements.conftest import sheet

    contents = sheet(**WHOLE)
    contents["rows"][0] |= {"items": [{"name_zh": "電力"}], "maintenance_plans": [{"subject_zh": "發電機"}]}
    return contents


def refused(statement: str) -> bool:
    """Tell whether the database refuses a statement as touching what was signed, and not for another reason."""
    said = ""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except IntegrityError as fault:
        said = str(fault).lower()
    assert not said or "what was signed" in said, said
    return bool(said)


def test_the_database_alters_nothing_that_was_signed(put_in_force: Draft) -> None:
    put_in_force(whole_sheet())

    assert [one for one in STATEMENTS if not refused(one)] == []


def test_the_database_alters_nothing_that_lies_before_the_signers(
    draft: Draft, slm: Person, management: Person, librarian: Person
) -> None:
    made = perform(draft(whole_sheet()), "open_negotiation", by=slm, at=MONDAY)
    perform(
        made, "ask_signatures", by=slm, at=MONDAY, provider_signer=management, other_signer=librarian, edition="01.00"
    )
    opens = ("signed_at", "digest", "sealed_at", "sla_signatory", "valid_from")

    asked_of = [one for one in STATEMENTS if not any(name in one for name in opens)]
    assert [one for one in asked_of if not refused(one)] == []


def test_a_draft_is_written_freely(draft: Draft) -> None:
    draft(whole_sheet())

    assert not refused("UPDATE sla_agreementrow SET remarks_zh = 'x'")
    assert not refused("UPDATE sla_agreementedition SET exceptions_zh = 'x'")
    assert not refused("UPDATE sla_serviceagreement SET consumer_id = NULL")


def test_what_an_edition_lives_through_is_kept(put_in_force: Draft) -> None:
    put_in_force(whole_sheet())

    assert not refused("UPDATE sla_agreementedition SET next_review_on = '2027-11-01', chain = '[]', ended_at = now()")
