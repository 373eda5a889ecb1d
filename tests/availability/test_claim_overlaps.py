"""The same time is claimed once under a clause; what overlaps in part is taken with a notice, and what was typed is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils.translation import override

from catalogue.models import Service
from itsm.people.models import Person
from sla import claims
from sla.claim_overlaps import AlreadyClaimed, overlapping
from sla.models import ExclusionClaim
from tests.availability.conftest import taipei

pytestmark = pytest.mark.django_db
LATER = taipei(11, 25, 10)
NIGHT = taipei(11, 20), taipei(11, 20, 6)
WITHIN = taipei(11, 20, 1), taipei(11, 20, 5)
BEYOND = taipei(11, 20, 5), taipei(11, 20, 8)
Answer = tuple[int, str]


def claimed(service: Service, by: Person, span: tuple[datetime, datetime] = NIGHT, **more: Any) -> ExclusionClaim:
    asked: dict[str, Any] = {"clause": claims.USUAL[0], "reason": "颱風停電", "evidence": "停班公告"}
    return claims.claim(service, started_at=span[0], ended_at=span[1], by=by, at=LATER, **(asked | more))


def in_english(person: Person) -> Client:
    """Sign somebody in who reads English."""
    Person.objects.filter(pk=person.pk).update(language="en")
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


def by_page(service: Service, by: Person, span: tuple[datetime, datetime]) -> Answer:
    """Claim by the form."""
    client = in_english(by)
    given = {
        "clause": "force_majeure", "reason": "機房淹水", "evidence": "消防局紀錄",
        "started_at": f"{span[0]:%Y-%m-%dT%H:%M}", "ended_at": f"{span[1]:%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    answer = client.post(f"/reports/availability/{service.code}/exclude/", given)
    shown = client.get(answer.headers["Location"]) if answer.status_code == 303 else answer
    return answer.status_code, shown.content.decode()


def by_rest(service: Service, by: Person, span: tuple[datetime, datetime]) -> Answer:
    """Claim over REST."""
    client = in_english(by)
    given = {
        "service": service.code, "clause": "force_majeure", "reason": "機房淹水",
        "started_at": span[0].isoformat(), "ended_at": span[1].isoformat(),
    }  # fmt: skip
    answer = client.post("/api/v1/exclusions", json.dumps(given), content_type="application/json")
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize("ask", [by_page, by_rest])
@pytest.mark.parametrize("span", [NIGHT, WITHIN])
def test_time_that_a_claim_covers_is_not_claimed_again(
    service: Service, agent: Person, engineer: Person, ask: Callable[..., Answer], span: tuple[datetime, datetime]
) -> None:
    first = claimed(service, agent)

    status, said = ask(service, engineer, span)

    assert (status, ExclusionClaim.objects.count()) == (422, 1)
    assert "This time is claimed already" in said
    assert f"exclusion {first.pk}, Natural disasters and force majeure" in said


def test_the_form_leads_to_the_first_claim_and_keeps_what_was_typed(
    service: Service, agent: Person, engineer: Person
) -> None:
    first = claimed(service, agent)

    _status, page = by_page(service, engineer, WITHIN)

    assert f'<a href="/reports/exclusions/{first.pk}/">' in page
    assert all(typed in page for typed in ("機房淹水", "消防局紀錄", f"{WITHIN[0]:%Y-%m-%dT%H:%M}"))


@pytest.mark.parametrize(("ask", "status"), [(by_page, 303), (by_rest, 201)])
def test_a_claim_that_overlaps_in_part_is_taken_with_a_notice(
    service: Service, agent: Person, engineer: Person, ask: Callable[..., Answer], status: int
) -> None:
    first = claimed(service, agent)

    got, said = ask(service, engineer, BEYOND)

    assert (got, ExclusionClaim.objects.count()) == (status, 2)
    assert "Part of this time is claimed already and counts once" in said
    assert f"exclusion {first.pk}" in said
    assert overlapping(ExclusionClaim.objects.latest("pk")) == [first]


def test_who_decides_sees_the_overlap_from_both_sides(service: Service, agent: Person, slm: Person) -> None:
    first, second = claimed(service, agent), claimed(service, agent, BEYOND)
    client = in_english(slm)

    for one, other in ((first, second), (second, first)):
        page = client.get(f"/reports/exclusions/{one.pk}/").content.decode()
        assert "it counts once" in page
        assert f'<a href="/reports/exclusions/{other.pk}/">' in page


@pytest.mark.parametrize("end", ["withdraw", "reject"])
def test_time_whose_claim_was_refused_or_taken_back_is_free_again(
    service: Service, agent: Person, slm: Person, end: str
) -> None:
    first = claimed(service, agent)
    if end == "withdraw":
        claims.withdraw(first, by=agent, at=LATER)
    else:
        claims.decide(first, approve=False, note="未附公告", by=slm, at=LATER)

    second = claimed(service, agent)

    assert overlapping(second) == []


def test_an_approved_claim_stands_in_the_way_too(service: Service, agent: Person, slm: Person) -> None:
    claims.decide(claimed(service, agent), approve=True, note="", by=slm, at=LATER)

    with pytest.raises(AlreadyClaimed):
        claimed(service, agent, WITHIN)


def test_another_clause_another_service_and_adjoining_time_are_claims_of_their_own(
    service: Service, agent: Person
) -> None:
    claimed(service, agent)
    mail = Service.objects.get(pk=service.pk)
    mail.pk, mail.code = None, "mail"
    mail.save(force_insert=True)

    others = [
        claimed(service, agent, clause=claims.USUAL[1]), claimed(mail, agent),
        claimed(service, agent, (NIGHT[1], taipei(11, 20, 7))), claimed(service, agent, (taipei(11, 19, 23), taipei(11, 20, 7))),
    ]  # fmt: skip

    assert [len(overlapping(one)) for one in others] == [0, 0, 1, 2]  # the last covers the others of its clause


def test_the_database_refuses_an_equal_claim(service: Service, agent: Person) -> None:
    first = claimed(service, agent)
    first.pk = None

    with pytest.raises(IntegrityError, match="claim_once"), transaction.atomic():
        first.save(force_insert=True)


def test_the_sentence_is_chinese_for_who_reads_chinese(service: Service, agent: Person) -> None:
    claimed(service, agent)

    with override("zh-hant"), pytest.raises(AlreadyClaimed, match="此時段已申請除外：除外申請"):
        claimed(service, agent)


def test_what_repeated_a_claim_before_is_taken_back_and_the_approved_one_stays(
    service: Service, agent: Person, slm: Person
) -> None:
    waiting = claimed(service, agent)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX claim_once")
    approved = ExclusionClaim.objects.get(pk=waiting.pk)
    approved.pk, approved.state, approved.decided_by, approved.decided_at = None, "approved", slm, LATER
    approved.save(force_insert=True)
    other = claimed(service, agent, BEYOND)

    import_module("sla.migrations.0022_repeated_claims_taken_back").take_back(apps, None)

    states = dict(ExclusionClaim.objects.values_list("pk", "state"))
    assert states == {waiting.pk: "withdrawn", approved.pk: "approved", other.pk: "claimed"}
