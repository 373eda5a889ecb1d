"""What the page of a case shows, read in a fixed number of statements however long the case is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import models
from django.db.models import Prefetch, prefetch_related_objects
from django.template.defaultfilters import filesizeformat
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language

from itsm.desk.portal.answers import answers_of
from itsm.desk.record import at_hand, clocks, heading, relations, small
from itsm.desk.record.offered import Choices, choices_of, held_from
from itsm.desk.record.walking import box_code, walked_boxes
from itsm.draw import Step, steps
from itsm.draw.rail import GLYPHS
from itsm.draw.swimlane import state_words
from itsm.flow import Flow
from itsm.people.models import Person
from itsm.records import register
from itsm.records.attachments import INLINE
from itsm.records.roles import roles_on
from itsm.tickets.comments import NOTES
from itsm.tickets.finding import find_case
from itsm.tickets.models import ApprovalRequest, Outage, Task
from itsm.ui.moments import short_text, span


def load(number: str, *, person: Person) -> Any:
    """Read the case with everything small that hangs on it: files, watchers, drafts, moves, tasks, outages, approvals.

    :raises Http404: if there is none, or ``person`` may not know of it
    """
    found = find_case(number, person=person)
    small.lay(found)
    at_hand.lay(found, person=person, machine=register.process_of(found).flow.key)
    _lay_parts(found)
    return found


def _lay_parts(case: Any) -> None:
    """Read tasks, outages and approvals where the case has any; of what it has none, lay that there is none."""
    if case.has_tasks or case.has_outages or case.has_approvals:
        prefetch_related_objects([case], *_parts(case))
    known = case.__dict__.setdefault("_prefetched_objects_cache", {})
    for name, model in (("tasks", Task), ("outages", Outage), ("approvals", ApprovalRequest)):
        known.setdefault(name, _none_of(model))


@cache
def _none_of(model: type[models.Model]) -> models.QuerySet[Any]:
    """Give rows that are known not to be there, so that asking for them costs nothing."""
    rows = model._default_manager.none()
    len(rows)  # asks nothing, and is remembered
    return rows


def _parts(case: Any) -> list[Prefetch[Any]]:
    """Say how those that the case has are read."""
    tasks: models.QuerySet[Any] = Task.objects.select_related("assignee").order_by("step", "pk")
    outages: models.QuerySet[Any] = Outage.objects.select_related("service").order_by("started_at", "pk")
    approvals: models.QuerySet[Any] = ApprovalRequest.objects.select_related("approver").order_by("pk")
    wanted = (
        ("tasks", tasks, case.has_tasks),
        ("outages", outages, case.has_outages),
        ("approvals", approvals, case.has_approvals),
    )
    parts: list[Prefetch[Any]] = [Prefetch(name, rows) for name, rows, there in wanted if there]
    return parts


def drafts(case: Any) -> dict[str, str]:
    """Give what the person has typed and not sent, by composer."""
    return {row["kind"]: row["body"] for row in case.drafts_kept}


def context(case: Any, *, person: Person, at: datetime) -> dict[str, Any]:
    """Collect what the page shows beside the conversation."""
    roles = roles_on(case, person=person)
    process = register.process_of(case)
    choices = choices_of(case, person=person, at=at)
    return {
        "record": case,
        "here": f"/t/{case.number}",
        "process": process,
        "state": process.flow.states[case.state],
        "majority": heading.majority(case),
        "graded": heading.graded(process.flow),
        "may": _may(case, roles),
        "choices": choices,
        "steps": rail(case, choices, at=at),
        "clocks": clocks.side(case, at=at),
        "watchers": case.watched_by,
        "watching": any(row["pk"] == person.pk for row in case.watched_by),
        "names": _recipients(case),
        "at": at,
        **_pieces(case, person),
    }


def _pieces(case: Any, person: Person) -> dict[str, Any]:
    """Collect the small things that hang on the case."""
    related = relations.read(case, person=person)
    everything = [one for group in related.values() for one in group]
    tasks = list(case.tasks.all())
    return {
        "related": related,
        "stays": related["merged"][0] if case.merged_into_id and related["merged"] else None,
        "related_all": everything,
        "related_graph": relations.graph(case, everything),
        "tasks": tasks,
        "tasks_all": len(tasks),
        "tasks_ended": sum(task.ended for task in tasks),
        "outages": list(case.outages.all()) if case.kind == "incident" else [],
        "answers": answers_of(case),
        "approvals": list(case.approvals.all()) if case.kind == "service_request" else [],
        "files": [_file(row) for row in case.files_kept if case.shows_notes or not row["internal"]],
    }


def _file(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"words": filesizeformat(row["size"]), "shown": row["type"] in INLINE}


def _may(case: Any, roles: frozenset[str]) -> dict[str, bool]:
    """Say what the roles allow here beside transitions."""
    works = bool(roles & register.workers(case)) and case.is_open
    return {
        "reply": bool(roles & register.workers(case)),
        "note": bool(roles & (register.workers(case) | NOTES)),
        "work": works,
        "merge": works and not case.merged_into_id and "merge_into" not in register.process_of(case).flow.transitions,
    }


def _recipients(case: Any) -> str:
    """Name everybody whom a reply reaches, so that nobody answers to more people than meant."""
    people = [case.requester, case.requested_for, getattr(case, "reporter", None)]
    names = [person.name for person in people if person] + [row["name"] for row in case.watched_by]
    return ("、" if (get_language() or "").startswith("zh") else ", ").join(dict.fromkeys(names))


def rail(case: Any, choices: Choices, *, at: datetime) -> list[Step]:
    """Lay out the steps walked, the present one and the usual way on, with the reasons of those that are closed."""
    process = register.process_of(case)
    chart = process.flow.chart
    if chart is None:
        return states_walked(process.flow, case)
    now = chart.box_of(case.state, held_from(case))
    walked = path_of(process.flow, case.moves_made)
    notes = _times(case, process.flow, now.code if now else "", at=at)
    return steps(
        chart,
        walked_boxes=walked,
        now_box=now.code if now else "",
        blocked=choices.blocked,
        notes={code: note for code, note in notes.items() if code in walked or (now and code == now.code)},
    )


def states_walked(flow: Flow, case: Any) -> list[Step]:
    """List the states of a machine without a flowchart that a record went through, and the present one."""
    words = state_words(get_language() or "zh-hant")
    past = list(dict.fromkeys([flow.initial, *(row["target"] for row in case.moves_made if row["target"])]))
    rows = [(code, "walked") for code in past if code != case.state] + [(case.state, "now")]
    return [Step(code, str(flow.states[code].label), state, GLYPHS[state], words[state]) for code, state in rows]


def _times(case: Any, flow: Any, now: str, *, at: datetime) -> dict[str, str]:
    """Say when each box was left, and how long the case has stood in the present one."""
    notes: dict[str, str] = {}
    box, since = box_code(flow, flow.initial), case.created_at
    for row in case.moves_made:
        reached = box_code(flow, row["target"]) or box  # a case on hold stays on its box
        if reached != box:
            since = parse_datetime(row["at"]) or since
            notes[box] = short_text(since, now=at)
            box = reached
    if now and case.is_open:
        notes[now] = span((at - since).total_seconds())
    return notes


def path_of(flow: Flow, moves: Sequence[Mapping[str, Any]]) -> list[str]:
    """List the boxes from the start to the present one; what a step back leads over again is taken out."""
    path: list[str] = []
    state = flow.initial
    for move in moves:
        walked = walked_boxes(flow, move["name"], state, move["target"])
        left = box_code(flow, state) if move["target"] != state else ""
        boxes = walked if left in walked else [left, *walked]
        path += [code for code in boxes if code and code not in path]
        if move["target"] != state and (reached := box_code(flow, move["target"])) in path:
            del path[path.index(reached) :]
        state = move["target"]
    return path
