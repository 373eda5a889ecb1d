"""Figures over REST say what the pages say."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from itsm.records import kpis
from itsm.reporting import listing
from tests.fixtures import make_person

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def client(demo: None) -> Client:
    made = Client()
    made.force_login(make_person("api-reader", "incident_manager"))
    return made


def period(days: int = 400) -> dict[str, str]:
    today = timezone.localdate()
    return {"from": str(today - timedelta(days=days)), "to": str(today)}


def test_the_dictionary_names_every_figure(client: Client) -> None:
    rows = client.get(f"{API}/kpis").json()

    assert {row["key"] for row in rows} == {one.key for one in kpis.all_kpis()}
    assert all(row["name_zh"] and row["name_en"] and row["formula"] and row["owner"] for row in rows)


@pytest.mark.parametrize(
    "key",
    ["incident.resolution_attainment", "incident.time_to_resolve", "incident.volume", "change.trend", "ci.accuracy"],
)
def test_a_figure_and_its_rows_agree(client: Client, key: str) -> None:
    figure = client.get(f"{API}/figures/{key}", period()).json()
    rows = client.get(f"{API}/figures/{key}/rows", period()).json()

    assert figure["whole"] in (rows["count"], int(rows["total"]))
    assert len(rows["rows"]) <= listing.PAGE
    if figure["part"] is not None and figure["whole"]:
        part = client.get(f"{API}/figures/{key}/rows", period() | {"side": "part"}).json()
        assert part["total"] == figure["part"]
        assert Fraction(figure["value"]) == Fraction(figure["part"] * 100, figure["whole"])


def test_pages_of_rows_join_without_gap(client: Client) -> None:
    seen: list[str] = []
    asked: dict[str, Any] = period()
    while True:
        page = client.get(f"{API}/figures/incident.volume/rows", asked).json()
        seen += [row["number"] for row in page["rows"]]
        if page["next"] is None:
            break
        asked["before"] = page["next"]

    assert len(seen) == len(set(seen)) == page["count"] - page["hidden"]


@pytest.mark.parametrize("wrong", [{"from": "now"}, {"service": "none"}, {"priority": "7"}, {"other": "1"}])
def test_what_cannot_be_read_is_refused(client: Client, wrong: dict[str, str]) -> None:
    assert client.get(f"{API}/figures/incident.volume", wrong).status_code == 400


def test_others_are_refused_and_unknown_figures_are_not_there(client: Client) -> None:
    engineer = Client()
    engineer.force_login(make_person("api-engineer", "engineer"))

    assert engineer.get(f"{API}/kpis").status_code == 403
    assert client.get(f"{API}/figures/incident.none").status_code == 404
    assert client.get(f"{API}/figures/incident.volume/rows", {"side": "left"}).status_code == 400
