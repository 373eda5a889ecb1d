"""The words of surveys: to those who are asked, and to those who run them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, gettext_lazy

from itsm.flow import Move
from itsm.notices import audience
from itsm.notices.outbox import Notice, is_quiet, put_many
from itsm.notices.templates import add_happening, add_template
from itsm.records.models import Event
from itsm.tickets.lines import add_label

TEMPLATES = (
    ("survey_asked", gettext_lazy("How satisfied are you? %(survey)s"), "survey"),
    ("survey_again", gettext_lazy("Reminder: how satisfied are you? %(survey)s"), "survey"),
    (
        "survey_collected",
        gettext_lazy("The answers of a survey are in: register the feedback. %(number)s"),
        "survey_work",
    ),
    ("survey_registered", gettext_lazy("All feedback is registered: write the report. %(number)s"), "survey_work"),
    ("survey_review", gettext_lazy("A relationship report waits for your review. %(number)s"), "survey_work"),
    ("survey_returned", gettext_lazy("The committee returned the report. %(number)s"), "survey_work"),
    ("survey_accepted", gettext_lazy("The committee accepted the report. %(number)s"), "survey_work"),
    ("survey_month", gettext_lazy("Monthly report of %(title)s, %(month)s: %(score)s satisfied"), "agenda"),
    ("action_moved", gettext_lazy("An action of yours has another date: %(action)s"), "survey_work"),
    ("action_given", gettext_lazy("An action was given to you: %(action)s"), "survey_work"),
)
#: Which move tells whom, by which template: roles, or the owner of the survey.
TOLD: dict[str, tuple[str, str]] = {
    "close_collection": ("survey_collected", "agent"),
    "finish_registration": ("survey_registered", "owner"),
    "submit_report": ("survey_review", "review_board"),
    "return_report": ("survey_returned", "owner"),
    "accept_report": ("survey_accepted", "owner"),
}


ACTS_ON_ACTIONS = {
    "start_action": gettext_lazy("Action under way: %(action)s"),
    "finish_action": gettext_lazy("Action done: %(action)s"),
    "drop_action": gettext_lazy("Action dropped: %(action)s"),
    "postpone_action": gettext_lazy("Action put off: %(action)s"),
}


def register() -> None:
    """Register the words and the step that tells."""
    from itsm.records.register import steps

    add_happening("survey", label=gettext_lazy("Satisfaction surveys"))
    add_happening("survey_work", label=gettext_lazy("Surveys that you run or review"), staff_only=True)
    for name, headline, body in TEMPLATES:
        add_template(name, headline=headline, body=body)
    add_label("change_answers", lambda event: gettext("changed the answers"))
    for name, words in ACTS_ON_ACTIONS.items():
        add_label(name, partial(_of_action, words))
    add_label("agree_action", lambda event: gettext("Action: %(action)s") % {"action": event.facts.get("action", "")})
    if journaled not in steps.journaled:
        steps.journaled.append(journaled)


def _of_action(words: Any, event: Any) -> str:
    return str(words) % {"action": event.facts.get("action", "")}


def journaled(record: Any, move: Move, event: Event) -> None:
    """Put out the notices of a survey's step (registered as a step of every move)."""
    if record.kind != "survey_campaign" or event.name not in TOLD or is_quiet() or event.imported:
        return
    template, who = TOLD[event.name]
    people = {record.owner_id} if who == "owner" else audience.holders(who, process="survey_campaign")
    put_many(_notices(record, event, template, audience.without(people, actor=move.by)))
    if event.name == "accept_report":
        put_many(_actions(record, event))


def _notices(record: Any, event: Event, template: str, people: Iterable[int]) -> Iterable[Notice]:
    for person in people:
        yield Notice(
            dedupe_key=f"{event.pk}:{template}:{person}", event="survey_work", template=template, at=event.at, person_id=person,
            record_id=record.pk, facts={"number": record.number, "title": record.title, "reason": event.reason},
        )  # fmt: skip


def tell_action(action: Any, *, number: str, title: str, by: Any, at: datetime) -> None:
    """Tell somebody else that an action was given to them."""
    if by is not None and by.pk == action.owner_id:
        return
    facts = {
        "number": number,
        "title": title,
        "action": action.text,
        "until": action.due_on.isoformat(),
        "url": actions_url(),
    }
    put_many([
        Notice(
            dedupe_key=f"action:{action.pk}", event="survey_work", template="action_given", at=at, person_id=action.owner_id, facts=facts,
        )
    ])  # fmt: skip


def tell_moved(action: Any, *, by: Any, at: datetime) -> None:
    """Tell somebody else that their action has another date."""
    if by is not None and by.pk == action.owner_id:
        return
    key = f"action:{action.pk}:{action.due_on.isoformat()}:{at:%Y%m%d%H%M%S}"
    facts = {"action": action.text, "until": action.due_on.isoformat(), "url": actions_url()}
    put_many([
        Notice(dedupe_key=key, event="survey_work", template="action_moved", at=at, person_id=action.owner_id, facts=facts)
    ])  # fmt: skip


def actions_url() -> str:
    """Give the address of the list of actions."""
    return f"{settings.SITE_URL}/surveys/actions/"


def _actions(record: Any, event: Event) -> Iterable[Notice]:
    for row in record.improvement_actions.order_by("pk"):
        yield Notice(
            dedupe_key=f"action:{row.pk}", event="survey_work", template="action_given", at=event.at, person_id=row.owner_id,
            facts={
                "number": record.number, "title": record.title, "action": row.text, "until": row.due_on.isoformat(),
                "url": actions_url(),
            },
        )  # fmt: skip
