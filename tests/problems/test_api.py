"""Problems and known errors over REST: the same rules and sentences as on the pages."""

from typing import Any

import pytest

from itsm.people.models import Person
from itsm.records.links import linked
from itsm.records.models import LinkKind
from problems.models import KnownError, Problem
from tests.api.conftest import Caller
from tests.api.conftest import caller as caller
from tests.problems.conftest import CAUSE, WORKAROUND, Walk

pytestmark = pytest.mark.django_db


def test_a_problem_is_listed_and_read_with_its_analysis(walk: Walk, problem_manager: Person, caller: Caller) -> None:
    record = walk("known_error")
    client = caller(problem_manager)

    listed = client.get("/api/v1/problems?state=known_error").json()["results"]
    whole = client.get(f"/api/v1/problems/{record.number}").json()

    assert [row["number"] for row in listed] == [record.number]
    assert (whole["root_cause"], whole["causal_component"]) == (CAUSE["root_cause"], CAUSE["causal_component"])


def test_its_requester_reads_nothing_of_the_analysis(walk: Walk, requester: Person, caller: Caller) -> None:
    record = walk("known_error")

    whole = caller(requester).get(f"/api/v1/problems/{record.number}").json()

    assert (whole["number"], whole["root_cause"], whole["assignee"]) == (record.number, None, None)


def test_a_problem_is_moved_with_the_sentences_of_its_guards(walk: Walk, handler: Person, caller: Caller) -> None:
    record = walk("analysing")
    client = caller(handler)
    address = f"/api/v1/problems/{record.number}/transitions"

    offered = {row["name"] for row in client.get(address).json()}
    refused = client.post(f"{address}/propose_root_cause", {"root_cause": "?"})
    closed = client.post(f"{address}/accept_root_cause", {})
    moved = client.post(f"{address}/propose_root_cause", CAUSE)

    assert {"log_analysis_round", "interim_workaround", "propose_root_cause"} == offered
    assert refused.status_code == 422
    assert "Root cause evidence is missing." in str(refused.json())
    assert closed.status_code in (403, 409)
    assert (moved.status_code, moved.json()["state"]["code"]) == (200, "root_cause_review")
    assert Problem.objects.get().state == "root_cause_review"


def test_a_known_error_is_found_by_words_read_and_moved(
    walk: Walk, agent: Person, problem_manager: Person, caller: Caller
) -> None:
    walk("workaround_in_place")
    number = KnownError.objects.get().number
    client = caller(agent)

    found = client.get("/api/v1/known-errors?words=連線池").json()["results"]
    none = client.get("/api/v1/known-errors?words=印表機").json()["results"]
    whole = client.get(f"/api/v1/known-errors/{number}").json()
    refused = client.post(f"/api/v1/known-errors/{number}/transitions/retire", {"reason": "x"})
    moved: Any = caller(problem_manager).post(f"/api/v1/known-errors/{number}/transitions/retire", {"reason": "汰換"})

    assert ([row["number"] for row in found], none) == ([number], [])
    assert whole["workaround"] == WORKAROUND["workaround"]
    assert refused.status_code == 403
    assert (moved.status_code, moved.json()["state"]["code"]) == (200, "retired")


def test_requesters_know_no_known_errors(walk: Walk, requester: Person, caller: Caller) -> None:
    walk("workaround_in_place")
    client = caller(requester)

    assert client.get("/api/v1/known-errors").json()["results"] == []
    assert client.get(f"/api/v1/known-errors/{KnownError.objects.get().number}").status_code == 404


def test_a_known_error_that_helped_is_noted_over_rest(walk: Walk, incident: Any, agent: Person, caller: Caller) -> None:
    walk("workaround_in_place")
    known, client = KnownError.objects.get(), caller(agent)

    noted = client.post(f"/api/v1/known-errors/{known.number}/uses", {"incident": incident.number})
    missing = client.post(f"/api/v1/known-errors/{known.number}/uses", {"incident": "INC-202611-09999"})

    assert (noted.status_code, missing.status_code) == (204, 422)
    assert [row.pk for row in linked(incident, kind=LinkKind.HAS_KNOWN_ERROR).records] == [known.pk]
