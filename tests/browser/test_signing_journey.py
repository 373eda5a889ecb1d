"""Both sides sign an agreement in a browser: the keeper asks, the customer reads and signs behind the mailed link."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from catalogue.models import Service
from itsm.notices import links
from itsm.people.models import Organisation, Person
from itsm.records.perform import perform
from sla import agreement_writing
from sla.agreement_telling import PURPOSE
from sla.models import ServiceAgreement, SignatureRequest
from tests.agreements.conftest import sheet
from tests.browser.conftest import Enter, Sight, look_again
from tests.browser_fixtures import faults_found
from tests.fixtures import MONDAY, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def slm(db: None) -> Person:
    """The service level manager."""
    return make_person("slm", "slm", name="周服務")


@pytest.fixture
def librarian(unit: Organisation) -> Person:
    """Who leads the customer's unit."""
    made = make_person("librarian", name="林館長", unit=unit)
    Organisation.objects.filter(pk=unit.pk).update(lead=made)
    return made


@pytest.fixture
def negotiated(slm: Person, unit: Organisation, service: Service) -> ServiceAgreement:
    """An agreement with the unit that is ready to be signed."""
    fields: dict[str, Any] = {"consumer": unit, "level": "customer", "title": "電子公文服務水準協議"}
    made = agreement_writing.draft(by=slm, at=MONDAY, sheet=sheet(service.code), provider=unit, **fields)
    found: ServiceAgreement = perform(made, "open_negotiation", by=slm, at=MONDAY)
    return found


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_both_sides_sign(
    enter: Enter, language: str, slm: Person, librarian: Person, negotiated: ServiceAgreement
) -> None:
    look = Sight(language)
    keeper = enter(slm, f"/t/{negotiated.number}/do/ask_signatures", sight=look)
    keeper.locator('[name="provider_signer"]').select_option(label=slm.name)
    keeper.locator('[name="other_signer"]').fill(librarian.username)
    keeper.locator('form:has([name="other_signer"]) button[type="submit"]').click()
    expect(keeper.locator("#main")).to_contain_text(librarian.name)
    assert faults_found(keeper) == []

    asked = SignatureRequest.objects.get(person=librarian)
    token = links.sign(PURPOSE, record=negotiated, person=librarian, at=timezone.now())
    reader = enter(None, f"{reverse('notices:link', args=[token])}?lang={language}", sight=look)
    expect(reader.locator("#main")).to_contain_text(asked.digest)
    assert faults_found(reader) == []
    reader.locator("#job").fill("館長")
    reader.locator('button[value="signed"]').click()
    expect(reader.locator(".sign-card")).to_contain_text({"en": "Thank you", "zh-hant": "謝謝"}[language])
    assert faults_found(reader) == []

    look_again(keeper, f"/agreements/{negotiated.number}/", look, person=slm)
    expect(keeper.locator("#main")).to_contain_text("館長")
    assert ServiceAgreement.objects.get(pk=negotiated.pk).state == "agreed"
