"""Who is told what about each line of the journal, and never about one's own act."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from itsm.flow import Move
from itsm.notices import audience
from itsm.notices.outbox import Notice, is_quiet, put_many
from itsm.records.links import linked
from itsm.records.models import Event, LinkKind
from itsm.tickets.models import Comment, Ticket


class Telling:
    """One line of the journal that is being told, and the notices that come of it."""

    def __init__(self, record: Any, move: Move, event: Event) -> None:
        self.record, self.move, self.event = record, move, event
        self.notices: list[Notice] = []

    def to(
        self, people: Iterable[int | None], template: str, happening: str, *, about: int | None = None, even_actor: bool = False,
        by_mail: bool = True, in_app: bool = True, **facts: Any,
    ) -> None:  # fmt: skip
        """Add one notice for each of ``people`` but the actor; ``about`` names another record than this one."""
        facts["actor"] = self.move.by.name if self.move.by else ""
        for pk in audience.without(people, actor=None if even_actor else self.move.by):
            self.notices.append(
                Notice(
                    dedupe_key=f"event:{self.event.pk}:{template}:{pk}", event=happening, template=template, at=self.move.at,
                    person_id=pk, record_id=about or self.record.pk, facts=dict(facts), by_mail=by_mail, in_app=in_app,
                )
            )  # fmt: skip

    def to_address(self, email: str, template: str, happening: str, **facts: Any) -> None:
        """Add one notice for a shared address."""
        facts["actor"] = self.move.by.name if self.move.by else ""
        key = f"event:{self.event.pk}:{template}:{email}"
        self.notices.append(
            Notice(
                dedupe_key=key,
                event=happening,
                template=template,
                at=self.move.at,
                email=email,
                record_id=self.record.pk,
                facts=facts,
            )
        )

    def to_work(self, template: str, **facts: Any) -> None:
        """Tell whoever works on it: the assignee, or in the page the team."""
        if self.record.assignee_id:
            self.to([self.record.assignee_id], template, "assigned", **facts)
        else:
            self.to(audience.members(self.record.team_id), template, "team", by_mail=False, **facts)


def journaled(record: Any, move: Move, event: Event) -> None:
    """Put out the notices of a line of the journal (registered as a step of every move)."""
    tell = TELLERS.get(event.name)
    if tell is None or is_quiet() or event.imported or not isinstance(record, Ticket):
        return
    telling = Telling(record, move, event)
    tell(telling)
    if telling.notices:
        put_many(telling.notices)


def opened(record: Any, move: Move, event: Event) -> None:
    """Acknowledge a new case to whoever asked; one that came out of another is told by that other's own line."""
    if is_quiet() or event.imported or move.fired_by is not None or not isinstance(record, Ticket):
        return
    telling = Telling(record, move, event)
    mine = {record.requester_id}
    telling.to(mine, "opened", "opened", even_actor=True, in_app=move.by is None or move.by.pk not in mine)
    put_many(telling.notices)


# ---- words ----------------------------------------------------------------------------------
def _reply(telling: Telling) -> None:
    record, move, event = telling.record, telling.move, telling.event
    comment = event.facts.get("comment")
    body = str(move.given("body", ""))
    asking = audience.askers(record)
    mentions = audience.mentioned(body, record=record, internal=False)
    telling.to(mentions, "mention", "mention", comment=comment)
    if move.by is not None and move.by.pk in asking:
        telling.to_work("reply", comment=comment)
        telling.to(
            (asking | audience.watchers(record)) - {record.assignee_id} - mentions, "reply", "reply", comment=comment
        )
    elif not _is_question(record):
        telling.to((asking | audience.watchers(record)) - mentions, "reply", "reply", comment=comment)


def _is_question(record: Any) -> bool:
    """Tell whether the reply is part of putting on hold, which tells it itself."""
    outer = record.__dict__.get("_move")
    return outer is not None and outer.name == "hold"


def _note(telling: Telling) -> None:
    body = str(telling.move.given("body", ""))
    mentions = audience.mentioned(body, record=telling.record, internal=True)
    telling.to(mentions, "mention", "mention")
    telling.to({telling.record.assignee_id} - mentions, "note", "note", by_mail=False)


def _held(telling: Telling) -> None:
    record, move = telling.record, telling.move
    reason = move.given("hold_reason")
    waits = {"zh_hant": reason.name_zh, "en": reason.name_en} if reason else ""
    if not move.given("comment"):
        telling.to(audience.askers(record), "held", "progress", by_mail=False, hold_reason=waits)
        return
    said = Comment.objects.public().filter(ticket=record.pk).order_by("-pk").values_list("pk", flat=True).first()
    telling.to(
        audience.askers(record) | audience.watchers(record), "question", "reply", comment=said, hold_reason=waits
    )


# ---- hands ----------------------------------------------------------------------------------
def _assigned(telling: Telling) -> None:
    telling.to([telling.record.assignee_id], "assigned", "assigned")


def _handed_over(telling: Telling) -> None:
    record = telling.record
    team = {"zh_hant": record.team.name_zh, "en": record.team.name_en} if record.team_id else ""
    if telling.move.name != "assign":
        telling.to(audience.askers(record), "accepted", "progress", by_mail=False, team=team)
    if record.assignee_id or not record.team_id:
        telling.to([record.assignee_id], "assigned", "assigned")
        return
    shared = record.team.email
    telling.to(audience.members(record.team_id), "handed_over", "team", by_mail=not shared, team=team)
    if shared:
        telling.to_address(shared, "handed_over", "team", team=team)


