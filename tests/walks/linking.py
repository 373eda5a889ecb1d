"""What the tests of the table of links (domain 1.9) share: reading both pages of a link, and who may read everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from itsm.desk.record.relations import BACKWARDS, FORWARDS
from itsm.people.models import Person
from itsm.records import register
from itsm.records.links import link
from itsm.records.models import Link, LinkKind
from tests.fixtures import MONDAY, make_person

#: Roles that together know of every record and read every page.
EVERYTHING = (
    "incident_manager", "problem_manager", "change_manager", "release_manager", "config_manager", "transition_manager", "brm", "slm",
)  # fmt: skip
#: The rows of the table by the tests that hold them. What is kept as a column of its own stands in brackets.
ROWS = {
    "reclassified_to": "tests/walks/test_reclassified.py",
    "duplicate_of": "tests/walks/test_links_of_cases.py",
    "child_of": "tests/walks/test_links_of_cases.py (Incident.parent)",
    "escalated_to_problem": "tests/walks/test_links_of_cases.py",
    "has_known_error": "tests/walks/test_links_of_cases.py",
    "fixes_problem": "tests/walks/test_links_of_changes.py",
    "fixes_incident": "tests/walks/test_links_of_changes.py",
    "caused_by_change": "tests/walks/test_links_of_changes.py",
    "requested_via": "tests/walks/test_links_of_changes.py",
    "implemented_by": "tests/walks/test_links_of_changes.py",
    "designed_by": "tests/walks/test_links_of_changes.py",
    "affects": "tests/walks/test_links_of_changes.py",
    "baseline_of": "tests/walks/test_links_of_changes.py (Baseline.record)",
    "handles_complaint": "tests/walks/test_links_of_cases.py",
    "from_survey": "tests/walks/test_links_of_cases.py",
    "about": "tests/walks/test_links_of_cases.py",
    "corrected_by": "tests/walks/test_links_of_cases.py (ImprovementAction.record)",
    "supplier_case": "tests/walks/test_links_of_cases.py",
}


def reader() -> Client:
    """Sign somebody in who reads every page, in English."""
    person = Person.objects.filter(username="reads-all").first() or make_person("reads-all", *EVERYTHING, language="en")
    client = Client()
    client.force_login(person)
    return client


def page_of(record: Any) -> str:
    """Read the page of a record at the desk."""
    answer = reader().get(f"/{register.process(record.kind).section}/{record.number}/")
    assert answer.status_code == 200, record.number
    return str(answer.content.decode())


def stands(source: Any, target: Any, kind: str) -> Link:
    """Tell that the two are joined once, that a second time makes nothing, and that each page shows the other."""
    (row,) = Link.objects.filter(source=source.pk, target=target.pk, kind=kind)
    assert link(source, target, kind=kind, by=None, at=MONDAY) == row
    with pytest.raises(IntegrityError), transaction.atomic():
        Link.objects.create(source_id=source.pk, target_id=target.pk, kind=kind, created_at=MONDAY)
    with translation.override("en"):
        told = str(FORWARDS.get(LinkKind(kind), LinkKind(kind).label)), str(BACKWARDS[LinkKind(kind)])
    for near, far, words in ((source, target, told[0]), (target, source, told[1])):
        text = page_of(near)
        assert (far.number in text, words in text) == (True, True), (near.number, far.number, words)
    return row


Make = Callable[..., Any]
