"""The fingerprint of a change: the same for the same, another for anything that a decision rests on."""

from datetime import timedelta, timezone
from typing import Any

import pytest
from django.utils import translation

from catalogue.models import Service
from changes.edited import compared
from changes.material import FIELDS, fingerprint, words_of
from changes.models import Change
from itsm.people.models import Person
from itsm.records.perform import open_record
from itsm.ui.moments import moment_text
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(engineer: Person, service: Service) -> Any:
    """A change with a window."""
    return open_record(
        Change, by=engineer, at=MONDAY, channel="portal", title="加大連線池", description="50 改為 100", requester=engineer,
        service=service, received_at=MONDAY, window_start=MONDAY, window_end=MONDAY + timedelta(hours=1),
    )  # fmt: skip


def test_the_same_change_gives_the_same_hash_in_every_zone(draft: Any) -> None:
    before = fingerprint(draft)
    draft.window_start = draft.window_start.astimezone(timezone(timedelta(hours=5)))

    assert fingerprint(Change.objects.get(pk=draft.pk)) == before == fingerprint(draft)
    assert len(before) == 64


@pytest.mark.parametrize("name", [name for name in FIELDS if not name.endswith("_id")])
def test_each_field_counts(draft: Any, name: str) -> None:
    before = fingerprint(draft)
    value = getattr(draft, name)
    other: Any = value + timedelta(minutes=1) if name.startswith("window") else {"a": 1} if value == {} else 7
    setattr(draft, name, other)

    assert fingerprint(draft) != before


def test_a_service_more_counts_and_words_beside_it_do_not(draft: Any, service: Service) -> None:
    before = fingerprint(draft)
    draft.communication_plan = draft.conditions = "公告"
    assert fingerprint(draft) == before

    draft.affected_services.add(service)
    assert fingerprint(draft) != before


def test_what_differs_is_told_in_words_and_never_by_keys(
    draft: Any, engineer: Person, agent: Person, service: Service
) -> None:
    before = words_of(draft)
    draft.implementer, draft.reason_kind, draft.requires_release = agent, "fix", True
    draft.risk_answers, draft.window_end = {"risk_complexity": 3}, MONDAY + timedelta(hours=2)
    draft.affected_services.add(service)

    with translation.override("en"):
        rows = compared(draft, before, words_of(draft), person=engineer)
        ends = tuple(moment_text(MONDAY + timedelta(hours=hours)) for hours in (1, 2))
        names = str(agent), str(service)

    assert {row["label"]: (row["before"], row["now"]) for row in rows} == {
        "Implementer": ("—", names[0]), "Kind of reason": ("—", "Fix"), "Needs a release": ("no", "yes"),
        "Answers about the risk": ("—", "Technical complexity 3"), "Affected services": ("—", names[1]),
        "Planned end": ends,
    }  # fmt: skip
