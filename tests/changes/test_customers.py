"""The customers whom a major change concerns are invited to be heard, and nobody else learns of it."""

from typing import Any

import pytest
from django.test import Client

from catalogue.models import Service
from changes.models import Change
from itsm.notices.models import Notification, Outbox
from itsm.notices.rendering import letter
from itsm.people.models import Organisation, Person
from itsm.records.perform import open_record, perform
from tests.agreements.conftest import draft as draft
from tests.agreements.conftest import provider as provider
from tests.agreements.conftest import put_in_force as put_in_force
from tests.agreements.conftest import slm as slm
from tests.changes.test_journeys import RFC, assessment
from tests.fixtures import MONDAY, make_person
from tests.record.conftest import signed_in as signed_in

pytestmark = pytest.mark.django_db


def to_board(engineer: Person, manager: Person, service: Service, **more: Any) -> Any:
    """Lead a change of the service to the board."""
    made: Any = open_record(
        Change, by=engineer, at=MONDAY, channel="portal", title="公文系統改版", description="換新版", requester=engineer, service=service,
        received_at=MONDAY, **more,
    )  # fmt: skip
    made = perform(made, "submit", by=engineer, at=MONDAY, **RFC)
    made = perform(made, "begin_assessment", by=manager, at=MONDAY, assessor=engineer)
    return perform(made, "classify_major", by=manager, at=MONDAY, **assessment(trigger_cost=True))


def invited() -> set[str]:
    return set(Outbox.objects.filter(template="change_heard").values_list("person__username", flat=True))


def test_who_speaks_for_a_customer_with_an_agreement_is_invited(
    put_in_force: Any, engineer: Person, change_manager: Person, service: Service, unit: Organisation
) -> None:
    put_in_force()
    other = Organisation.objects.create(code="physics", name_zh="物理系", name_en="Physics")
    other.lead = make_person("physics-head", unit=other)
    other.save()

    change = to_board(engineer, change_manager, service)

    assert invited() == {"head"}
    mail = Outbox.objects.get(template="change_heard")
    text = letter(mail)
    assert change.number in text.subject
    assert mail.record_id is None  # the record is not theirs to read
    assert f"/{change.number}" not in text.body


def test_nobody_is_invited_without_an_agreement_or_to_a_confidential_change(
    put_in_force: Any, engineer: Person, change_manager: Person, service: Service, desk: Any
) -> None:
    to_board(engineer, change_manager, service)
    put_in_force()
    to_board(engineer, change_manager, service, confidential=True, team=desk)

    assert invited() == set()
    assert not Notification.objects.filter(template="change_heard").exists()


def test_the_page_of_approvals_names_them(
    put_in_force: Any, engineer: Person, change_manager: Person, service: Service, signed_in: Any
) -> None:
    put_in_force()
    change = to_board(engineer, change_manager, service)
    client: Client = signed_in(change_manager)

    page = client.get(f"/changes/{change.number}/approvals/").content.decode()

    assert "Library" in page
    assert "周主任" in page
