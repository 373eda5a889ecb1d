"""Entering calls and costs: by page, by file and over REST; who may, what is refused, and what is kept of the former."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from itsm.api.scopes import Scope
from itsm.people.models import Person, Team
from itsm.records.refusals import NotAllowed, Objected
from itsm.reporting import call_sheet
from itsm.reporting.call_entering import Cost, Counts, enter_cost, enter_counts, may_cost, may_count, take_away
from itsm.reporting.call_models import CallCount, DeskCost
from tests.api.conftest import caller as caller
from tests.calls.conftest import Count
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db
PAGE, FILE = "/reports/desk/calls/", "/reports/desk/calls/file/"
SUNDAY = date(2026, 11, 22)
GIVEN: dict[str, Any] = {
    "day": "2026-11-22",
    "line": "",
    "offered": 50,
    "answered": 45,
    "answered_soon": 40,
    "abandoned": 5,
}
HEAD = "day,line,offered,answered,answered_soon,abandoned\n"
Caller = Callable[..., Any]


@pytest.fixture(autouse=True)
def _on_monday(time_machine: Any) -> None:
    time_machine.move_to(MONDAY, tick=False)


def sign_in(person: Person) -> Client:
    Person.objects.filter(pk=person.pk).update(language="en")
    client = Client()
    client.force_login(person)
    return client


def followed(client: Client, path: str, given: dict[str, Any]) -> str:
    answer = client.post(path, given)
    assert answer.status_code == 303
    return client.get(answer.headers["Location"]).content.decode()


def numbers(row: CallCount | None = None) -> tuple[int, ...]:
    row = row or CallCount.objects.get()
    return (row.offered, row.answered, row.answered_soon, row.abandoned)


# ---- who may --------------------------------------------------------------------------------
def test_calls_are_entered_by_who_answers_for_the_desk_and_by_its_lead(
    keeper: Person, agent: Person, desk: Team
) -> None:
    managers = [keeper, make_person("rep", "management_rep")]
    others = [make_person(f"a-{role}", role) for role in ("agent", "slm", "auditor", "engineer")]
    assert [may_count(one) for one in managers + others] == [True, True, False, False, False, False]

    Team.objects.filter(pk=desk.pk).update(lead=agent)

    assert (may_count(agent), may_cost(agent)) == (True, False)
    assert [may_cost(one) for one in managers + others] == [True, True, False, False, False, False]


def test_the_page_is_for_readers_and_its_forms_for_keepers(keeper: Person, agent: Person) -> None:
    seen = {one: sign_in(one).get(PAGE) for one in (keeper, agent)}

    assert "Enter the calls" in seen[keeper].content.decode()
    assert seen[agent].status_code == 200
    assert "Enter the calls" not in seen[agent].content.decode()
    assert "Enter the cost" not in seen[agent].content.decode()
    assert sign_in(make_person("second", "engineer")).get(PAGE).status_code == 403


@pytest.mark.parametrize(
    ("path", "given"),
    [(f"{PAGE}enter/", GIVEN), (f"{PAGE}cost/", {"month": "2026-10", "amount": 1}), (FILE, {}), (f"{PAGE}take-away/calls/1/", {})],
)  # fmt: skip
def test_others_are_refused(agent: Person, path: str, given: dict[str, Any]) -> None:
    assert sign_in(agent).post(path, given).status_code == 403
    assert not CallCount.objects.exists()
    assert not DeskCost.objects.exists()


def test_the_service_refuses_them_too(agent: Person, count: Count) -> None:
    with pytest.raises(NotAllowed):
        enter_counts([Counts(SUNDAY, 1, 1, 1, 0)], by=agent, at=MONDAY)
    with pytest.raises(NotAllowed):
        enter_cost(Cost(date(2026, 10, 1), 1), by=agent, at=MONDAY)
    with pytest.raises(NotAllowed):
        take_away(count(SUNDAY, 1, 1, 1, 0), by=agent, at=MONDAY)


# ---- the page -------------------------------------------------------------------------------
def test_a_day_is_entered_then_corrected_and_what_it_was_is_kept(keeper: Person) -> None:
    client = sign_in(keeper)

    first = client.post(f"{PAGE}enter/", GIVEN)
    same = followed(client, f"{PAGE}enter/", GIVEN)
    client.post(f"{PAGE}enter/", GIVEN | {"offered": 60})
    text = client.get(PAGE).content.decode()

    assert first.status_code == 303
    assert "Just this was entered already." in same
    assert numbers() == (60, 45, 40, 5)
    assert CallCount.objects.get().entered_by == keeper
    assert "What was corrected" in text
    assert text.count('data-label="Offered">50<') == 1
    assert text.count('data-label="Offered">60<') == 2


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"offered": 49}, "Answered and abandoned calls together are not more than those offered."),
        ({"answered_soon": 46}, "The calls answered within 20 seconds are not more than those answered."),
        ({"abandoned": -1}, "greater than or equal to 0"),
        ({"day": "2026-11-24"}, "This day has not begun yet."),
        ({"day": "1911-10-10"}, "Nothing was counted before 1990."),
        ({"day": "soon"}, "Enter a valid date."),
        ({"line": "x" * 61}, "at most 60 characters"),
    ],
)
def test_what_cannot_be_is_told_and_loses_nothing(keeper: Person, wrong: dict[str, Any], sentence: str) -> None:
    answer = sign_in(keeper).post(f"{PAGE}enter/", GIVEN | {"line": "VIP"} | wrong)

    text = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in text
    assert f'value="{wrong.get("offered", 50)}"' in text
    assert not CallCount.objects.exists()


def test_a_row_fills_the_form_that_corrects_it_and_is_taken_away(keeper: Person, count: Count) -> None:
    row, client = count(SUNDAY, 51, 45, 40, 5, "VIP"), sign_in(keeper)
    form = client.get(f"{PAGE}?counts={row.pk}").content.decode()

    client.post(f"{PAGE}take-away/calls/{row.pk}/")

    assert 'value="VIP"' in form
    assert "Take away: 2026-11-22 VIP" in form
    assert 'value="2026-11-22"' in form
    assert not CallCount.objects.exists()
    text = client.get(PAGE).content.decode()
    assert "taken away" in text
    assert text.count('data-label="Offered">51<') == 2
    assert client.post(f"{PAGE}take-away/calls/{row.pk}/").status_code == 404
    assert client.post(f"{PAGE}take-away/other/1/").status_code == 404


def test_what_is_corrected_keeps_its_day_line_or_month_even_after_a_refusal(
    keeper: Person, count: Count, cost: Callable[[date, int], DeskCost]
) -> None:
    row, month, client = count(SUNDAY, 51, 45, 40, 5, "VIP"), cost(date(2026, 10, 1), 300_000), sign_in(keeper)
    fresh = client.get(PAGE).content.decode()
    form = client.get(f"{PAGE}?counts={row.pk}&cost={month.pk}").content.decode()

    wrong = client.post(f"{PAGE}enter/?counts={row.pk}", GIVEN | {"line": "VIP", "offered": 1}).content.decode()

    assert (fresh.count(" readonly"), form.count(" readonly"), wrong.count(" readonly")) == (0, 3, 2)
    assert f"&amp;counts={row.pk}" in form[form.index("calls/enter/") :][:120]
    assert "Take away: 2026-11-22 VIP" in wrong
    assert 'value="1"' in wrong


def test_the_page_names_the_days_without_counts(keeper: Person, count: Count) -> None:
    for ago in (1, 2, 4):
        count(date(2026, 11, 23) - timedelta(days=ago), 10, 9, 8, 1)

    text = sign_in(keeper).get(f"{PAGE}?from=2026-11-18&to=2026-11-30").content.decode()

    missing = text[text.index("Without counts:") :].split("</p>")[0]
    assert [day for day in ("18", "19", "20", "21", "22", "23", "24") if f" {day} Nov 2026" in missing] == [
        "18",
        "20",
    ]
    assert "3 of the 6 days" in text


def test_a_month_is_entered_corrected_and_taken_away(keeper: Person) -> None:
    client = sign_in(keeper)

    for amount in (300_000, 310_000):
        assert client.post(f"{PAGE}cost/", {"month": "2026-10", "amount": amount, "note": "wages"}).status_code == 303

    row = DeskCost.objects.get()
    assert (row.month, row.amount, row.note) == (date(2026, 10, 1), 310_000, "wages")
    assert client.get(PAGE).content.decode().count("300,000") == 1
    client.post(f"{PAGE}take-away/cost/{row.pk}/")
    assert not DeskCost.objects.exists()
    assert "taken away" in client.get(PAGE).content.decode()


@pytest.mark.parametrize("wrong", [{"month": "2026-13"}, {"month": "2026-12"}, {"amount": "-1"}, {"amount": ""}])
def test_a_month_that_cannot_be_is_told(keeper: Person, wrong: dict[str, Any]) -> None:
    answer = sign_in(keeper).post(f"{PAGE}cost/", {"month": "2026-10", "amount": 5, "note": "wages"} | wrong)

    assert answer.status_code == 422
    assert 'value="wages"' in answer.content.decode()
    assert not DeskCost.objects.exists()


def test_statements_do_not_grow_with_days(keeper: Person, count: Count) -> None:
    client = sign_in(keeper)
    count(SUNDAY, 10, 9, 8, 1)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    for ago in range(2, 20):
        count(date(2026, 11, 23) - timedelta(days=ago), 10, 9, 8, 1)
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)

    assert len(few) == len(many) <= 30


def test_all_days_of_a_list_are_entered_or_none(keeper: Person) -> None:
    with pytest.raises(Objected):
        enter_counts([Counts(SUNDAY, 5, 5, 5, 0), Counts(date(2026, 11, 21), 5, 6, 5, 0)], by=keeper, at=MONDAY)

    assert not CallCount.objects.exists()


def test_an_entry_that_somebody_else_takes_away_first_is_no_trouble(keeper: Person, count: Count) -> None:
    row = count(SUNDAY, 9, 9, 9, 0)
    CallCount.objects.all().delete()

    take_away(row, by=keeper, at=MONDAY)

    assert not CallCount.objects.exists()


# ---- REST -----------------------------------------------------------------------------------
def test_an_exchange_sends_its_counts_again_and_again(keeper: Person, caller: Caller) -> None:
    exchange = caller(keeper, Scope.MONITOR_INGEST)

    answers = [
        exchange.post("/api/v1/call-counts", GIVEN | more)
        for more in ({}, {}, {"offered": 51}, {"day": "2026-11-21", "line": "VIP"})
    ]

    assert [(one.status_code, one.json()["outcome"]) for one in answers] == [
        (201, "entered"), (200, "unchanged"), (200, "corrected"), (201, "entered"),
    ]  # fmt: skip
    assert exchange.get("/api/v1/call-counts").status_code == 403
    listed = caller(keeper, Scope.TICKETS_READ).get("/api/v1/call-counts", {"from": "2026-11-01", "to": "2026-11-30"})
    assert [(row["line"], row["offered"], row["entered_by"]) for row in listed.json()] == [
        ("", 51, "keeper"), ("VIP", 50, "keeper"),
    ]  # fmt: skip


def test_calls_of_the_whole_desk_and_of_a_line_do_not_count_twice(keeper: Person, caller: Caller, count: Count) -> None:
    count(SUNDAY, 50, 45, 40, 5, "VIP")
    with override("en"):
        found = call_sheet.read(HEAD + "2026-11-22,,9,9,9,0\n2026-11-21,a,9,9,9,0\n2026-11-21,,9,9,9,0\n", at=MONDAY)

    answer = caller(keeper).post("/api/v1/call-counts", GIVEN)

    assert [(bad.line, bad.column) for bad in found.errors] == [(2, "line"), (3, "line"), (4, "line")]
    assert "would count twice" in found.errors[0].reason
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["line"])
    assert numbers() == (50, 45, 40, 5)


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"offered": 49}, 422), ({"answered_soon": 46}, 422), ({"day": "2026-11-24"}, 422), ({"offered": -1}, 400),
        ({"day": "never"}, 400), ({"other": 1}, 400), ({"line": 5}, 400), ({"line": "a\u0000b"}, 400),
    ],
)  # fmt: skip
def test_wrong_counts_are_refused_over_rest(keeper: Person, caller: Caller, wrong: dict[str, Any], status: int) -> None:
    answer = caller(keeper).post("/api/v1/call-counts", GIVEN | wrong)

    assert answer.status_code == status
    assert not CallCount.objects.exists()


def test_costs_come_over_rest_too(keeper: Person, caller: Caller) -> None:
    client = caller(keeper)

    made = client.post("/api/v1/desk-costs", {"month": "2026-10", "amount": 300_000, "note": "wages"})
    again = client.post("/api/v1/desk-costs", {"month": "2026-10", "amount": 310_000, "note": "wages"})
    wrong = [
        client.post("/api/v1/desk-costs", {"month": month, "amount": 1}).status_code for month in ("2026-13", "2026-12")
    ]

    assert (made.status_code, again.json()) == (201, {"outcome": "corrected"})
    assert wrong == [400, 422]
    listed = client.get("/api/v1/desk-costs").json()
    assert [(row["month"], row["amount"], row["note"]) for row in listed] == [("2026-10", 310_000, "wages")]


def test_others_do_not_enter_over_rest(agent: Person, engineer: Person, caller: Caller) -> None:
    answers = [
        caller(person).post(path, body).status_code
        for person in (agent, engineer)
        for path, body in (("/api/v1/call-counts", GIVEN), ("/api/v1/desk-costs", {"month": "2026-10", "amount": 1}))
    ]

    assert answers == [403, 403, 403, 403]
    assert caller(engineer).get("/api/v1/desk-costs").status_code == 403


def test_a_figure_over_rest_says_how_much_is_known(keeper: Person, caller: Caller, count: Count) -> None:
    count(SUNDAY, 50, 45, 40, 5)

    told = caller(keeper).get("/api/v1/figures/desk.abandoned", {"from": "2026-11-22", "to": "2026-11-22"}).json()

    assert (told["text"], told["part"], told["whole"]) == ("10.00 %", 5, 50)
    assert "1 of the 1 day" in told["coverage"]


def test_mistakes_are_taken_away_over_rest_by_who_enters_such(
    keeper: Person, agent: Person, caller: Caller, count: Count, cost: Callable[[date, int], DeskCost]
) -> None:
    places = [
        f"/api/v1/call-counts/{count(SUNDAY, 5, 5, 5, 0).pk}",
        f"/api/v1/desk-costs/{cost(date(2026, 10, 1), 1).pk}",
    ]
    listed = [caller(keeper).get(path).json()[0]["id"] for path in ("/api/v1/call-counts", "/api/v1/desk-costs")]

    refused = [caller(agent).delete(path).status_code for path in places]
    kept = (CallCount.objects.count(), DeskCost.objects.count())
    taken = [caller(keeper).delete(path).status_code for path in (*places, *places)]

    assert [int(path.split("/")[-1]) for path in places] == listed
    assert (refused, kept) == ([403, 403], (1, 1))
    assert taken == [204, 204, 404, 404]
    assert (CallCount.objects.count(), DeskCost.objects.count()) == (0, 0)
