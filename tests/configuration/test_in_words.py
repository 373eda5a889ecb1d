"""Differences of configuration data read as people speak: labels of choices and names of fields, in the reader's language."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from configuration import comparing, corrections, field_values, schema, services
from configuration.authority import Grounds
from configuration.models import ConfigurationItem
from itsm.people.models import Person, Team
from itsm.records.models import Event
from itsm.tickets.lines import happening_of, line_of
from tests.configuration.conftest import Make
from tests.fixtures import MONDAY, make_person
from tests.intake.test_cmdb_pages import compared

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def server(make: Make) -> ConfigurationItem:
    """A database server that is moved to the tests afterwards."""
    return make("db-server", "DB-1", environment="prod", given={"engine": "postgresql"})


@pytest.fixture
def moved(server: ConfigurationItem, grounds: Grounds, config_manager: Person, desk: Team) -> ConfigurationItem:
    """The same server a while later: other environment, other engine, in the care of the desk."""
    given: dict[str, Any] = {"environment": "test", "team": desk, "given": {"engine": "oracle"}}
    return services.edit(server, grounds=grounds, by=config_manager, at=MONDAY + HOUR, **given)


def keeper_of(language: str) -> Client:
    """Sign in who keeps the data, reading that language."""
    client = Client()
    client.force_login(make_person(f"keeper-{language}", "config_manager", language=language))
    return client


@pytest.mark.parametrize(
    ("language", "words", "codes"),
    [("en", ("production", "test"), ">prod<"), ("zh-hant", ("正式", "測試"), ">prod<")],
)
def test_the_difference_between_two_moments_shows_labels(
    language: str, words: tuple[str, str], codes: str, moved: ConfigurationItem
) -> None:
    page = keeper_of(language).get("/cmdb/baselines/compare/", {"start": MONDAY.isoformat(), "class": "db-server"})
    shown = page.content.decode()

    assert f"<del>{words[0]}</del>" in shown
    assert f"<ins>{words[1]}</ins>" in shown
    assert codes not in shown


def test_machines_are_told_the_codes(moved: ConfigurationItem) -> None:
    with translation.override("zh-hant"):
        found = {one.field: one for one in comparing.compare([moved.pk], start=MONDAY, end=None)}

    assert (found["environment"].old, found["environment"].new) == ("prod", "test")
    assert (found["environment"].was, found["environment"].becomes) == ("正式", "測試")
    assert (found["engine"].old, found["engine"].becomes) == ("postgresql", "Oracle")
    assert found["engine"].label == "資料庫引擎"


@pytest.mark.parametrize(("language", "old", "new"), [("en", "production", "test"), ("zh-hant", "正式", "測試")])
def test_the_history_and_the_journal_of_an_item_show_labels(
    language: str, old: str, new: str, moved: ConfigurationItem, desk: Team
) -> None:
    page = keeper_of(language).get(f"/cmdb/cis/{moved.number}/history/").content.decode()
    with translation.override(language):
        named = f"— → {desk}"
        line = line_of(happening_of(Event.objects.get(record=moved.pk, name="edit")), record=moved, facts=True)

    assert f"{old} → {new}" in page
    assert named in page
    assert f"{old} → {new}" in dict(line.details).values()
    assert "PostgreSQL → Oracle" in dict(line.details).values()


@pytest.mark.parametrize(
    ("language", "label", "old", "new"),
    [("en", "environment", "production", "test"), ("zh-hant", "環境", "正式", "測試")],
)
def test_an_import_shows_labels_and_names(
    language: str, label: str, old: str, new: str, server: ConfigurationItem, desk: Team
) -> None:
    client = keeper_of(language)
    file = (
        f"number,name,class,environment,team,engine\n{server.number},DB-1,db-server,test,{desk.code},oracle\n".encode()
    )
    batch = compared(client, file, **{"class": "db-server"})
    page = client.get(f"/cmdb/import/{batch.pk}/").content.decode()
    told = client.get(f"/api/v1/cmdb/imports/{batch.pk}/rows").content.decode()

    assert f"<li>{label}: <del>{old}</del> → <ins>{new}</ins>" in page
    assert f"({desk.code})</ins>" in page
    assert "<ins>Oracle</ins>" in page
    assert '"new":"test"' in told.replace(" ", "")


def test_one_import_row_and_many_take_the_same_number_of_statements(server: ConfigurationItem, desk: Team) -> None:
    client, taken = keeper_of("en"), []
    for many in (1, 20):
        rows = "".join(f"web{many}-{place},server,test,{desk.code}\n" for place in range(many))
        batch = compared(client, f"name,class,environment,team\n{rows}".encode())
        client.get(f"/cmdb/import/{batch.pk}/")
        with CaptureQueriesContext(connection) as asked:
            page = client.get(f"/cmdb/import/{batch.pk}/").content.decode()
        taken.append(len(asked))

    assert page.count(f"({desk.code})</ins>") == 20
    assert taken[0] == taken[1]


def test_a_relationship_of_an_import_is_named_by_its_kind(server: ConfigurationItem, make: Make) -> None:
    make("server", "HOST-1")
    client = keeper_of("zh-hant")
    batch = compared(client, b"source,type,target\nDB-1,runs_on,HOST-1\n", what="relations")
    kind = schema.present().type_by_code("runs_on")

    assert kind is not None
    assert f"{kind.name_zh} HOST-1" in client.get(f"/cmdb/import/{batch.pk}/").content.decode()


@pytest.mark.parametrize(("language", "words"), [("en", "Place: B1 room 3"), ("zh-hant", "位置：B1 room 3")])
@pytest.mark.parametrize("how", ["report", "as it was written before"])
def test_a_report_of_wrong_data_names_the_field(
    how: str, language: str, words: str, server: ConfigurationItem, agent: Person
) -> None:
    corrections.report(server, found="B1 room 3", by=agent, at=MONDAY + HOUR, field="place")
    event = happening_of(Event.objects.get(record=server.pk, name="reported_wrong"))
    if how != "report":
        event = event._replace(facts={"note": "place: B1 room 3"})

    with translation.override(language):
        assert words in line_of(event, record=server, facts=True).label


def test_a_report_without_a_field_says_what_was_found_alone(server: ConfigurationItem, agent: Person) -> None:
    corrections.report(server, found="Look: it is gone", by=agent, at=MONDAY + HOUR)
    event = happening_of(Event.objects.get(record=server.pk, name="reported_wrong"))

    with translation.override("en"):
        assert line_of(event, record=server, facts=True).label == "reported wrong data: Look: it is gone"


def test_the_page_of_corrections_says_choices_in_words(server: ConfigurationItem, agent: Person) -> None:
    corrections.report(server, found="dev", recorded="prod", by=agent, at=timezone.now(), field="environment")
    page = keeper_of("zh-hant").get("/cmdb/corrections/").content.decode()

    assert "<dd>正式</dd>" in page
    assert "<dd>開發</dd>" in page


def test_what_no_class_knows_stays_as_it_is(server: ConfigurationItem) -> None:
    assert field_values.shown("nothing", "x", class_id=server.ci_class_id) == "x"
    assert field_values.shown("environment", "x", class_id=server.ci_class_id) == "x"
    assert field_values.shown("team", "x", class_id=server.ci_class_id) == "x"
