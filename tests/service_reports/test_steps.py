"""A report goes from its preparation to the customer's signature; what is issued never changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from itsm.notices.models import Outbox
from itsm.records.refusals import MovedOn, NotAllowed, Objected, Stale
from itsm.service_reports import signing, steps, work
from itsm.service_reports.document import canonical, digest_of
from itsm.service_reports.models import ReportIssue
from tests.availability.conftest import taipei
from tests.service_reports.conftest import AFTER, NOVEMBER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]
SECOND = timedelta(seconds=1)


def test_what_was_missed_must_be_commented_before_it_is_approved(
    calculated: Any, brm: Any, service: Any, owner: Any
) -> None:
    issue = calculated()
    with pytest.raises(Objected, match=r"must comment|說明"):
        steps.approve(issue, digest=issue.digest, by=brm, at=AFTER)

    steps.comment(issue, service, "外電異常", by=owner, at=AFTER)

    issue.refresh_from_db()
    assert issue.state == "commented"
    steps.approve(issue, digest=issue.digest, by=brm, at=AFTER)
    issue.refresh_from_db()
    assert (issue.state, issue.approved_by) == ("approved", brm)


def test_who_prepared_it_cannot_approve_it_and_strangers_can_do_nothing(
    calculated: Any, slm: Any, service: Any, owner: Any, agent: Any
) -> None:
    issue = calculated()
    steps.comment(issue, service, "外電異常", by=owner, at=AFTER)
    issue.refresh_from_db()

    with pytest.raises(Objected):
        steps.approve(issue, digest=issue.digest, by=slm, at=AFTER)
    acts: list[Callable[[], None]] = [
        lambda: steps.approve(issue, digest=issue.digest, by=agent, at=AFTER),
        lambda: steps.comment(issue, service, "x", by=agent, at=AFTER),
        lambda: steps.recalculate(issue, by=agent, at=AFTER),
        lambda: steps.issue(issue, by=agent, at=AFTER),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()


def test_only_the_figures_that_were_read_are_approved(
    calculated: Any, brm: Any, slm: Any, service: Any, owner: Any, down: Any
) -> None:
    issue = calculated()
    steps.comment(issue, service, "外電異常", by=owner, at=AFTER)
    issue.refresh_from_db()
    read = issue.digest
    down(taipei(11, 20, 9), taipei(11, 20, 11))
    steps.recalculate(issue, by=slm, at=AFTER)
    work.go_on(AFTER + SECOND)
    issue.refresh_from_db()

    with pytest.raises(Stale):
        steps.approve(issue, digest=read, by=brm, at=AFTER)


def test_a_running_period_is_not_issued(calculated: Any, slm: Any, brm: Any, service: Any, owner: Any) -> None:
    at = taipei(11, 20, 10)
    issue = calculated(at)
    steps.comment(issue, service, "外電異常", by=owner, at=at)
    issue.refresh_from_db()
    steps.approve(issue, digest=issue.digest, by=brm, at=at)

    with pytest.raises(Objected):
        steps.issue(issue, by=slm, at=at)


def test_issued_figures_never_change_in_the_database_either(issued: Any) -> None:
    issue = issued()

    changes: list[dict[str, Any]] = [
        {"figures": {}},
        {"digest": "x"},
        {"is_provisional": True},
        {"state": "prepared"},
        {"edition": 2},
    ]
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            ReportIssue.objects.filter(pk=issue.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReportIssue.objects.filter(pk=issue.pk).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        issue.steps.update(note="forged")


def test_drawn_again_from_its_frozen_figures_it_is_the_same(issued: Any, slm: Any, down: Any, client: Client) -> None:
    issue = issued()
    client.force_login(slm)
    address = f"{issue.get_absolute_url()}print/"
    before, text = client.get(address).content, canonical(issue.figures)

    down(taipei(11, 21, 9), taipei(11, 21, 12))
    issue.services.update(name_zh="改名的服務")

    issue.refresh_from_db()
    assert client.get(address).content == before
    assert canonical(issue.figures) == text
    assert digest_of(issue.figures) == issue.digest


def test_a_correction_is_a_new_edition_that_says_what_differs(
    issued: Any, customer: Any, slm: Any, brm: Any, service: Any, owner: Any, down: Any
) -> None:
    first = issued()
    down(taipei(11, 21, 9), taipei(11, 21, 12))
    with pytest.raises(Objected):
        steps.prepare(customer, NOVEMBER, by=slm, at=AFTER)

    second = steps.prepare(customer, NOVEMBER, by=slm, at=AFTER, reason="漏列 11/21 中斷")
    work.go_on(AFTER + SECOND)
    second.refresh_from_db()
    changed = {one["figure"]: one for one in second.differences}
    assert changed["documents.availability.result"]["added"] == 1
    steps.comment(second, service, "補列", by=owner, at=AFTER)
    second.refresh_from_db()
    steps.approve(second, digest=second.digest, by=brm, at=AFTER)
    steps.issue(second, by=slm, at=AFTER)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.superseded, second.superseded, second.edition) == (True, False, 2)
    assert second.number.endswith("-02")


def test_the_round_prepares_what_an_agreement_owes_once(customer: Any) -> None:
    assert work.tend(AFTER) >= 1
    work.go_on(AFTER)
    made = ReportIssue.objects.get()
    work.tend(AFTER + timedelta(hours=1))

    assert ReportIssue.objects.get() == made
    assert (made.customer, made.prepared_by, made.starts_at) == (customer, None, NOVEMBER[0])


def test_it_is_mailed_once_to_each_who_speaks_for_the_customer(issued: Any, unit: Any, speaker: Any) -> None:
    issue = issued()
    work.tend(AFTER)
    work.tend(AFTER + timedelta(hours=1))

    mails = Outbox.objects.filter(template="report_issued")
    assert sorted(mails.values_list("person", flat=True)) == sorted([unit.lead_id, speaker.pk])
    assert signing.address(issue, speaker) in {mail.facts["address"] for mail in mails}


@pytest.mark.usefixtures("quick_press")
def test_the_signed_link_signs_once_without_signing_in(
    issued: Any, speaker: Any, client: Client, mailoutbox: Any
) -> None:
    issue = issued()
    address = signing.path_of(issue, speaker)
    assert "99.860%" in client.get(address).content.decode()

    papers = set(issue.papers.values_list("language", "sha256"))
    assert len(papers) == 2
    answer = client.post(address, {"name": "", "title": "組長"})
    assert answer.status_code == 422
    answer = client.post(address, {"name": "何代表", "title": "組長", "remark": "請改善"})

    work.go_on(AFTER + SECOND)
    issue.refresh_from_db()
    assert answer.status_code == 200
    assert set(issue.papers.values_list("language", "sha256")) == papers  # what was signed is what was issued
    assert (issue.state, issue.acknowledged_by, issue.acknowledged_way, issue.remark) == (
        "acknowledged",
        "何代表",
        "link",
        "請改善",
    )
    assert client.post(address, {"name": "別人"}).status_code == 409
    with pytest.raises(DatabaseError), transaction.atomic():
        ReportIssue.objects.filter(pk=issue.pk).update(acknowledged_by="別人")


def test_links_of_strangers_and_broken_links_open_nothing(issued: Any, requester: Any, client: Client) -> None:
    issue = issued()

    assert client.get(signing.path_of(issue, requester)).status_code == 404
    assert client.get("/reports/sla/sign/none/").status_code == 404


def test_nobody_signs_a_replaced_edition(issued: Any, speaker: Any, customer: Any, slm: Any) -> None:
    issue = issued()
    ReportIssue.objects.filter(pk=issue.pk).update(superseded=True)

    with pytest.raises(MovedOn):
        steps.acknowledge(issue, steps.Signature("何代表"), way="portal", by=speaker, at=AFTER)


@pytest.mark.parametrize(
    ("who", "draft", "out"),
    [
        ("slm", 200, 200),
        ("owner", 200, 200),
        ("agent", 404, 404),
        ("requester", 404, 404),
        ("speaker", 404, 200),
        ("auditor", 200, 200),
    ],
)
def test_who_reads_what(
    request: Any, calculated: Any, issued: Any, client: Client, who: str, draft: int, out: int
) -> None:
    from tests.fixtures import make_person

    person = make_person("auditor", "auditor") if who == "auditor" else request.getfixturevalue(who)
    issue = calculated()
    client.force_login(person)

    assert client.get(issue.get_absolute_url()).status_code == draft
    assert issued().pk == issue.pk
    assert client.get(issue.get_absolute_url()).status_code == out


@pytest.mark.usefixtures("quick_press")
def test_a_link_whose_time_is_over_leads_to_the_report_of_who_signs_in(
    issued: Any, speaker: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue = issued()
    monkeypatch.setattr(signing, "VALID_FOR", timedelta(days=-36500))

    page = client.get(f"{signing.path_of(issue, speaker)}?lang=en")

    assert page.status_code == 404
    assert "The time for signing by this link is over." in page.content.decode()
    assert f'href="/reports/sla/{issue.pk}/"' in page.content.decode()
