"""The card beside a case says which agreement applies and why: by customer, service, offering and the day of receipt."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from catalogue.models import RequestItem, Service
from incidents import services
from itsm.people.models import Organisation, Person
from itsm.records.perform import perform
from sla.models import AgreementEdition, ServiceAgreement
from tests.agreements.conftest import DAY, SIGNED, Draft, sheet
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db
HOUSE = {
    "en": "No agreement applies: the targets of the house count.",
    "zh-hant": "無適用之協議，以本單位之既定目標計。",
}
BOTH = pytest.mark.parametrize("language", ["en", "zh-hant"])


@pytest.fixture
def case(requester: Person, service: Service) -> Any:
    """An incident of the library, received on Monday."""
    return services.raise_incident(by=requester, requester=requester, title="無法登入", service=service, at=MONDAY)


@pytest.fixture
def asked(requester: Person, service: Service) -> Any:
    """A request for an offering of the same service."""
    item = RequestItem.objects.create(
        service=service, code="account", name_zh="新帳號", name_en="New account", target_seconds=3600
    )
    return services.raise_request(
        by=requester, requester=requester, title="新帳號", service=service, item=item, at=MONDAY
    )


def card(case: Any, by: Person, client: Client, language: str) -> str:
    """Read the text of the card on the page of the case's clocks."""
    by.language = language
    by.save()
    client.force_login(by)
    page = client.get(f"/t/{case.number}/clocks/").content.decode()
    found = re.search(r'<section class="card" aria-labelledby="applying">.*?</section>', page, re.S)
    assert found is not None
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[0])).split())


def edited(made: ServiceAgreement, **columns: Any) -> None:
    """Let the life of an edition be another one."""
    AgreementEdition.objects.filter(agreement=made).update(**columns)


@BOTH
def test_without_any_agreement_the_targets_of_the_house_count(
    case: Any, agent: Person, client: Client, language: str
) -> None:
    assert HOUSE[language] in card(case, agent, client, language)


@pytest.mark.parametrize(
    ("language", "because"),
    [("en", "agreed with Library for Electronic documents"), ("zh-hant", "與圖書館就電子公文資訊服務約定")],
)
def test_the_agreement_with_the_customer_for_the_service_applies_and_says_so(
    put_in_force: Draft, case: Any, agent: Person, client: Client, language: str, because: str
) -> None:
    made = put_in_force()

    told = card(case, agent, client, language)

    assert str(made.number) in told
    assert made.title in told
    rest = client.get(f"/api/v1/tickets/{case.number}/agreement").json()
    assert rest["reason"] in told
    assert because in told
    assert re.search(r"2026.*11.*20|20 Nov.* 2026|Nov.* 20.* 2026", told)


@pytest.mark.parametrize(("language", "everybody"), [("en", "everybody"), ("zh-hant", "全體人員")])
def test_of_two_the_nearer_customer_goes_before_everybody(
    put_in_force: Draft, case: Any, agent: Person, client: Client, language: str, everybody: str
) -> None:
    general = put_in_force(consumer=None, level="corporate", title="通案協議")
    assert everybody in card(case, agent, client, language)

    own = put_in_force()

    told = card(case, agent, client, language)
    assert str(own.number) in told
    assert str(general.number) not in told


@BOTH
def test_one_for_the_service_goes_before_one_for_every_service(
    put_in_force: Draft, service: Service, case: Any, agent: Person, client: Client, language: str
) -> None:
    every = sheet(service.code)
    every["rows"][0]["service"] = None
    put_in_force(every, title="所有服務")
    named = put_in_force()

    assert str(named.number) in card(case, agent, client, language)


@pytest.mark.parametrize(("language", "offering"), [("en", "New account"), ("zh-hant", "新帳號")])
def test_one_for_the_offering_goes_before_one_for_its_service_and_holds_for_nothing_else(
    put_in_force: Draft,
    service: Service,
    case: Any,
    asked: Any,
    agent: Person,
    client: Client,
    language: str,
    offering: str,
) -> None:
    whole = put_in_force()
    narrow = sheet(service.code)
    narrow["rows"][0]["offerings"] = ["account"]
    own = put_in_force(narrow, title="帳號")

    of_request, of_incident = card(asked, agent, client, language), card(case, agent, client, language)

    assert str(own.number) in of_request
    assert offering in of_request
    assert str(whole.number) in of_incident


@BOTH
@pytest.mark.parametrize(
    "life",
    [
        {"ended_at": MONDAY - timedelta(seconds=1)},  # ended before the case came
        {"applied_at": MONDAY + timedelta(seconds=1)},  # put in force after it
    ],
)
def test_what_is_not_in_force_when_the_case_comes_does_not_apply(
    put_in_force: Draft, case: Any, agent: Person, client: Client, life: dict[str, Any], language: str
) -> None:
    edited(put_in_force(), **life)

    assert HOUSE[language] in card(case, agent, client, language)


@BOTH
def test_what_expired_by_its_last_day_does_not_apply(
    put_in_force: Draft, service: Service, case: Any, agent: Person, client: Client, language: str
) -> None:
    put_in_force(sheet(service.code) | {"valid_to": "2026-11-22", "next_review_on": "2026-11-21"})

    assert HOUSE[language] in card(case, agent, client, language)


@BOTH
def test_what_ended_after_the_case_came_still_applies_to_it(
    put_in_force: Draft, case: Any, agent: Person, client: Client, language: str
) -> None:
    made = put_in_force()
    edited(made, ended_at=MONDAY + DAY)

    assert str(made.number) in card(case, agent, client, language)


@BOTH
def test_one_that_is_signed_and_not_in_force_does_not_apply(
    draft: Draft, slm: Person, case: Any, agent: Person, client: Client, language: str
) -> None:
    at = MONDAY - DAY
    made = perform(draft(), "open_negotiation", by=slm, at=at)
    perform(made, "sign", by=slm, at=at, provider_signer=slm, **SIGNED)

    assert HOUSE[language] in card(case, agent, client, language)


@BOTH
def test_one_with_another_customer_or_for_another_service_does_not_apply(
    put_in_force: Draft, service: Service, case: Any, agent: Person, client: Client, language: str
) -> None:
    put_in_force(consumer=Organisation.objects.create(code="physics", name_zh="物理系", name_en="Physics"))
    other = Service.objects.create(
        code="mail",
        name_zh="電子郵件",
        name_en="Mail",
        hours=service.hours,
        support_team=service.support_team,
        owner=service.owner,
    )
    put_in_force(sheet(other.code))

    assert HOUSE[language] in card(case, agent, client, language)


def test_the_unit_above_holds_for_those_below(
    put_in_force: Draft, unit: Organisation, case: Any, agent: Person, client: Client
) -> None:
    above = Organisation.objects.create(code="university", name_zh="大學", name_en="University")
    unit.parent = above
    unit.save()
    made = put_in_force(consumer=above)

    told = card(case, agent, client, "en")

    assert str(made.number) in told
    assert "University" in told
