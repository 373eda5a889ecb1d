"""The letter NUL, which no text of the database can hold: no address, query or form that has it is an error of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

from itsm.people.models import Person
from itsm.ui.letters import LettersMiddleware
from tests.fixtures import make_person

pytestmark = pytest.mark.django_db
PART = re.compile(r"<(?:(\w+):)?(\w+)>")


def _routes(under: URLResolver, before: str = "") -> Iterator[str]:
    for one in under.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield route
        else:
            yield from _routes(one, route)


def _filled(part: re.Match[str]) -> str:
    return "a%00b" if part[1] in (None, "str", "path") else "1"


def addresses() -> list[str]:
    """Give every address that takes a text as a part of its path, with the letter in it."""
    routes = {route for route in _routes(get_resolver()) if not set(route) & set("^(\\")}
    return sorted({"/" + filled for filled in (PART.sub(_filled, route) for route in routes) if "%00" in filled})


def test_nothing_is_found_at_an_address_that_holds_it(client: Client) -> None:
    client.force_login(make_person("ruler", "agent", is_staff=True, is_superuser=True))
    found = {address: client.get(address).status_code for address in addresses()}

    assert len(found) > 150
    assert {address: status for address, status in found.items() if status != 404} == {}


@pytest.mark.parametrize(
    "address", ["/reports/outages/?service=%00", "/reports/sla/?customer=a%00", "/simulator/new/?agreement=%00"]
)
def test_a_list_opens_without_it(client: Client, address: str) -> None:
    client.force_login(make_person("keeper", "slm"))

    assert client.get(address).status_code == 200


def test_the_rest_of_a_query_stays(rf: RequestFactory) -> None:
    seen = []
    LettersMiddleware(lambda request: seen.append(request) or HttpResponse())(rf.get("/x/?a=%001&b=%E4%B8%AD&c="))  # type: ignore[func-returns-value]

    assert seen[0].GET.dict() == {"b": "中", "c": ""}
    assert seen[0].get_full_path() == "/x/?b=%E4%B8%AD&c="


@pytest.mark.parametrize(("path", "kind"), [("/x/", "text/html"), ("/api/x/", "application/problem+json")])
def test_what_cannot_be_written_is_refused_with_a_sentence(rf: RequestFactory, path: str, kind: str) -> None:
    with pytest.raises(ValueError, match="NUL") as met:
        Person.objects.filter(username="a\x00").exists()

    with translation.override("en"):
        answer = LettersMiddleware(lambda request: HttpResponse()).process_exception(rf.post(path), met.value)

    assert answer is not None
    assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (400, kind)
    assert "code 0" in answer.content.decode()
    assert (
        LettersMiddleware(lambda request: HttpResponse()).process_exception(rf.post(path), ValueError("another"))
        is None
    )
