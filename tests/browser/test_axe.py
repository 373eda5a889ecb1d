"""Axe finds nothing on any page, and no page is wider than its window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalogue.models import Service
from itsm.hours.models import Calendar
from itsm.notices.models import Announcement, LocalMail
from itsm.people.models import Person, Team
from sla.models import EscalationStep, Target
from tests.browser.agreeing import agreed
from tests.browser.availing import lost
from tests.browser.boarding import boarded
from tests.browser.changing import spared
from tests.browser.configured import configured
from tests.browser.conftest import SIGHTS, Enter, House, Sight, look_again
from tests.browser.costing import costed
from tests.browser.pages import MAIN, OTHERS, PAGES, REFUSED
from tests.browser.relating import related
from tests.browser_fixtures import faults_found
from tests.fixtures import MONDAY
from tests.intake.logs import SOURCE, bring_in, row, usual, write
from tests.relationships.surveys import survey_house

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PARTS = 4
#: Every page once: each part of the list takes its turn through the sights that differ the most.
TURNS = [
    Sight("zh-hant", "light", 390),
    Sight("en", "dark", 1440),
    Sight("zh-hant", "dark", 1440),
    Sight("en", "light", 390),
]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Look at every page in every sight only where that is asked for."""
    if "everywhere" in metafunc.fixturenames:
        asked = metafunc.config.getoption("--all-combinations")
        metafunc.parametrize("everywhere", SIGHTS if asked else [None], ids=str)


@pytest.fixture
def keys(
    house: House, desk: Team, agent: Person, chair: Person, engineer: Person, change_manager: Person, requester: Person, brm: Person,
    keeper: Person, storekeeper: Person, service: Service, tmp_path: Path, settings: Any,
) -> dict[str, Any]:  # fmt: skip
    """Give what stands in the places of addresses: cases, and one row of everything else that has a page."""
    settings.DEMO_MODE = True  # in which everybody may open the mailbox
    step = EscalationStep.objects.order_by("pk")[0]
    mail = LocalMail.objects.create(
        message_id="<1>",
        sender="desk@example.org",
        recipients=requester.email,
        subject="案件已受理",
        body="內文",
        at=MONDAY,
    )
    told = Announcement.objects.create(title_zh="機房停電", body_zh="週六 08:00 起", level="warning", starts_at=MONDAY)
    bring_in(write(tmp_path / "log.csv", [*usual(), row(number="BAD", priority="9")]))
    made = survey_house(brm=brm, agent=agent) | related(keeper, agent, requester, service, house.worked)
    made |= boarded(chair, engineer, change_manager, service)
    made |= configured(storekeeper) | lost(service, agent) | agreed(service, desk, keeper)
    made |= costed(house.worked, agent)
    spared(house.draft, by=engineer, named=made["ci"], reached=made["guest"])
    return house._asdict() | made | {
        "team": desk.pk, "person": agent.pk, "target": Target.objects.order_by("pk")[0].pk, "ladder": step.policy_id, "step": step.pk,
        "calendar": Calendar.objects.get(code="taiwan-office").pk, "announcement": told.pk, "mail": mail.pk, "source": SOURCE,
    }  # fmt: skip


@pytest.fixture
def tour(enter: Enter, keys: dict[str, Any], request: pytest.FixtureRequest, unit: Any, administrator: Person) -> Any:
    """Visit pages one after the other, each as who may open it, and collect what is wrong with them."""

    def go(visits: list[tuple[str, str, Sight]]) -> list[str]:
        browsers: dict[str, Any] = {}
        found: list[str] = []
        for who, path, sight in visits:
            person = unit.lead if who == "head" else request.getfixturevalue(who) if who else None
            address = path.format(**keys)
            page = browsers.setdefault(who, None) or enter(person, address, sight, csp=False)
            if browsers[who]:
                look_again(page, address, sight, person=person)
            browsers[who] = page
            status = page.evaluate("performance.getEntriesByType('navigation')[0].responseStatus")
            if status != (REFUSED.get(path, 200) if (who, path) not in MAIN.values() else 200):
                found.append(f"{path} {tuple(sight)} answers {status}")
            found += [f"{path} {tuple(sight)} {fault}" for fault in faults_found(page)]
            if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
                found.append(f"{path} {tuple(sight)} is wider than the window")
        return found

    return go


@pytest.mark.parametrize("sight", SIGHTS, ids=str)
def test_axe_finds_nothing_on_the_main_pages(tour: Any, sight: Sight) -> None:
    found = tour([(who, path, sight) for who, path in MAIN.values()])

    assert not found, "\n".join(found)


@pytest.mark.parametrize("part", range(PARTS))
def test_axe_finds_nothing_on_any_page(tour: Any, part: int, everywhere: Sight | None) -> None:
    pages = list((PAGES if everywhere else OTHERS).values())[part::PARTS]

    found = tour([(who, path, everywhere or TURNS[turn % 4]) for turn, (who, path) in enumerate(pages, part)])

    assert not found, "\n".join(found)
