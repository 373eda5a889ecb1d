"""Language, theme, navigation and what is said when the database is away."""

import gzip
from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from itsm.people.models import Person
from itsm.ui import navigation
from itsm.ui.context import Shell
from itsm.ui.middleware import AvailabilityMiddleware, unavailable
from itsm.ui.views import server_error

GUIDE = "/styleguide/"


@pytest.fixture
def empty_rail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "REGISTER", navigation.Register())


def shell_of(person: Any, path: str = "/") -> Shell:
    request = RequestFactory().get(path)
    request.user = person
    return Shell(request)


@pytest.mark.parametrize(
    ("asked", "language"), [("en-GB,en;q=0.9", "en"), ("zh-TW", "zh-hant"), ("de", "zh-hant"), ("", "zh-hant")]
)
def test_a_stranger_is_spoken_to_as_the_browser_asks(client: Client, asked: str, language: str) -> None:
    response = client.get("/login/", headers={"accept-language": asked})

    assert response.headers["Content-Language"] == language
    assert ('lang="en"' if language == "en" else 'lang="zh-Hant-TW"') in response.content.decode().split(">")[1]


def test_a_page_travels_compressed_to_who_takes_it_and_tells_caches(client: Client) -> None:
    plain = client.get("/login/")
    packed = client.get("/login/", headers={"accept-encoding": "gzip"})

    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert packed.headers["Content-Encoding"] == "gzip"
    assert b"</html>" in gzip.decompress(packed.content)


@pytest.mark.django_db
def test_answers_of_the_interface_keep_their_strong_tag(client: Client, agent: Person) -> None:
    client.force_login(agent)

    answer = client.get("/api/v1/categories", headers={"accept-encoding": "gzip"})

    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers


def test_the_switch_changes_person_and_browser_and_stays_on_the_page(client: Client, agent: Person) -> None:
    client.force_login(agent)

    response = client.post("/preferences/language/", {"language": "en", "next": "/styleguide/?a=1"})

    assert (response.status_code, response.headers["Location"]) == (303, "/styleguide/?a=1")
    agent.refresh_from_db()
    assert agent.language == "en"
    assert "Style guide" in client.get(GUIDE).content.decode()


@pytest.mark.parametrize("next_page", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_switch_never_leads_away(client: Client, next_page: str) -> None:
    response = client.post("/preferences/language/", {"language": "en", "next": next_page})

    assert response.headers["Location"] == "/"


def test_the_theme_is_remembered(client: Client, agent: Person) -> None:
    client.force_login(agent)

    client.post("/preferences/theme/", {"theme": "dark", "next": "/"})

    agent.refresh_from_db()
    assert agent.theme == "dark"
    assert 'data-theme="dark"' in client.get(GUIDE).content.decode()


def test_an_unknown_theme_changes_nothing(client: Client) -> None:
    response = client.post("/preferences/theme/", {"theme": "neon", "next": "/"})

    assert "theme" not in response.cookies


@pytest.mark.usefixtures("empty_rail")
def test_the_rail_shows_what_the_roles_open(agent: Person, requester: Person) -> None:
    navigation.register(
        navigation.Entry("Queue", "ui:styleguide", "queue", roles=frozenset({"agent"}), badge=lambda _: 3)
    )

    (section,) = shell_of(agent, GUIDE).sections

    assert [(link.label, link.count, link.current) for link in section.links] == [("Queue", 3, "page")]
    assert shell_of(requester).sections == ()


def test_no_two_links_of_the_rail_have_the_same_key() -> None:
    keys = ["g n", *(entry.key for entry in navigation.REGISTER.entries if entry.key)]  # the first is that of the bell

    assert {key for key in keys if keys.count(key) > 1} == set()


@pytest.mark.usefixtures("empty_rail")
def test_registering_twice_shows_one_link(agent: Person) -> None:
    for label in ("Old", "New"):
        navigation.register(navigation.Entry(label, "ui:styleguide", "queue"))

    assert [entry.label for entry in navigation.entries_for(agent, section="desk")] == ["New"]


@pytest.mark.usefixtures("empty_rail")
def test_a_place_without_a_route_is_left_out() -> None:
    navigation.place("help", "nowhere:page")
    navigation.place("home", "ui:styleguide")

    assert navigation.places() == {"home": GUIDE}


def refuse(_request: HttpRequest) -> HttpResponse:
    raise OperationalError("the database is away")


@pytest.mark.parametrize(("path", "kind"), [("/", "text/html"), ("/api/v1/tickets", "application/problem+json")])
def test_an_absent_database_is_said_kindly(path: str, kind: str) -> None:
    request = RequestFactory().get(path)

    response = AvailabilityMiddleware(refuse).process_exception(request, OperationalError())

    assert response is not None
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert response.headers["Content-Type"].startswith(kind)


def test_any_other_error_is_not_hidden() -> None:
    request = RequestFactory().get("/")

    assert AvailabilityMiddleware(refuse).process_exception(request, ValueError()) is None


@pytest.mark.parametrize(("error", "status"), [(OperationalError(), 503), (ValueError(), 500)])
def test_errors_met_outside_a_view_are_told_apart(error: Exception, status: int) -> None:
    try:
        raise error
    except type(error):
        response = server_error(RequestFactory().get("/"))

    assert response.status_code == status


def test_the_page_of_an_absent_database_asks_nothing_of_it(django_assert_num_queries: Any, db: None) -> None:
    with django_assert_num_queries(0):
        unavailable(RequestFactory().get("/"))


def test_pages_carry_no_inline_code(client: Client) -> None:
    response = client.get(GUIDE)

    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert " style=" not in response.content.decode()
    assert " onclick=" not in response.content.decode()


@pytest.mark.parametrize("path", [GUIDE, "/styleguide/drawings/"])
def test_an_english_page_holds_no_chinese_words_of_its_own(client: Client, path: str) -> None:
    client.cookies["django_language"] = "en"

    text = client.get(path).content.decode()

    for word in ("狀態", "案件", "快速鍵", "流程圖", "表單"):
        assert word not in text
