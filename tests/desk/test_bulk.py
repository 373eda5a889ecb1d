"""Bulk acts over every process: each case is judged as if it stood alone, with the rights of one, and nothing is revealed."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.utils import translation

from catalogue.models import Category, Service
from changes.services import draft
from incidents import services as incidents
from itsm.people.models import Person, Team
from itsm.records import register
from itsm.records.perform import admit, open_record, perform
from itsm.records.refusals import Refusal
from itsm.tickets import assignments
from itsm.tickets.models import Ticket
from problems.models import Problem
from relationships import suppliers
from relationships.complaints import raise_complaint
from releases.models import Release
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
#: Who acts: the desk, a second line that holds none of the cases, who only reads, who carries changes out, each owner.
ROLES = {
    "agent": ("agent",), "engineer": ("engineer",), "auditor": ("auditor",), "hands": ("change_implementer",),
    "owner": ("incident_manager", "problem_manager", "change_manager", "release_manager", "brm"),
}  # fmt: skip
KINDS = ("incident", "service_request", "problem", "change", "release", "complaint", "supplier_case")


@pytest.fixture
def cases(desk: Team, agent: Person, requester: Person, service: Service, category: Category) -> dict[str, Any]:
    """An open case of every process, in the hands of the desk's team."""
    colleague = make_person("colleague", "agent", "change_requester", "release_requester", name="同事")
    desk.members.add(colleague)
    common: dict[str, Any] = {"requester": requester, "service": service, "received_at": MONDAY, "title": "案件"}
    incident = incidents.raise_incident(by=requester, requester=requester, title="案件", service=service, at=MONDAY)
    waits = perform(
        incident, "classify", by=agent, at=MONDAY, service=service, category=category, impact="2", urgency="2"
    )
    waits = perform(waits, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    made = {
        "incident": incidents.raise_incident(by=requester, requester=requester, title="案件", service=service, at=MONDAY),
        "service_request": incidents.raise_request(by=requester, requester=requester, title="案件", service=service, at=MONDAY),
        "problem": open_record(Problem, by=agent, at=MONDAY, channel="portal", origin="trend", description="x", **common),
        "change": draft(title="案件", by=colleague, description="x", at=MONDAY, service=service),
        "release": open_record(Release, by=colleague, at=MONDAY, channel="portal", description="x", **common),
        "complaint": raise_complaint(by=requester, complainant=requester, at=MONDAY, source="portal", title="案件",
                                     description="x", service=service),
        "supplier_case": suppliers.open_case(waits, by=agent, at=MONDAY, title="案件"),
    }  # fmt: skip
    Ticket.objects.filter(pk__in=[case.pk for case in made.values()]).update(team=desk, assignee=None)
    return {kind: type(case).objects.get(pk=case.pk) for kind, case in made.items()}


@pytest.fixture
def people(agent: Person, engineer: Person) -> dict[str, Person]:
    """Everybody of ROLES by name."""
    known = {"agent": agent, "engineer": engineer}
    return {name: known.get(name) or make_person(f"the-{name}", *roles) for name, roles in ROLES.items()}


def test_several_cases_are_graded_at_once_and_not_only_the_first(
    client: Client, agent: Person, cases: dict[str, Any], report: Callable[..., Any]
) -> None:
    chosen = [f"{case.number}:{case.version}" for case in (cases["complaint"], report(), report())]
    client.force_login(agent)

    response = client.get("/desk/q/act/grade/", {"pick": chosen}, headers=HTMX)

    asked = urlsplit(response["Location"])
    assert asked.path == "/desk/q/act/step/classify/"
    assert parse_qs(asked.query)["pick"] == chosen


def test_several_that_nobody_grades_are_refused_with_a_sentence(
    client: Client, speak_english: Person, agent: Person, cases: dict[str, Any]
) -> None:
    chosen = [f"{case.number}:{case.version}" for case in (cases["complaint"], cases["supplier_case"])]
    client.force_login(agent)

    response = client.get("/desk/q/act/grade/", {"pick": chosen}, headers=HTMX)

    assert "None of these cases can take this step now" in said(response)


def test_the_table_has_every_process_whose_cases_stand_in_a_queue() -> None:
    queued = {row.key for row in register.processes() if issubclass(row.model, Ticket)}

    assert queued == set(KINDS)


def picked(case: Any) -> str:
    return ":".join((str(case.number), str(case.version)))


def alone(act: Callable[[], Any]) -> str | None:
    """Give the sentence that refuses one case, or None where it is done; nothing of it is kept."""
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except Refusal as refusal:
        return " ".join(dict.fromkeys(refusal.reasons))
    return None


def seen(person: Person, case: Any) -> Any:
    """Find the case as the person may see it; None where they may not."""
    return type(case).objects.visible_to(person).filter(pk=case.pk).first()


def said(response: Any) -> str:
    """Give everything that an answer tells, in the toast or in its list."""
    trigger = json.loads(response.headers.get("HX-Trigger", "{}"))
    return str(trigger.get("desk:toast", {}).get("text", "") + response.content.decode())


def signed_in(person: Person, language: str = "en") -> Client:
    Person.objects.filter(pk=person.pk).update(language=language)
    client = Client()
    client.force_login(Person.objects.get(pk=person.pk))
    return client


def expected(person: Person, cases: dict[str, Any], act: Callable[[Any], Any]) -> dict[str, str | None]:
    """Say what becomes of each case if it is acted on alone."""
    found: dict[str, str | None] = {}
    with translation.override("en"):
        for case in cases.values():
            mine = seen(person, case)
            hidden = "There is no case with this number."
            found[case.number] = hidden if mine is None else alone(partial(act, mine))
    return found


@pytest.mark.parametrize("role", ROLES)
def test_taking_many_is_taking_each(role: str, cases: dict[str, Any], people: dict[str, Person]) -> None:
    person = people[role]
    singly = expected(person, cases, lambda case: assignments.take(case, by=person, version=case.version))

    answer = signed_in(person).post(
        "/desk/q/act/take/", {"pick": [picked(case) for case in cases.values()]}, headers=HTMX
    )

    _as_singly(singly, answer, cases, assignee=person.pk)


@pytest.mark.parametrize("role", ROLES)
def test_assigning_many_is_assigning_each(
    role: str, cases: dict[str, Any], people: dict[str, Person], desk: Team
) -> None:
    person, to = people[role], Person.objects.get(username="colleague")
    singly = expected(
        person, cases, lambda case: assignments.assign(case, by=person, team=desk, assignee=to, version=case.version)
    )

    given = {"pick": [picked(case) for case in cases.values()], "to": f"{desk.pk}.{to.pk}"}
    answer = signed_in(person).post("/desk/q/act/assign/", given, headers=HTMX)

    _as_singly(singly, answer, cases, assignee=to.pk)


def _as_singly(singly: dict[str, str | None], answer: Any, cases: dict[str, Any], *, assignee: int) -> None:
    words = said(answer)
    for case in cases.values():
        refused = singly[case.number]
        now = Ticket.objects.get(pk=case.pk)
        assert (now.assignee_id == assignee) == (refused is None), (case.number, refused)
        assert refused is None or refused in words, (case.number, refused, words)
        assert refused is None or case.number in words


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", KINDS)
def test_no_step_for_many_goes_beyond_the_step_of_one(
    role: str, kind: str, cases: dict[str, Any], people: dict[str, Person]
) -> None:
    person, case = people[role], cases[kind]
    client, mine = signed_in(person), seen(people[role], case)
    for name in case.flows[0].transitions:
        open_alone = mine is not None and alone(partial(perform, mine, name, by=person)) is None
        before = Ticket.objects.get(pk=case.pk)
        with transaction.atomic():
            client.post(f"/desk/q/act/step/{name}/", {"pick": picked(case)}, headers=HTMX)
            moved = Ticket.objects.get(pk=case.pk).version != before.version
            transaction.set_rollback(True)
        assert moved or not open_alone, name
        if moved:
            admit(mine, name, by=person)  # raises where one case alone would be refused


def test_a_step_over_several_processes_asks_for_fewer_kinds_and_a_forged_one_is_judged_case_by_case(
    cases: dict[str, Any], people: dict[str, Person]
) -> None:
    client = signed_in(people["agent"])
    mixed = [picked(cases["incident"]), picked(cases["complaint"]), picked(cases["problem"])]

    asked = client.get("/desk/q/act/steps/", {"pick": mixed}, headers=HTMX)
    forged = client.post("/desk/q/act/step/withdraw/", {"pick": mixed, "reason": "重複"}, headers=HTMX)

    assert "needs cases of one process" in said(asked)
    states = {kind: Ticket.objects.get(pk=cases[kind].pk).state for kind in ("incident", "complaint", "problem")}
    assert states == {"incident": "reported", "complaint": "withdrawn", "problem": "registered"}
    assert said(forged).count("Your role may not do this") == 2


@pytest.mark.parametrize("act", ["take/", "assign/", "step/withdraw/"])
def test_a_case_kept_secret_is_neither_touched_nor_told_apart_from_one_that_is_not_there(
    act: str, cases: dict[str, Any], people: dict[str, Person], desk: Team
) -> None:
    secret = cases["complaint"]
    Ticket.objects.filter(pk=secret.pk).update(confidential=True, team=None, title="機密標題")
    number, nothing = secret.number, "CMP-209901-00001"
    client = signed_in(people["engineer"])
    to = f"{desk.pk}.{Person.objects.get(username='colleague').pk}"

    hidden, absent = (
        said(client.post(f"/desk/q/act/{act}", {"pick": [f"{one}:1"], "to": to}, headers=HTMX))
        for one in (number, nothing)
    )

    assert hidden.replace(number, "") == absent.replace(nothing, "")
    assert "機密標題" not in hidden
    after = Ticket.objects.get(pk=secret.pk)
    assert (after.assignee_id, after.team_id, after.version, after.state) == (None, None, secret.version, secret.state)


@pytest.mark.parametrize(("language", "words"), [("en", "stay as they were"), ("zh-hant", "維持原狀")])
@pytest.mark.parametrize("htmx", [True, False])
def test_more_refusals_than_fit_a_line_are_listed_all(
    language: str, words: str, htmx: bool, cases: dict[str, Any], people: dict[str, Person]
) -> None:
    missing = [f"INC-209901-{number:05}" for number in range(1, 8)]
    client = signed_in(people["agent"], language)

    answer = client.post(
        "/desk/q/act/take/",
        {"pick": [*missing, picked(cases["incident"])], "next": "/desk/q/all/"},
        headers=HTMX if htmx else {},
    )

    page = answer.content.decode()
    assert answer.status_code == 200
    assert words in page
    assert all(number in page for number in missing)
    assert Ticket.objects.get(pk=cases["incident"].pk).assignee == people["agent"]
    assert answer.headers["HX-Retarget"] == "#dialogs"
    assert htmx or 'href="/desk/q/all/"' in page


@pytest.mark.parametrize("act", ["take/", "assign/", "steps/", "grade/", "step/withdraw/"])
def test_who_works_no_cases_has_no_bulk_acts(act: str, cases: dict[str, Any], requester: Person) -> None:
    client = signed_in(requester)
    given = {"pick": [picked(case) for case in cases.values()]}

    answers = {
        client.post(f"/desk/q/act/{act}", given).status_code,
        client.get(f"/desk/q/act/{act}", given).status_code,
    }

    assert answers <= {403, 405}
    assert not Ticket.objects.filter(pk__in=[case.pk for case in cases.values()]).exclude(assignee=None).exists()


# ---- undo -----------------------------------------------------------------------------------
def handed(person: Person, cases: list[Any], desk: Team, language: str = "en") -> tuple[Client, str]:
    """Hand cases to a colleague from the list; gives the client, and the address that takes it back."""
    client, to = signed_in(person, language), Person.objects.get(username="colleague")
    given = {"pick": [picked(case) for case in cases], "to": f"{desk.pk}.{to.pk}"}
    answer = client.post("/desk/q/act/assign/", given, headers=HTMX)
    assert set(
        Ticket.objects.filter(pk__in=[case.pk for case in cases]).values_list("assignee__username", flat=True)
    ) == {"colleague"}
    return client, str(json.loads(answer.headers["HX-Trigger"])["desk:toast"]["undo"])


def what(address: str) -> str:
    return parse_qs(urlsplit(address).query)["what"][0]


@pytest.mark.parametrize(("language", "words"), [("en", "These cases go back"), ("zh-hant", "還給原本的承辦人")])
def test_a_hand_over_of_many_is_taken_back_without_javascript(
    language: str, words: str, cases: dict[str, Any], people: dict[str, Person], desk: Team
) -> None:
    two = [cases["incident"], cases["problem"]]
    client, address = handed(people["agent"], two, desk, language)

    asked = client.get(address)
    answer = client.post("/desk/q/act/undo/", {"what": what(address), "next": "/desk/q/all/"})

    assert words in asked.content.decode()
    assert (answer.status_code, answer["Location"]) == (303, "/desk/q/all/")
    assert set(Ticket.objects.filter(pk__in=[case.pk for case in two]).values_list("team__code", "assignee")) == {
        ("desk", None)
    }


@pytest.mark.parametrize("with_htmx", [True, False])
def test_who_undoes_comes_back_to_the_list_filtered_as_it_was(
    with_htmx: bool, cases: dict[str, Any], people: dict[str, Person]
) -> None:
    client, case, page = signed_in(people["agent"]), cases["incident"], "/desk/q/all/?kind=incident&q=a%26b"
    headers = HTMX | {"HX-Current-URL": f"http://testserver{page}"} if with_htmx else {}
    given = {"pick": picked(case)} | ({} if with_htmx else {"next": page})
    answer = client.post("/desk/q/act/take/", given, headers=headers)

    asked = client.get(way_to_undo(client, answer, with_htmx))
    form = asked.content.decode().partition('action="/desk/q/act/undo/"')[2].partition("</form>")[0]
    sent = {name: unescape(value) for name, value in re.findall(r'name="(next|what)" value="([^"]*)"', form)}
    back = client.post("/desk/q/act/undo/", sent)

    assert (back.status_code, back["Location"]) == (303, page)
    assert f"{case.number} is back where it was." in client.get(page).content.decode()


def way_to_undo(client: Client, answer: Any, with_htmx: bool) -> str:
    """Give the address of the way back that was shown after an act."""
    if with_htmx:
        return str(json.loads(answer.headers["HX-Trigger"])["desk:toast"]["undo"])
    page = answer["Location"] if answer["Location"].startswith("/desk/") else "/desk/"
    link = re.search(r'href="(/desk/q/act/undo/[^"]*)"', client.get(page).content.decode())
    assert link is not None
    return unescape(link[1])


@pytest.mark.parametrize("foreign", ["https://elsewhere.example/desk/", "//elsewhere.example", "javascript:alert(1)"])
def test_undo_leads_to_no_page_of_others(foreign: str, cases: dict[str, Any], people: dict[str, Person]) -> None:
    client = signed_in(people["agent"])
    taken = client.post("/desk/q/act/take/", {"pick": picked(cases["incident"]), "next": foreign})
    address = way_to_undo(client, taken, with_htmx=False)

    answer = client.post("/desk/q/act/undo/", {"what": what(address), "next": foreign})

    assert not re.search("elsewhere|javascript", address)
    assert answer["Location"] == "/desk/"


def test_a_case_that_moved_on_since_stays_and_the_others_go_back(
    cases: dict[str, Any], people: dict[str, Person], desk: Team
) -> None:
    one, other = cases["incident"], cases["problem"]
    client, address = handed(people["agent"], [one, other], desk)
    assignments.take(Ticket.objects.get(pk=one.pk), by=people["agent"])

    answer = client.post("/desk/q/act/undo/", {"what": what(address)}, headers=HTMX)

    assert "changed by someone else" in said(answer)
    assert Ticket.objects.get(pk=one.pk).assignee == people["agent"]
    assert Ticket.objects.get(pk=other.pk).assignee is None


def test_undo_is_one_s_own_untouched_and_in_time(
    monkeypatch: pytest.MonkeyPatch, cases: dict[str, Any], people: dict[str, Person], desk: Team
) -> None:
    case = cases["incident"]
    client, address = handed(people["agent"], [case], desk)
    stranger = signed_in(Person.objects.get(username="colleague"))

    forged = client.post("/desk/q/act/undo/", {"what": what(address)[:-2] + "xx"}, headers=HTMX)
    another = stranger.post("/desk/q/act/undo/", {"what": what(address)}, headers=HTMX)
    monkeypatch.setattr("itsm.desk.queue.undoing.LASTS", timedelta(seconds=-1))
    late = client.post("/desk/q/act/undo/", {"what": what(address)}, headers=HTMX)

    assert all("cannot be undone any more" in said(answer) for answer in (forged, another, late))
    assert Ticket.objects.filter(pk=case.pk, assignee__username="colleague").exists()


@pytest.mark.parametrize(
    ("language", "said_so"), [("en", "cannot be undone afterwards"), ("zh-hant", "流程步驟執行後無法復原")]
)
def test_a_step_for_many_says_before_it_is_taken_that_it_is_not_undone(
    agent: Person, report: Callable[..., Any], language: str, said_so: str
) -> None:
    chosen = [picked(report()), picked(report())]
    browser = signed_in(agent, language)

    asked = browser.get("/desk/q/act/step/judge_as_request/", {"pick": chosen}, headers=HTMX)
    done = browser.post("/desk/q/act/step/judge_as_request/", {"pick": chosen, "reason": "重複"}, headers=HTMX)

    assert said_so in asked.content.decode()
    assert "undo" not in json.loads(done.headers["HX-Trigger"])["desk:toast"]
    assert list(Ticket.objects.filter(kind="incident").values_list("state", flat=True)) == ["reclassified"] * 2
