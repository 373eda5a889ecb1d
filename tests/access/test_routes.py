"""Every route for every reader, against the reviewed table ``routes.csv``; what is not in the table is denied.

A route that is new or answers otherwise fails. After looking at the difference, write the table anew with
``WRITE_ROUTES=1 pytest tests/access/test_routes.py`` and review its lines in the commit.
"""

from __future__ import annotations

import csv
import logging
import os
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.access.world import FILE, NOTE, READERS, REASON, SECRET, SECRET_NOTE, World, build, fill, routes

TABLE = Path(__file__).parent / "routes.csv"
HEAD = ("route", "case", "method", *READERS)
#: Routes that answer 200 to somebody who is not signed in; everything else sends them to sign in or says no.
PUBLIC = {
    "livez", "readyz", "login/", "password/reset/", "password/reset/sent/", "password/reset/<uidb64>/<token>/", "a/<str:token>/",
    "s/<str:token>/",
    "preferences/language/", "preferences/theme/", "styleguide/", "styleguide/drawings/", "api/v1/schema/", "api/v1/docs/",
    "demo/become/<slug:persona>/",
}  # fmt: skip
#: Who may know of the secret case beside its own requester.
MAY_KNOW_SECRET = {"manager"}


@pytest.fixture
def world(db: None) -> World:
    """The world of the table."""
    return build()


def client_of(world: World, reader: str) -> Client:
    """A client signed in as ``reader``; errors are answers here."""
    client = Client(raise_request_exception=False)
    if reader != "anonymous":
        client.force_login(world.people[reader])
    return client


def rows() -> Iterator[tuple[str, str, str]]:
    """Every route with the case whose number it gets and the method."""
    for path, _pattern, names in routes():
        for case in (
            ("own", "secret") if {"number", "record_number"} & set(names) or "attachments/<int:key>" in path else ("-",)
        ):
            for method in ("get", "post"):
                yield path, case, method


def ask(client: Client, world: World, path: str, case: str, method: str) -> Any:
    """Ask one route and undo whatever it did."""
    address = fill(path, world.ids["own" if case == "-" else case])
    with transaction.atomic():
        response: Any = getattr(client, method)(address)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    return response.status_code, body.decode(errors="replace")


def hidden_from(reader: str) -> set[str]:
    """The canaries that a reader may not meet: internal words only those who read notes, the secret case nobody of them."""
    if reader in MAY_KNOW_SECRET:
        return set()
    return {SECRET, SECRET_NOTE} | ({NOTE, FILE, REASON} if reader not in ("agent", "auditor") else set())


def seen(world: World, reader: str) -> tuple[dict[tuple[str, str, str], int], list[tuple[str, str, str]]]:
    """Ask everything as ``reader``, each time with the cookies of one fresh sign-in: the answers, and hidden words met in pages."""
    client, hidden = client_of(world, reader), hidden_from(reader)
    kept = client.cookies.output(header="", sep=";")
    found, met = {}, []
    for row in rows():
        if row[0] != "logout/":
            client.cookies = SimpleCookie(kept)
            found[row], body = ask(client, world, *row)
            met += [(row[0], row[1], word) for word in hidden if row[2] == "get" and word in body]
    return found, met


def write(reader: str, found: dict[tuple[str, str, str], int]) -> None:
    """Write the column of one reader into the table; the rows become those that were asked."""
    known = {(line["route"], line["case"], line["method"]): line for line in reviewed_lines()}
    with TABLE.open("w", newline="") as file:
        table = csv.DictWriter(file, HEAD, lineterminator="\n")
        table.writeheader()
        for key, status in found.items():
            table.writerow({**known.get(key, {}), **dict(zip(HEAD, key, strict=False)), reader: str(status)})


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS)
def test_every_route_answers_a_reader_as_the_table_says_and_shows_no_canary(
    world: World, reader: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Every route; and internal or secret words on every page, feed and search only to those who may read them."""
    caplog.set_level(
        logging.ERROR, logger="django.request"
    )  # a refusal is an answer here, not worth two thousand lines
    found, met = seen(world, reader)
    if os.environ.get("WRITE_ROUTES"):
        write(reader, found)
    reviewed = {(line["route"], line["case"], line["method"]): line[reader] for line in reviewed_lines()}

    other = [(key, status, reviewed.get(key)) for key, status in found.items() if reviewed.get(key) != str(status)]
    assert (other, met) == ([], [])


def reviewed_lines() -> list[dict[str, str]]:
    """The table's lines by their heads."""
    with TABLE.open(newline="") as file:
        return list(csv.DictReader(file))


def test_nobody_who_is_not_signed_in_gets_anything_but_the_public_routes() -> None:
    open_to_all = {line["route"] for line in reviewed_lines() if line["anonymous"].startswith("2")}

    assert open_to_all <= PUBLIC, open_to_all - PUBLIC


def test_no_route_fails_for_anybody() -> None:
    failing = [line for line in reviewed_lines() if any(line[reader].startswith("5") for reader in READERS)]

    assert failing == []


def test_the_existence_of_a_secret_case_is_hidden() -> None:
    """Whoever may not know of it gets the answer that a number which does not exist gets."""
    told = [
        (line["route"], line["method"], reader, line[reader])
        for line in reviewed_lines()
        if line["case"] == "secret" and "number" in line["route"]
        for reader in set(READERS) - MAY_KNOW_SECRET - {"anonymous"}
        if line[reader] not in ("403", "404", "405", "401", "415")
    ]

    assert told == []


SEARCHES = ("/search/?q=", "/palette/?q=", "/api/v1/tickets?q=", "/desk/q/all/?text=", "/portal/search/?q=")


@pytest.mark.parametrize("reader", ["requester", "stranger", "agent", "engineer", "auditor", "admin"])
def test_no_search_finds_a_case_by_words_the_reader_may_not_read(world: World, reader: str) -> None:
    client = client_of(world, reader)
    words = [(SECRET, world.secret), (SECRET_NOTE, world.secret), ("公文", world.secret)]
    words += [(NOTE, world.own), (REASON, world.own)] if reader not in ("agent", "auditor") else []

    met = [
        (address, word)
        for word, case in words
        for address in SEARCHES
        if case.number in client.get(address + word).content.decode(errors="replace")
    ]

    assert met == []
