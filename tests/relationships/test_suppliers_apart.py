"""What suppliers kept of their time is told apart by supplier, with its name and exactly its rows, on figure and dashboard."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalogue.models import Service
from itsm.hours.models import Calendar
from itsm.notices.models import Outbox
from itsm.people.models import Organisation, Person
from itsm.records import kpis
from itsm.records.figures import PART, WHOLE
from itsm.records.grouped import GroupedShare
from itsm.records.perform import perform
from itsm.reporting import shown
from itsm.reporting.asked import Asked
from relationships import suppliers
from relationships.models import Supplier
from relationships.supplier_guards import CONTENTS
from sla import agreement_writing
from sla.models import Clock
from tests.fixtures import MONDAY
from tests.relationships.conftest import DAY, HOUR, PERIOD

pytestmark = pytest.mark.django_db
FIGURES = ("supplier_case.contract_attainment", "agreement.uc_attainment")
PERIOD_ASKED = "from=2026-11-01&to=2026-12-31"
SIGNED: dict[str, Any] = {"customer_signer": "林館長", "customer_title": "館長", "how": "paper", "edition": "01.00"}


def contracted(keeper: Person, code: str, name: str) -> Any:
    """Put a contract with another supplier in force, and the agreement that measures it."""
    firm = Organisation.objects.create(code=code, name_zh=name, name_en=code.title(), kind="supplier")
    draft = suppliers.open_contract(
        by=keeper, supplier=Supplier.objects.create(organisation=firm, owner=keeper), title=name, at=MONDAY, targets={None: 240},
        hours=Calendar.objects.get(code="always"), **PERIOD, **dict.fromkeys(CONTENTS, "如附件"),
    )  # fmt: skip
    contract = perform(draft, "put_in_force", by=keeper, at=MONDAY)
    promise = {"metric": "resolution", "op": "le", "seconds": 4 * 3600, "calendar": "always"}
    sheet = {
        "valid_from": "2026-11-20", "valid_to": "2027-11-19", "next_review_on": "2027-10-01", "hours": "always",
        "workload_zh": "不限", "exceptions_zh": "無", "rows": [{"service": "documents", "availability_zh": "98%", "promises": [promise]}],
    }  # fmt: skip
    given: dict[str, Any] = {"type": "uc", "level": "corporate", "provider": firm, "consumer": None, "under": contract}
    made = agreement_writing.draft(by=keeper, at=MONDAY - DAY, title=name, sheet=sheet, **given)
    made = perform(made, "open_negotiation", by=keeper, at=MONDAY - DAY)
    made = perform(made, "sign", by=keeper, at=MONDAY - DAY, provider_signer=keeper, **SIGNED)
    perform(made, "activate", by=keeper, at=MONDAY - DAY, effective_on=date(2026, 11, 20))
    return contract


@pytest.fixture
def firms(keeper: Person, service: Service) -> list[Any]:
    """Two suppliers with their contracts."""
    return [contracted(keeper, "alpha", "甲公司"), contracted(keeper, "beta", "乙公司")]


@pytest.fixture
def answered(firms: list[Any], incident: Any, agent: Person) -> dict[str, list[int]]:
    """Cases answered and closed: of the first supplier one in time and one late, of the second one in time."""
    found: dict[str, list[int]] = {"alpha": [], "beta": []}
    start = MONDAY
    for code, contract, hours in (("alpha", firms[0], 2), ("alpha", firms[0], 9), ("beta", firms[1], 1)):
        case = suppliers.open_case(incident, by=agent, at=start)
        case = perform(case, "send", by=agent, at=start, contract=contract, contact="窗口", question="請查修")
        start += hours * HOUR
        case = perform(case, "record_answer", by=agent, at=start, answer="已更換")
        found[code].append(perform(case, "close", by=agent, at=start, outcome="solved").pk)
    return found


def test_the_letter_names_the_time_by_which_the_clock_wants_an_answer(
    firms: list[Any], incident: Any, agent: Person
) -> None:
    contract = firms[0]
    contract.targets.update(minutes=30)  # what the contract says in general; its agreement promises four hours
    case = suppliers.open_case(incident, by=agent, at=MONDAY)

    perform(case, "send", by=agent, at=MONDAY, contract=contract, contact="窗口 help@alpha.example", question="請查修")

    letter = Outbox.objects.get(email="help@alpha.example")
    due = Clock.objects.get(record=case.pk, metric="resolution").due_at
    assert due is not None
    assert letter.facts["until"] == due.isoformat()


def computed(key: str) -> GroupedShare:
    """Compute a figure over the months of the test."""
    kpi = kpis.find(key)
    assert kpi is not None
    found = shown.compute(kpi, Asked(date(2026, 11, 1), date(2027, 1, 1), MONDAY + timedelta(days=60)))
    assert isinstance(found, GroupedShare)
    return found


@pytest.mark.parametrize("key", FIGURES)
def test_each_supplier_has_its_share_and_exactly_its_rows(answered: dict[str, list[int]], key: str) -> None:
    found = computed(key)

    assert (found.part, found.whole) == (2, 3)
    named = {code: Organisation.objects.get(code=code).pk for code in answered}
    assert {pk: counts[1:] for pk, counts in found.groups.items()} == {named["alpha"]: (1, 2), named["beta"]: (1, 1)}
    for code, cases in answered.items():
        rows = found.sides[found.side(named[code], WHOLE)]
        assert sorted(record for record, _one in rows.pairs()) == sorted(cases)
    kept = found.sides[found.side(named["alpha"], PART)].pairs()
    assert [record for record, _one in kept] == answered["alpha"][:1]


@pytest.mark.parametrize(("language", "names"), [("zh-hant", ("甲公司", "乙公司")), ("en", ("Alpha", "Beta"))])
@pytest.mark.parametrize("key", FIGURES)
def test_figure_and_dashboard_show_it_with_links_to_the_rows(
    answered: dict[str, list[int]],
    keeper: Person,
    client: Client,
    time_machine: Any,
    key: str,
    language: str,
    names: tuple[str, str],
) -> None:
    time_machine.move_to(MONDAY + timedelta(days=30), tick=False)
    keeper.language = language
    keeper.save()
    client.force_login(keeper)
    area = key.split(".")[0]
    alpha = Organisation.objects.get(code="alpha").pk

    for address in (f"/reports/kpis/{key}/?{PERIOD_ASKED}", f"/reports/process/{area}/?{PERIOD_ASKED}"):
        page = unescape(client.get(address).content.decode())
        assert all(name in page for name in names), address
        links = set(re.findall(rf'href="([^"]*side=supplier\.{alpha}\.whole[^"]*)"', page))
        assert links, address
        rows = client.get(links.pop()).content.decode()
        assert rows.count("/t/SUP-") == len(answered["alpha"]) or names[0] in rows


def test_the_statements_do_not_grow_with_suppliers(
    answered: dict[str, list[int]], keeper: Person, firms: list[Any]
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as made:
            computed(FIGURES[0])
        return len(made)

    few = count()
    for number in range(4):
        contracted(keeper, f"firm{number}", f"公司{number}")
    assert count() == few


def test_a_supplier_without_a_case_stands_nowhere_and_nothing_gives_no_groups(firms: list[Any]) -> None:
    found = computed(FIGURES[0])

    assert (found.whole, dict(found.groups), found.ratio) == (0, {}, None)
