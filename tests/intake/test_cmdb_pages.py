"""The pages of configuration data: upload to undo, baselines and their difference, health, as people press them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook

from changes.models import Change
from configuration import schema, services
from configuration.models import (
    Baseline,
    CiRelation,
    ConfigurationItem,
    Correction,
    ImportBatch,
    ImportUpload,
    SourceOrder,
)
from itsm.people.models import Person
from tests.configuration.conftest import change as change
from tests.configuration.conftest import draft_change as draft_change
from tests.fixtures import make_person
from tests.loading import loaded

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CSV = b"name,ci_class,serial,Memory\nweb1,virtual-machine,S1,2048\nhost1,server,S2,\nbad,spaceship,S3,\n"
pytestmark = pytest.mark.django_db


def signed_in(username: str, *roles: str, language: str = "en") -> tuple[Person, Client]:
    """Make somebody and a browser of theirs."""
    person = make_person(username, *roles, name=username, language=language)
    client = Client()
    client.force_login(person)
    return person, client


@pytest.fixture
def keeper(db: None) -> tuple[Person, Client]:
    """Who keeps the configuration data."""
    return signed_in("keeper", "config_manager")


@pytest.fixture
def second(db: None) -> tuple[Person, Client]:
    """Another keeper."""
    return signed_in("second", "config_manager")


def upload(client: Client, content: bytes = CSV, name: str = "items.csv") -> Any:
    """Upload a file."""
    return client.post("/cmdb/import/", {"file": SimpleUploadedFile(name, content)})


def compared(client: Client, content: bytes = CSV, *, name: str = "items.csv", **given: str) -> ImportBatch:
    """Upload a file and compare it as its columns are guessed."""
    place = upload(client, content, name)["Location"]
    asked = {"then": "compare", "source": "sheet", "what": "items", "class": "server"} | given
    answer = client.post(place, asked)
    assert answer.status_code == 302, answer.content.decode()
    batch: ImportBatch = ImportBatch.objects.latest("pk")
    return batch


def page(client: Client, address: str, status: int = 200) -> str:
    """Read a page."""
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def test_columns_are_guessed_and_named_by_their_first_values(keeper: tuple[Person, Client]) -> None:
    _person, client = keeper
    shown = page(client, upload(client)["Location"])

    assert '<option value="title" selected>' in shown
    assert '<option value="serial" selected>' in shown
    assert "web1 · host1 · bad" in shown


def test_a_file_goes_from_upload_to_undo(keeper: tuple[Person, Client], second: tuple[Person, Client]) -> None:
    _keeper, mine = keeper
    _second, other = second
    batch = compared(mine, c3="memory_mb")
    at = f"/cmdb/import/{batch.pk}/"
    assert not ConfigurationItem.objects.exists()
    assert not ImportUpload.objects.exists()
    shown = page(mine, at)
    assert "S1" in shown
    assert "The mapping gives no class for this value." in shown
    assert mine.post(f"{at}apply/").status_code == 422
    assert mine.post(f"{at}authorise/").status_code == 422
    assert other.post(f"{at}authorise/").status_code == 302
    assert mine.post(f"{at}apply/").status_code == 302

    web = ConfigurationItem.objects.get(title="web1")
    assert (web.serial, web.attributes, web.state) == ("S1", {"memory_mb": 2048}, "live")
    reported = mine.get(f"{at}rows.csv").content.decode()
    assert "spaceship" in reported
    assert mine.get(f"{at}rows.xlsx").status_code == 200
    assert mine.post(f"{at}undo/").status_code == 302
    assert set(ConfigurationItem.objects.values_list("state", flat=True)) == {"retired"}
    assert mine.post(f"{at}undo/").status_code == 422


def test_a_workbook_and_the_number_of_an_item_find_it_again(
    keeper: tuple[Person, Client], second: tuple[Person, Client]
) -> None:
    person, mine = keeper
    item = services.create(
        ci_class=schema.present().by_code("server"), title="old name", grounds=loaded(), by=person, at=AT - timedelta(days=90),
    )  # fmt: skip
    book, data = Workbook(), BytesIO()
    for row in (["number", "title"], [item.number, "new name"], ["CI-209901-00001", "ghost"]):
        book.active.append(row)
    book.save(data)
    batch = compared(mine, data.getvalue(), name="items.xlsx")

    assert [(row.name, row.action) for row in batch.rows.all()] == [("new name", "update"), ("ghost", "refused")]


def test_relationships_come_in_by_three_columns(keeper: tuple[Person, Client], second: tuple[Person, Client]) -> None:
    _keeper, mine = keeper
    _second, other = second
    batch = compared(mine)
    for client, act in ((other, "authorise"), (mine, "apply")):
        client.post(f"/cmdb/import/{batch.pk}/{act}/")
    edges = compared(
        mine, b"source,type,target\nweb1,runs_on,host1\nweb1,runs_on,ghost\n", name="r.csv", what="relations"
    )
    for client, act in ((other, "authorise"), (mine, "apply")):
        client.post(f"/cmdb/import/{edges.pk}/{act}/")

    assert CiRelation.objects.get().target.title == "host1"
    assert "ghost" in page(mine, f"/cmdb/import/{edges.pk}/?show=reported")


@pytest.mark.parametrize(("content", "name"), [(b"", "a.csv"), (b"\xff\xfe\x00", "a.csv"), (b"no workbook", "a.xlsx")])
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(
    keeper: tuple[Person, Client], content: bytes, name: str
) -> None:
    assert upload(keeper[1], content, name).status_code == 422


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (bytes(range(256)), "Save the sheet as CSV UTF-8 or as XLSX."),
        (b"name,serial\n", "The file has a heading, but no rows below it."),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(
    keeper: tuple[Person, Client], content: bytes, sentence: str
) -> None:
    assert sentence in upload(keeper[1], content).content.decode()


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8", ";"), ("utf-8-sig", "\t"), ("cp950", ","), ("cp950", ";")]
)
def test_a_file_comes_in_as_spreadsheets_write_it(keeper: tuple[Person, Client], encoding: str, delimiter: str) -> None:
    content = "名稱,class,environment\n教務主機,server,production\n".replace(",", delimiter).encode(encoding)
    batch = compared(keeper[1], content)

    assert [(row.action, row.name) for row in batch.rows.all()] == [("create", "教務主機")]


def test_a_value_that_is_not_offered_is_told_with_those_that_are(keeper: tuple[Person, Client]) -> None:
    batch = compared(keeper[1], b"name,class,environment\nweb1,server,nowhere\n")

    shown = page(keeper[1], f"/cmdb/import/{batch.pk}/")
    assert "has “nowhere”, which is not offered. Offered: production · test · development" in shown


def test_a_file_in_english_fits_who_reads_chinese(db: None) -> None:
    _person, client = signed_in("zh-keeper", "config_manager", language="zh-hant")
    batch = compared(client, b"name,class,environment\nweb1,server,production\n")

    assert batch.rows.get().action == "create"


def test_a_file_sent_twice_leads_back_with_a_word(keeper: tuple[Person, Client]) -> None:
    place = upload(keeper[1])["Location"]
    asked = {"then": "compare", "source": "sheet", "what": "items", "class": "server"}
    keeper[1].post(place, asked)
    again = keeper[1].post(place, asked, follow=True)

    assert "That file has been compared already" in again.content.decode()
    assert ImportBatch.objects.count() == 1


def test_a_column_that_is_missing_is_named_in_words(keeper: tuple[Person, Client]) -> None:
    place = upload(keeper[1])["Location"]
    answer = keeper[1].post(place, {"then": "compare", "source": "sheet", "c0": ""})

    assert "The mapping names no column for: name." in answer.content.decode()


def test_choices_that_do_not_fit_lose_nothing(keeper: tuple[Person, Client]) -> None:
    _person, client = keeper
    place = upload(client)["Location"]
    answer = client.post(place, {"then": "compare", "source": "sheet", "c0": "serial", "c2": "serial"})

    assert answer.status_code == 422
    assert "Two columns were given the same meaning." in answer.content.decode()
    assert ImportUpload.objects.exists()


def test_only_who_keeps_the_data_brings_files(db: None) -> None:
    _agent, client = signed_in("agent2", "agent")
    _requester, outside = signed_in("somebody")

    assert upload(client).status_code == 403
    assert client.get("/cmdb/import/").status_code == 200
    assert client.post("/cmdb/import/order/", {"sources": "x"}).status_code == 403
    for address in ("/cmdb/", "/cmdb/import/", "/cmdb/baselines/", "/cmdb/audits/"):
        assert outside.get(address).status_code == 403


def test_the_order_of_sources_is_kept_and_dropped(keeper: tuple[Person, Client]) -> None:
    _person, client = keeper
    client.post("/cmdb/import/order/", {"field": "serial", "sources": "scan, sheet scan"})
    assert SourceOrder.objects.get().sources == ["scan", "sheet"]
    assert "scan › sheet" in page(client, "/cmdb/import/order/")
    client.post("/cmdb/import/order/", {"field": "serial", "sources": ""})
    assert not SourceOrder.objects.exists()
    assert client.post("/cmdb/import/order/", {"field": "x; drop", "sources": "a"}).status_code == 403


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_templates_name_every_column_of_a_class(keeper: tuple[Person, Client], form: str) -> None:
    answer = keeper[1].get(f"/cmdb/import/templates/server.{form}")

    assert answer.status_code == 200
    assert form == "xlsx" or "memory_mb" in answer.content.decode()
    assert keeper[1].get(f"/cmdb/import/templates/ghost.{form}").status_code == 404


@pytest.fixture
def ups(keeper: tuple[Person, Client]) -> ConfigurationItem:
    """A power supply."""
    return services.create(
        ci_class=schema.present().by_code("ups"), title="UPS-02", grounds=loaded(), by=keeper[0], at=AT, state="live"
    )  # fmt: skip


def test_a_baseline_is_taken_and_its_difference_read_and_taken_along(
    keeper: tuple[Person, Client], ups: ConfigurationItem
) -> None:
    person, client = keeper
    answer = client.post("/cmdb/baselines/", {"name": "機房", "class": "power"})
    kept = Baseline.objects.get()
    assert answer["Location"] == f"/cmdb/baselines/{kept.pk}..now/"
    assert "Nothing differs" in page(client, answer["Location"])
    later = kept.at + timedelta(hours=1)
    services.edit(ups, grounds=loaded(), by=person, at=later, place="B1")

    shown = page(client, answer["Location"])
    assert "<ins>B1</ins>" in shown
    assert "import, applied by keeper" in shown
    plan = client.get(f"{answer['Location']}?as=csv").content.decode()
    assert "set back" in plan
    assert client.get(f"{answer['Location']}?as=xlsx").status_code == 200
    assert client.get(f"/cmdb/baselines/pair/?first={kept.pk}&second=now")["Location"] == answer["Location"]
    assert client.get("/cmdb/baselines/pair/?first=١٢&second=١٣")["Location"] == "/cmdb/baselines/12..13/"
    assert client.get("/cmdb/baselines/pair/?first=1&second=99999999999999999999").status_code == 404
    assert client.get("/cmdb/baselines/999999..now/").status_code == 404
    assert client.post("/cmdb/baselines/", {"class": "rack"}).status_code == 422


def test_two_moments_are_compared_and_a_bad_one_is_told(keeper: tuple[Person, Client], ups: ConfigurationItem) -> None:
    _person, client = keeper

    assert "UPS-02" in page(client, "/cmdb/baselines/compare/?start=2026-11-01T00:00")
    assert "Nothing differs" in page(client, "/cmdb/baselines/compare/?start=2026-11-24T00:00&class=ups")
    page(client, "/cmdb/baselines/compare/?start=yesterday", 422)
    page(client, "/cmdb/baselines/compare/?start=2026-11-24T00:00&end=2026-11-01T00:00", 422)


def test_an_unauthorised_difference_can_be_let_stand_or_set_back(
    keeper: tuple[Person, Client], ups: ConfigurationItem
) -> None:
    _person, client = keeper
    client.post("/cmdb/baselines/", {"class": "ups"})
    kept = Baseline.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('itsm.maintenance', 'a test', true)")
        ConfigurationItem.objects.filter(pk=ups.pk).update(place="B9", changed_at=kept.at + timedelta(hours=1))
        cursor.execute("SELECT set_config('itsm.maintenance', '', true)")
    here = f"/cmdb/baselines/{kept.pk}..now/"
    shown = page(client, here)
    assert "unauthorised" in shown
    version = ups.versions.latest("pk").pk
    asked = {"version": version, "field": "place", "old": "", "new": "B9", "here": here}
    assert client.post("/cmdb/baselines/correct/", asked)["Location"] == here
    assert Correction.objects.get().field == "place"
    assert (
        client.post("/cmdb/baselines/accept/", {"version": version, "here": "//evil.example"})["Location"]
        == "/cmdb/baselines/"
    )
    client.post("/cmdb/baselines/accept/", {"version": version, "here": here, "reason": "a label"})
    assert "accepted by keeper" in page(client, here)


def test_a_difference_of_a_pointer_is_set_back_by_its_plain_key_and_code(
    keeper: tuple[Person, Client], second: tuple[Person, Client], ups: ConfigurationItem
) -> None:
    from django.db import connection

    (person, client), (other, _browser) = keeper, second
    services.edit(ups, grounds=loaded(), by=person, at=AT + timedelta(minutes=1), owner=person)
    client.post("/cmdb/baselines/", {"class": "ups"})
    kept = Baseline.objects.get()
    Person.objects.filter(pk=person.pk).update(name="王維護")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('itsm.maintenance', 'a test', true)")
        ConfigurationItem.objects.filter(pk=ups.pk).update(owner=other, changed_at=kept.at + timedelta(hours=1))
        cursor.execute("SELECT set_config('itsm.maintenance', '', true)")
    here = f"/cmdb/baselines/{kept.pk}..now/"
    shown = page(client, here)
    form = shown.split('action="/cmdb/baselines/correct/"')[1].split("</form>")[0]
    asked = dict(re.findall(r'name="(version|field|old|new|here)" value="([^"]*)"', form))

    assert "<del>王維護</del>" in shown
    assert (asked["field"], asked["old"], asked["new"]) == ("owner", "keeper", "second")
    for wrong, said in ({"field": "owner_id"}, "has no field “owner_id”"), ({"old": "nobody-known"}, "nobody-known"):
        assert client.post("/cmdb/baselines/correct/", asked | wrong)["Location"] == here
        assert said in page(client, here)
        assert not Correction.objects.exists()
    client.post("/cmdb/baselines/correct/", asked)
    made = Correction.objects.get()
    assert (made.field, made.recorded, made.found) == ("owner", "second", "keeper")


def test_the_home_shows_the_worst_first_and_leads_to_what_is_to_be_mended(
    keeper: tuple[Person, Client], ups: ConfigurationItem
) -> None:
    _person, client = keeper
    shown = page(client, "/cmdb/")

    assert "Classes, the worst first" in shown
    assert "UPS" in shown
    for kind in ("stale", "orphans", "duplicates"):
        page(client, f"/cmdb/faults/{kind}/")
    assert "UPS-02" in client.get("/cmdb/faults/orphans/?as=csv").content.decode()
    page(client, "/cmdb/faults/other/", 404)


def test_an_empty_start_offers_the_first_import(keeper: tuple[Person, Client]) -> None:
    assert "Import your first configuration items" in page(keeper[1], "/cmdb/")


def test_a_change_authorises_in_its_window_only_and_a_second_person_may_agree_instead(
    keeper: tuple[Person, Client], second: tuple[Person, Client], change: Any
) -> None:
    reader, client = keeper
    Change.objects.filter(pk=change.pk).update(
        requester=reader, window_start=timezone.now() + timedelta(days=6), window_end=timezone.now() + timedelta(days=7)
    )
    batch = compared(client)
    here = f"/cmdb/import/{batch.pk}/"
    client.post(f"{here}authorise/", {"change": change.number})

    early = client.post(f"{here}apply/")

    assert early.status_code == 422
    assert f"{change.number} authorises this in its window" in early.content.decode()
    assert "Authorise by this change" in early.content.decode()
    assert not ConfigurationItem.objects.exists()
    second[1].post(f"{here}authorise/")
    assert client.post(f"{here}apply/").status_code == 302
    assert ConfigurationItem.objects.count() == 2
    assert client.post(f"{here}undo/").status_code == 302
    assert set(ConfigurationItem.objects.values_list("phase", flat=True)) == {"done"}


def test_a_change_in_its_window_lets_an_import_be_applied(keeper: tuple[Person, Client], change: Any) -> None:
    reader, client = keeper
    Change.objects.filter(pk=change.pk).update(
        requester=reader,
        window_start=timezone.now() - timedelta(hours=1),
        window_end=timezone.now() + timedelta(days=1),
    )
    batch = compared(client)
    here = f"/cmdb/import/{batch.pk}/"

    client.post(f"{here}authorise/", {"change": change.number})
    client.post(f"{here}apply/")

    assert ConfigurationItem.objects.count() == 2
    assert ImportBatch.objects.get(pk=batch.pk).change_id == change.pk