# ---- results --------------------------------------------------------------------------------
def _resolved(telling: Telling) -> None:
    record, move = telling.record, telling.move
    text = str(move.given("resolution_note") or move.given("fulfilment_note") or "")
    asking = audience.askers(record)
    telling.to(asking, "resolved", "resolved", resolution=text, link="confirm")
    telling.to(audience.watchers(record) - asking, "resolved_seen", "resolved", resolution=text)


def _not_solved(telling: Telling) -> None:
    telling.to_work("not_solved", reason=telling.event.reason)


def _closed(telling: Telling) -> None:
    record = telling.record
    if telling.event.target == "closed":
        telling.to(audience.askers(record) | audience.watchers(record), "closed", "closed")
        telling.to({record.assignee_id} - audience.askers(record), "closed", "closed", by_mail=False)


def _cancelled(telling: Telling) -> None:
    reason = telling.event.reason
    people = audience.askers(telling.record) | audience.watchers(telling.record) | {telling.record.assignee_id or 0}
    telling.to(people, "cancelled", "closed", reason=reason)


def _reopened(telling: Telling) -> None:
    record, reason = telling.record, telling.event.reason
    telling.to_work("reopened", reason=reason)
    telling.to(audience.askers(record) - {record.assignee_id}, "reopened", "progress", reason=reason)


def _reclassified(telling: Telling) -> None:
    record = telling.record
    if telling.event.target != "reclassified":
        return
    found = linked(record, kind=LinkKind.RECLASSIFIED_TO).records
    if found:
        people = audience.askers(record) | audience.watchers(record)
        telling.to(people, "reclassified", "progress", about=found[-1].pk, before=record.number)


# ---- approvals ------------------------------------------------------------------------------
def _approval_asked(telling: Telling) -> None:
    telling.to(audience.approvers(telling.record), "approval_asked", "approval", link="approve")


def _approved(telling: Telling) -> None:
    telling.to(audience.askers(telling.record), "approved", "approval")


def _rejected(telling: Telling) -> None:
    telling.to(audience.askers(telling.record), "rejected", "approval", reason=telling.event.reason)


# ---- major incidents ------------------------------------------------------------------------
def _major_proposed(telling: Telling) -> None:
    telling.to(audience.holders("incident_manager", process=telling.record.kind), "major_proposed", "major")


def _major_people(record: Any) -> set[int]:
    people = audience.engaged(record) | audience.holders("incident_manager", "management_rep", process=record.kind)
    return people | audience.askers(record) | audience.watchers(record)


def _major_declared(telling: Telling) -> None:
    record = telling.record
    telling.to(_major_people(record) | audience.concerned_children(record), "major_declared", "major")


def _major_update(telling: Telling) -> None:
    from itsm.notices.announcements import announce_update

    record = telling.record
    update = record.updates.get(pk=telling.event.facts["update"])
    text = {"zh_hant": update.text_zh, "en": update.text_en}
    telling.to(_major_people(record) | audience.concerned_children(record), "major_update", "major", text=text)
    if update.to_everyone:
        announce_update(record, text_zh=update.text_zh, text_en=update.text_en, by=telling.move.by, at=telling.move.at)


def _major_restored(telling: Telling) -> None:
    from itsm.notices.announcements import end_for

    record = telling.record
    end_for(record, at=telling.move.at)
    people = _major_people(record) | audience.concerned_children(record)
    telling.to(people, "major_restored", "major", text=str(telling.move.given("how", "")))


def _major_demoted(telling: Telling) -> None:
    """Tell everybody who was told that it was one."""
    from itsm.notices.announcements import end_for

    record = telling.record
    end_for(record, at=telling.move.at)
    people = _major_people(record) | audience.concerned_children(record)
    telling.to(people, "major_ended", "major", reason=telling.event.reason)


def _major_declined(telling: Telling) -> None:
    from itsm.notices.announcements import end_for

    end_for(telling.record, at=telling.move.at)
    people = audience.engaged(telling.record) | audience.holders("incident_manager", process=telling.record.kind)
    telling.to(people, "major_ended", "major", reason=telling.event.reason)


TELLERS: dict[str, Callable[[Telling], None]] = {
    "reply": _reply,
    "note": _note,
    "hold": _held,
    "assign": _handed_over,
    "assign_first_line": _assigned,
    "escalate_second_line": _handed_over,
    "return_first_line": _handed_over,
    "resolve": _resolved,
    "fulfil": _resolved,
    "reject_resolution": _not_solved,
    "confirm_not_done": _not_solved,
    "confirm_resolution": _closed,
    "confirm_done": _closed,
    "complete_major_review": _closed,
    "cancel": _cancelled,
    "withdraw": _cancelled,
    "reopen": _reopened,
    "judge_as_incident": _reclassified,
    "judge_as_request": _reclassified,
    "judge_as_problem": _reclassified,
    "judge_as_complaint": _reclassified,
    "request_approval": _approval_asked,
    "approve_request": _approved,
    "reject_request": _rejected,
    "propose_major": _major_proposed,
    "declare_major": _major_declared,
    "publish_update": _major_update,
    "mark_restored": _major_restored,
    "demote_major": _major_demoted,
    "decline_major": _major_declined,
}
