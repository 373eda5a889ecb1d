"""The pages of availability: figures with their rows, writing and correcting outages, claims and their decision, issues."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalogue.models import Service
from itsm.people.models import Person
from itsm.tickets.models import Outage
from sla import issuing
from sla.models import AvailabilityIssue, ExclusionClaim, OutageEdit
from tests.availability.conftest import taipei

pytestmark = pytest.mark.django_db
Down = Callable[..., Outage]


@pytest.fixture
def signed_in(db: None) -> Callable[[Person], Client]:
    """Sign somebody in, in English."""

    def sign_in(person: Person) -> Client:
        Person.objects.filter(pk=person.pk).update(language="en")
        client = Client(headers={"accept-language": "en"})
        client.force_login(person)
        client.cookies["django_language"] = "en"
        return client

    return sign_in


def text(response: Any) -> str:
    return str(response.content.decode())


def test_requesters_are_told_that_these_pages_are_for_others(
    signed_in: Any, requester: Person, service: Service
) -> None:
    client = signed_in(requester)

    for path in ("availability/", f"availability/{service.code}/", "outages/", "exclusions/", "maintenance/"):
        assert client.get(f"/reports/{path}").status_code == 403


def test_the_overview_shows_each_service_with_its_result(
    signed_in: Any, agent: Person, always: Service, down: Down
) -> None:
    down(taipei(10, 10, 3), taipei(10, 10, 3, 44))

    page = text(signed_in(agent).get("/reports/availability/?month=2026-10"))

    assert "99.901%" in page
    assert "44" in page


def test_statements_do_not_grow_with_services_and_outages(
    signed_in: Any, agent: Person, always: Service, down: Down, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(agent)
    client.get("/reports/availability/?month=2026-10")
    with django_assert_max_num_queries(30) as few:
        client.get("/reports/availability/?month=2026-10")
    for number in range(8):
        made = Service.objects.create(
            code=f"more-{number}", name_zh=f"服務 {number}", hours=always.hours, support_team=always.support_team, owner=always.owner
        )  # fmt: skip
        Outage.objects.create(service=made, started_at=taipei(10, 2), ended_at=taipei(10, 3))
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get("/reports/availability/?month=2026-10")


def test_the_page_of_a_service_shows_rows_that_add_up(
    signed_in: Any, agent: Person, always: Service, down: Down
) -> None:
    down(taipei(10, 10, 3), taipei(10, 10, 4))
    down(taipei(10, 10, 3, 30), taipei(10, 10, 5))

    answer = signed_in(agent).get(f"/reports/availability/{always.code}/?month=2026-10")

    charged = [row["row"].charged for row in answer.context["rows"]]
    assert charged == [3600, 3600]
    assert sum(charged) == answer.context["found"].adjusted.down
    assert "MTBSI" in text(answer)


@pytest.mark.parametrize("month", ["2026-13", "x", "2026-10<script>", "99999-01"])
def test_a_month_that_is_none_is_the_present_one(signed_in: Any, agent: Person, service: Service, month: str) -> None:
    answer = signed_in(agent).get(f"/reports/availability/{service.code}/", {"month": month})

    assert answer.status_code == 200
    assert answer.context["month"].word == timezone.localdate().strftime("%Y-%m")


def test_an_outage_is_written_corrected_and_struck_out(signed_in: Any, slm: Person, service: Service) -> None:
    client, start = signed_in(slm), timezone.localtime() - timedelta(days=2)
    sent = {
        "service": service.code, "kind": "unplanned", "started_at": f"{start:%Y-%m-%dT%H:%M}",
        "ended_at": f"{start + timedelta(hours=1):%Y-%m-%dT%H:%M}", "evidence": "值班表",
    }  # fmt: skip

    assert client.post("/reports/outages/new/", sent | {"ended_at": "2020-01-01T00:00"}).status_code == 422
    assert client.post("/reports/outages/new/", sent).status_code == 303
    made = Outage.objects.get()
    path = f"/reports/outages/{made.pk}/"
    later = f"{start + timedelta(hours=2):%Y-%m-%dT%H:%M}"
    assert client.post(f"{path}correct/", sent | {"ended_at": later, "reason": ""}).status_code == 422
    assert client.post(f"{path}correct/", sent | {"ended_at": later, "reason": "監控紀錄"}).status_code == 303
    page = text(client.get(path))
    assert "監控紀錄" in page
    assert OutageEdit.objects.count() == 1
    assert client.post(f"{path}strike/", {"reason": "誤報"}).status_code == 303
    assert not Outage.objects.counted().exists()


def test_who_only_works_at_the_desk_writes_but_does_not_correct(
    signed_in: Any, agent: Person, service: Service, down: Down
) -> None:
    made, client = down(taipei(10, 10), taipei(10, 11)), signed_in(agent)

    assert client.get("/reports/outages/new/").status_code == 200
    assert client.get(f"/reports/outages/{made.pk}/correct/").status_code == 403
    assert client.post(f"/reports/outages/{made.pk}/strike/", {"reason": "xx"}).status_code == 403


def test_a_claim_is_made_and_decided_by_another(
    signed_in: Any, agent: Person, slm: Person, service: Service, down: Down
) -> None:
    outage = down(taipei(10, 10), taipei(10, 10, 6))
    desk, manager = signed_in(agent), signed_in(slm)
    asked = {
        "clause": "force_majeure", "started_at": "2026-10-10T00:00", "ended_at": "2026-10-10T06:00", "reason": "颱風",
        "evidence": "",
    }  # fmt: skip

    assert desk.get(f"/reports/availability/{service.code}/exclude/?outage={outage.pk}").status_code == 200
    assert desk.post(f"/reports/availability/{service.code}/exclude/?outage={outage.pk}", asked).status_code == 303
    claim = ExclusionClaim.objects.get()
    path = f"/reports/exclusions/{claim.pk}/"
    assert claim.outage == outage
    assert desk.post(path, {"then": "approve", "note": "", "evidence": "x"}).status_code == 403
    assert manager.post(path, {"then": "approve", "note": "", "evidence": ""}).status_code == 422
    assert manager.post(path, {"then": "approve", "note": "", "evidence": "停班公告"}).status_code == 303
    manager.post(f"{path}object/", {"objection": "客戶認為備援不足"})
    claim.refresh_from_db()
    assert (claim.state, claim.objection) == ("approved", "客戶認為備援不足")
    assert "客戶認為備援不足" in text(manager.get(path))


def test_one_takes_back_ones_own_claim_from_its_page(
    signed_in: Any, agent: Person, engineer: Person, service: Service
) -> None:
    from sla import claims

    made = claims.claim(
        service, clause=claims.USUAL[0], started_at=taipei(10, 1), ended_at=taipei(10, 2), reason="x", evidence="", by=agent,
        at=taipei(11, 1),
    )  # fmt: skip

    assert signed_in(engineer).post(f"/reports/exclusions/{made.pk}/withdraw/").status_code == 403
    assert signed_in(agent).post(f"/reports/exclusions/{made.pk}/withdraw/").status_code == 303


def test_figures_are_frozen_and_issued_anew_from_the_page(
    signed_in: Any, slm: Person, agent: Person, always: Service, down: Down
) -> None:
    outage, client = down(taipei(10, 10, 3), taipei(10, 10, 3, 43)), signed_in(slm)
    path = f"/reports/availability/{always.code}/issue/"

    signed_in(agent).post(path, {"month": "2026-10"})
    assert not AvailabilityIssue.objects.exists()
    client.post(path, {"month": "2026-10"})
    Outage.objects.filter(pk=outage.pk).update(ended_at=taipei(10, 10, 4))
    page = text(client.get(f"/reports/availability/{always.code}/?month=2026-10"))
    assert "would differ today" in page
    client.post(path, {"month": "2026-10", "reason": "更正"})

    assert issuing.standing(always, taipei(10, 1), taipei(11, 1)).number == 2  # type: ignore[union-attr]  # issued above
    assert "更正" in text(client.get(f"/reports/availability/{always.code}/?month=2026-10"))
