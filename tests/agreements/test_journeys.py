"""An agreement from its draft to its end, and its editions."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from changes.models import Change
from itsm.people.models import Person
from itsm.records.perform import offers, perform
from itsm.records.refusals import NotAllowed, Objected
from sla import agreement_sheet, agreement_writing, agreements
from sla.models import AgreementRow, ServiceAgreement
from sla.sweep import sweep
from tests.agreements.conftest import DAY, SIGNED, Draft, clock_promise, sheet
from tests.fixtures import MONDAY


def test_an_agreement_is_drafted_negotiated_signed_and_put_in_force(draft: Draft, slm: Person) -> None:
    made = draft()
    assert (made.state, str(made.number)[:4]) == ("draft", "SLA-")

    made = perform(made, "open_negotiation", by=slm, at=MONDAY)
    made = perform(made, "sign", by=slm, at=MONDAY, provider_signer=slm, **SIGNED)
    made = perform(made, "activate", by=slm, at=MONDAY, effective_on=date(2026, 11, 23))

    edition = made.editions.get()
    assert (made.state, edition.number, edition.applied_at) == ("active", "01.00", MONDAY)
    assert [(one.side, one.name, one.method) for one in edition.signatories.order_by("pk")] == [
        ("provider", "周服務", "paper"), ("customer", "林館長", "paper"),
    ]  # fmt: skip


@pytest.mark.parametrize("without", ["rows", "workload_zh", "exceptions_zh", "hours", "next_review_on", "valid_from"])
def test_what_is_incomplete_is_not_signed(draft: Draft, slm: Person, without: str) -> None:
    contents = {name: value for name, value in sheet().items() if name != without}
    made = perform(draft(contents), "open_negotiation", by=slm, at=MONDAY)

    with pytest.raises(Objected, match="協議內容不完整"):
        perform(made, "sign", by=slm, at=MONDAY, provider_signer=slm, **SIGNED)


def test_both_signatures_are_needed(draft: Draft, slm: Person) -> None:
    made = perform(draft(), "open_negotiation", by=slm, at=MONDAY)

    with pytest.raises(Objected) as refused:
        perform(made, "sign", by=slm, at=MONDAY, provider_signer=slm, how="paper", edition="01.00")

    assert set(refused.value.fields) == {"customer_signer"}


@pytest.mark.parametrize("number", ["1", "one", "01.000", "01.00x", "-1.00"])
def test_a_version_is_two_numbers(draft: Draft, slm: Person, number: str) -> None:
    made = perform(draft(), "open_negotiation", by=slm, at=MONDAY)

    with pytest.raises(Objected, match="版次"):
        perform(made, "sign", by=slm, at=MONDAY, provider_signer=slm, **SIGNED | {"edition": number})


def test_signed_contents_are_never_altered_not_even_by_the_database(put_in_force: Draft, slm: Person) -> None:
    made = put_in_force()

    with pytest.raises(Objected, match="修訂"):
        agreement_writing.change(made, by=slm, sheet=sheet())
    with pytest.raises(IntegrityError, match="signed"), transaction.atomic():
        AgreementRow.objects.filter(edition__agreement=made).update(availability_zh="50%以上")


def test_the_old_edition_runs_until_the_new_one_is_in_force(
    put_in_force: Draft, slm: Person, authorised: Change
) -> None:
    made = put_in_force()
    made = perform(made, "revise", by=slm, at=MONDAY, change=authorised)
    contents = sheet("documents", clock_promise("resolution", 3600))
    agreement_writing.change(made, by=slm, sheet=contents, at=MONDAY)
    during = [one.number for one in agreements.in_force(at=MONDAY + DAY)]

    made = perform(made, "sign", by=slm, at=MONDAY + DAY, provider_signer=slm, **SIGNED | {"edition": "02.00"})
    made = perform(made, "activate", by=slm, at=MONDAY + 2 * DAY, effective_on=date(2026, 11, 25))

    assert during == ["01.00"]
    assert [one.number for one in agreements.in_force(at=MONDAY + DAY)] == ["01.00"]
    assert [one.number for one in agreements.in_force(at=MONDAY + 2 * DAY)] == ["02.00"]
    assert made.links_in.get().source_id == authorised.pk


def test_an_agreement_is_revised_only_through_an_authorised_change(
    put_in_force: Draft, slm: Person, requester: Person
) -> None:
    from itsm.records.perform import open_record

    unauthorised = open_record(Change, by=None, at=MONDAY, title="想改", requester=requester, received_at=MONDAY)

    with pytest.raises(Objected, match="核准的變更"):
        perform(put_in_force(), "revise", by=slm, at=MONDAY, change=unauthorised)


def test_a_review_sets_the_next_one(put_in_force: Draft, slm: Person) -> None:
    made = perform(put_in_force(), "begin_review", by=slm, at=MONDAY)

    made = perform(made, "confirm_unchanged", by=slm, at=MONDAY, minutes="續行")

    assert (made.state, made.editions.get().next_review_on) == ("active", date(2027, 11, 23))


def test_a_signed_agreement_comes_in_force_and_expires_by_itself(draft: Draft, slm: Person) -> None:
    contents = sheet() | {"valid_from": "2026-11-25", "valid_to": "2026-12-31"}
    made = perform(draft(contents), "open_negotiation", by=slm, at=MONDAY)
    made = perform(made, "sign", by=slm, at=MONDAY, provider_signer=slm, **SIGNED)

    sweep(at=MONDAY + DAY)
    before = ServiceAgreement.objects.get().state
    sweep(at=MONDAY + 2 * DAY)
    running = ServiceAgreement.objects.get().state
    sweep(at=MONDAY + timedelta(days=60))

    assert (before, running, ServiceAgreement.objects.get().state) == ("agreed", "active", "expired")
    assert agreements.in_force(at=MONDAY + timedelta(days=60)) == []


def test_a_terminated_agreement_promises_nothing_more(put_in_force: Draft, slm: Person) -> None:
    perform(put_in_force(), "terminate", by=slm, at=MONDAY + DAY, reason="服務停止")

    assert len(agreements.in_force(at=MONDAY)) == 1
    assert agreements.in_force(at=MONDAY + DAY) == []


def test_the_same_is_not_promised_twice_to_one_customer(put_in_force: Draft) -> None:
    first = put_in_force()

    with pytest.raises(Objected, match=first.number):
        put_in_force(title="又一份")


def test_only_keepers_write(draft: Draft, agent: Person) -> None:
    made = draft()

    with pytest.raises(NotAllowed):
        agreement_writing.change(made, by=agent, sheet=sheet())
    with pytest.raises(NotAllowed):
        perform(made, "open_negotiation", by=agent, at=MONDAY)


def test_contents_are_read_as_they_were_written(draft: Draft, mailbox_item: Any) -> None:
    contents = sheet(
        "documents", clock_promise("fulfilment", 3600, request_item="mailbox", goal_percent="97.5"),
        {"metric": "availability", "value": "99.9", "per": "item", "combine": "all_items"},
        remedies=[{"trigger_zh": "未達可用率", "kind": "credit_percent", "amount": "10"}],
    )  # fmt: skip
    contents["rows"][0] |= {
        "items": [{"name_zh": "電力"}, {"name_zh": "空調"}],
        "maintenance_plans": [
            {"subject_zh": "發電機", "interval": "month", "window_start": "18:00", "window_end": "20:00"}
        ],
    }
    kept = agreement_sheet.read(draft(contents).editions.get())

    assert [one["name_zh"] for one in kept["rows"][0]["items"]] == ["電力", "空調"]
    assert [one["value"] for one in kept["rows"][0]["promises"]] == [None, "99.9"]
    assert kept["rows"][0]["promises"][0]["goal_percent"] == "97.5"
    assert kept["rows"][0]["maintenance_plans"][0]["window_start"] == "18:00"
    assert kept["remedies"][0]["amount"] == "10"


@pytest.mark.parametrize(
    ("place", "promise"),
    [
        ("rows.0.promises.0", {"metric": "resolution"}),
        ("rows.0.promises.0.metric", {"metric": "speed", "seconds": 60}),
        ("rows.0.promises.0", {"metric": "availability", "value": "101"}),
        ("rows.0.promises.0.calendar", {"metric": "response", "seconds": 60, "calendar": "nowhere"}),
        ("rows.0.promises.0.seconds", {"metric": "response", "seconds": "soon"}),
    ],
)
def test_a_value_that_cannot_be_kept_is_named_by_its_place(draft: Draft, place: str, promise: dict[str, Any]) -> None:
    with pytest.raises(Objected) as refused:
        draft(sheet("documents", promise))

    assert place in refused.value.fields
    assert not ServiceAgreement.objects.exists()


def test_the_buttons_follow_the_role(draft: Draft, slm: Person, agent: Person) -> None:
    made = draft()

    assert [offer.name for offer in offers(made, person=slm, at=MONDAY)] == ["open_negotiation"]
    assert offers(made, person=agent, at=MONDAY) == []
