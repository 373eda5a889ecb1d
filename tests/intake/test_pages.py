"""The pages: figures for those who oversee the cases, people's files for administrators."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from itsm.people.models import Person
from tests.fixtures import make_person
from tests.intake.logs import SOURCE, bring_in, row, usual, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def imported(tmp_path: Path) -> None:
    """Import one good case and one that is refused."""
    bring_in(write(tmp_path / "log.csv", [*usual(), row(number="BAD", priority="<b>9</b>")]))


def signed_in(person: Person, *, language: str = "en") -> Client:
    person.language = language
    person.save()
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Hours to resolution and closure"), ("zh-hant", "解決與結案時數")]
)
def test_the_page_shows_figures_runs_and_refusals(imported: None, agent: Person, language: str, words: str) -> None:
    page = signed_in(agent, language=language).get(f"/reports/history/{SOURCE}/").content.decode()

    assert words in page
    assert "Group 24" in page
    assert "log.csv" in page
    assert "&lt;b&gt;9&lt;/b&gt;" in page


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_was_rejected_can_be_taken_along(imported: None, agent: Person, form: str) -> None:
    client = signed_in(agent)
    page = client.get(f"/reports/history/{SOURCE}/").content.decode()
    answer = client.get(f"/reports/history/{SOURCE}/rejected.{form}")

    assert f'href="/reports/history/{SOURCE}/rejected.{form}"' in page
    assert answer.status_code == 200
    assert f'filename="{SOURCE}-rejected.{form}"' in answer["Content-Disposition"]
    assert form == "xlsx" or '"7","priority","<b>9</b>","The mapping lists no such value' in answer.content.decode()


def test_the_list_leads_to_the_sources(imported: None, agent: Person) -> None:
    page = signed_in(agent).get("/reports/history/").content.decode()

    assert f'href="/reports/history/{SOURCE}/"' in page


def test_the_empty_list_says_what_to_do(agent: Person) -> None:
    assert "import_history" in signed_in(agent).get("/reports/history/").content.decode()


@pytest.mark.parametrize(
    "path", ["/reports/history/", f"/reports/history/{SOURCE}/", f"/reports/history/{SOURCE}/rejected.csv"]
)
@pytest.mark.parametrize("who", ["requester", "engineer"])
def test_who_does_not_oversee_the_desk_sees_no_figures(
    imported: None, path: str, who: str, request: pytest.FixtureRequest
) -> None:
    assert signed_in(request.getfixturevalue(who)).get(path).status_code == 403


def test_a_source_that_is_not_there_is_not_found(agent: Person) -> None:
    assert signed_in(agent).get("/reports/history/nowhere/").status_code == 404


def test_only_administrators_import_people(agent: Person) -> None:
    assert signed_in(agent).get("/settings/people/import/").status_code == 403


def test_people_are_checked_first_and_then_imported() -> None:
    client = signed_in(make_person("admin", is_staff=True))
    file = SimpleUploadedFile("people.csv", "username,name\nnew,新人\n".encode())

    checked = client.post("/settings/people/import/", {"file": file, "complete": "on", "then": "check"})
    text = checked.context["form"].initial["text"]
    written_before = Person.objects.filter(username="new").exists()
    done = client.post("/settings/people/import/", {"text": text, "complete": "on", "then": "import"})

    assert "新人" in checked.content.decode()
    assert not written_before
    assert done.status_code == 302
    assert Person.objects.get(username="new").name == "新人"


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"username,name\na,\n", "A value is needed here."), ("username,name\na,é\n".encode("latin-1"), "UTF-8")],
)
def test_a_wrong_file_is_told_with_its_lines(content: bytes, words: str) -> None:
    client = signed_in(make_person("admin", is_staff=True))

    answer = client.post(
        "/settings/people/import/", {"file": SimpleUploadedFile("people.csv", content), "then": "import"}
    )

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Person.objects.filter(username="a").exists()
