"""What tests of the change calendar share: items in a chain, scheduled changes, freezes and maintenance windows."""

import itertools
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from catalogue.models import Service
from changes import conflicts
from changes.calendar_models import FreezeWindow, MaintenanceWindow
from changes.models import Change
from configuration.models import AllowedPair, CiClass, ConfigurationItem, RelationType
from configuration.relating import relate
from configuration.services import create
from itsm.people.models import Person
from itsm.records.links import link
from itsm.records.models import LinkKind
from itsm.records.perform import open_record, perform
from tests.changes.test_journeys import RFC, WINDOW, assessment
from tests.changes.test_journeys import change_manager as change_manager
from tests.fixtures import MONDAY, make_person
from tests.loading import loaded
from tests.record.conftest import signed_in as signed_in

SignedIn = Callable[..., Client]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START, END = WINDOW["window_start"], WINDOW["window_end"]


@pytest.fixture
def keeper(db: None) -> Person:
    """Who keeps the configuration data."""
    return make_person("keeper", "config_manager")


def kind_of() -> RelationType:
    """A relationship that joins two items of one class."""
    for pair in AllowedPair.objects.order_by("pk"):
        if pair.source_class_id == pair.target_class_id:
            return RelationType.objects.get(pk=pair.type_id)
    raise AssertionError


@pytest.fixture
def chain(keeper: Person) -> list[ConfigurationItem]:
    """Four items of which each stands on the next."""
    kind = kind_of()
    same = next(
        row
        for row in AllowedPair.objects.filter(type=kind).order_by("pk")
        if row.source_class_id == row.target_class_id
    )
    ci_class = CiClass.objects.get(pk=same.source_class_id)
    made = [
        create(
            ci_class=ci_class,
            title=f"CI {number}",
            grounds=loaded(),
            by=keeper,
            at=MONDAY,
            source="test",
            state="live",
        )
        for number in range(4)
    ]
    for one, other in itertools.pairwise(made):
        relate(one, other, type=kind, grounds=loaded(), by=keeper, at=MONDAY)
    return made


Make = Callable[..., Any]


@pytest.fixture
def scheduled(engineer: Person, service: Service, change_manager: Person) -> Make:
    """Schedule a change from ``start`` to ``end`` for some items."""

    def make(
        *items: Any, start: datetime = START, end: datetime = END, implementer: Person | None = None, **more: Any
    ) -> Any:
        made = open_record(
            Change, by=engineer, at=MONDAY, channel="portal", title=f"變更 {len(items)}", description="x", requester=engineer,
            service=service, received_at=MONDAY, **more,
        )  # fmt: skip
        for one in items:
            link(made, one, kind=LinkKind.AFFECTS, by=None, at=MONDAY)
        made = perform(made, "submit", by=engineer, at=MONDAY, **(RFC | {"window_start": start, "window_end": end}))
        made = perform(made, "begin_assessment", by=change_manager, at=MONDAY, assessor=engineer)
        made = perform(made, "classify_minor", by=change_manager, at=MONDAY, **assessment())
        doer = implementer or make_person(f"doer{made.pk}", "change_implementer")
        return perform(
            made, "approve_implementation", by=change_manager, at=MONDAY, implementer=doer, test_result="通過", window_start=start,
            window_end=end, communication_plan="公告", backout_plan="還原", conflict_override="測試",
        )  # fmt: skip

    return make


def kinds(change: Any, start: datetime = START, end: datetime = END, implementer: Any = None) -> list[tuple[str, str]]:
    """Name what stands against a time, with its severity."""
    return [(one.kind, one.severity) for one in conflicts.of_change(change, start, end, implementer)]


def freeze(**more: Any) -> FreezeWindow:
    """Make a freeze over the window."""
    made: FreezeWindow = FreezeWindow.objects.create(
        **({"name_zh": "選課凍結", "starts_at": START - DAY, "ends_at": END + DAY} | more)
    )
    return made


def maintenance(**more: Any) -> MaintenanceWindow:
    """A window each Monday from 12:00 to 14:00 in Taipei, where the changes of these tests lie."""
    given: dict[str, Any] = {
        "name_zh": "週一維護",
        "weekdays": [0],
        "opens": time(12),
        "minutes": 120,
        "since": date(2026, 1, 1),
    }
    made: MaintenanceWindow = MaintenanceWindow.objects.create(**(given | more))
    return made
