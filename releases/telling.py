"""Who is told of the steps of a release and of its targets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.flow import Move
from itsm.notices import audience
from itsm.notices.outbox import is_quiet, put_many
from itsm.notices.tell import Telling
from itsm.notices.templates import add_template
from itsm.records import register as registered
from itsm.records.links import linked, linking
from itsm.records.models import Event, LinkKind
from itsm.tickets.lines import Happening, add_label
from itsm.tickets.models import Ticket

GOOD = ("successful", "with_issues")

TEMPLATES = (
    ("release_requested", gettext_lazy("A release is requested"), "plain"),
    ("release_to_review", gettext_lazy("A release waits for your review"), "plain"),
    ("release_returned", gettext_lazy("The release was sent back"), "reason"),
    ("release_approved", gettext_lazy("A release is approved: planned %(planned)s; it closes: %(fixes)s"), "plain"),
    ("release_refused", gettext_lazy("The release of your change was refused: %(release)s"), "reason"),
    ("release_deployed", gettext_lazy("The release is deployed; its early life is watched"), "plain"),
    ("release_rolled_back", gettext_lazy("The release was rolled back"), "reason"),
    ("release_forms_owed", gettext_lazy("The forms of the emergency release are owed within one business day"), "plain"),
    ("release_forms_late", gettext_lazy("The forms of an emergency release are late"), "plain"),
    ("early_life_over", gettext_lazy("The early life of the release is over: close it"), "plain"),
    ("release_window_over", gettext_lazy("The window of the release has ended and it is still being deployed"), "plain"),
    ("release_fixes", gettext_lazy("The release that solves the problem is closed: %(release)s"), "plain"),
    ("target_failed", gettext_lazy("A deployment failed: %(target)s"), "reason"),
)  # fmt: skip


def register() -> None:
    """Register the words and the step that tells."""
    from itsm.records.register import steps

    for name, headline, body in TEMPLATES:
        add_template(name, headline=headline, body=body)
    for name, words in LABELS.items():
        add_label(name, words)
    if journaled not in steps.journaled:
        steps.journaled.append(journaled)


def journaled(record: Any, move: Move, event: Event) -> None:
    """Put out the notices of a step of a release or a deployment (registered as a step of every move)."""
    tell = TELLERS.get((record.kind, event.name))
    if tell is None or is_quiet() or event.imported:
        return
    telling = Telling(record, move, event)
    tell(telling)
    put_many(telling.notices)


def managers(*, beside: Iterable[int | None] = ()) -> set[int | None]:
    """Collect the owners of the process, and ``beside``."""
    return {*audience.holders("release_manager", process="release"), *beside}


def _concerned(release: Any) -> set[int | None]:
    """Collect who asked for it, who carries it out, and who watches."""
    return {release.requester_id, release.implementer_id, *audience.watchers(release)}


def _requested(telling: Telling) -> None:
    telling.to(managers(), "release_requested", "assigned")


def _to_review(telling: Telling) -> None:
    telling.to(managers(), "release_to_review", "assigned")


def _returned(telling: Telling) -> None:
    telling.to([telling.record.requester_id], "release_returned", "progress", reason=telling.event.reason)


def _approved(telling: Telling) -> None:
    record = telling.record
    planned = record.planned_at.isoformat() if record.planned_at else ""
    told = {"planned": planned, "fixes": record.fixes[:200]}
    telling.to(_concerned(record), "release_approved", "approval", **told)
    desk = audience.holders("agent", process="incident") - set(_concerned(record))
    telling.to(desk, "release_approved", "team", by_mail=False, **told)


def _refused(telling: Telling) -> None:
    record = telling.record
    for row in linking(record, kind=LinkKind.IMPLEMENTED_BY).records:
        change = registered.load(row)
        people = [change.requester_id, change.implementer_id]
        reason = telling.event.reason
        telling.to(people, "release_refused", "progress", about=change.pk, release=record.number, reason=reason)
    telling.to([record.requester_id], "release_returned", "closed", reason=telling.event.reason)


def _deployed(telling: Telling) -> None:
    telling.to(managers(beside=_concerned(telling.record)), "release_deployed", "progress")
    telling.to(audience.holders("agent", process="incident"), "release_deployed", "team", by_mail=False)


def _owed(telling: Telling) -> None:
    telling.to(_concerned(telling.record), "release_forms_owed", "assigned", even_actor=True)


def _rolled_back(telling: Telling) -> None:
    people = managers(beside=_concerned(telling.record))
    telling.to(people, "release_rolled_back", "escalation", reason=telling.event.reason)
    desk = audience.holders("agent", process="incident")
    telling.to(desk - set(people), "release_rolled_back", "team", by_mail=False, reason=telling.event.reason)


def _failed(telling: Telling) -> None:
    row = telling.record
    people = managers(beside=[row.release.implementer_id])
    telling.to(
        people, "target_failed", "escalation", about=row.release_id, target=row.target_name, reason=row.error[:300]
    )


def _closed(telling: Telling) -> None:
    """Tell those who work on the open problems that it solves."""
    record = telling.record
    if record.outcome not in GOOD:
        return
    keys = [row.pk for row in linked(record, kind=LinkKind.FIXES_PROBLEM).records]
    for case in Ticket.objects.open().filter(pk__in=keys).order_by("pk"):
        people = {case.assignee_id} if case.assignee_id else audience.members(case.team_id)
        telling.to(people, "release_fixes", "assigned", about=case.pk, release=record.number)


TELLERS: dict[tuple[str, str], Callable[[Telling], None]] = {
    ("release", "request_release"): _requested,
    ("release", "submit_for_review"): _to_review,
    ("release", "return_release"): _returned,
    ("release", "approve_release"): _approved,
    ("release", "reject_release"): _refused,
    ("release", "complete_deployment"): _deployed,
    ("release", "complete_emergency"): _owed,
    ("release", "roll_back"): _rolled_back,
    ("release", "close"): _closed,
    ("deployment", "fail"): _failed,
}


def _fact(event: Happening, name: str) -> str:
    return str(event.facts.get(name, ""))


LABELS: dict[str, Callable[[Happening], str]] = {
    "release_refused": lambda event: _("the release %(number)s was refused") % {"number": _fact(event, "release")},
    "release_closed": lambda event: _("the release %(number)s is closed") % {"number": _fact(event, "release")},
    "deployments_planned": lambda event: _("planned %(count)s deployments") % {"count": _fact(event, "count")},
    "change_started": lambda event: (
        _("%(number)s began; the release waits: %(why)s") % {"number": _fact(event, "change"), "why": _fact(event, "why")}
    ),
    "version_not_written": lambda event: (
        _("%(item)s was not written in the configuration data: %(why)s") % {"item": _fact(event, "item"), "why": _fact(event, "why")}
    ),
    "extend_window": lambda event: _("window extended"),
    "baseline_taken": lambda event: _("took the baseline of its items"),
    "content_added": lambda event: _("added %(name)s to the contents") % {"name": _fact(event, "content")},
    "content_removed": lambda event: _("took %(name)s out of the contents") % {"name": _fact(event, "content")},
    "criterion_added": lambda event: _("added the criterion “%(text)s”") % {"text": _fact(event, "criterion")},
    "criterion_signed": lambda event: (
        _("signed “%(text)s” as passed") if event.facts.get("result") == "passed" else _("signed “%(text)s” as failed")
    ) % {"text": _fact(event, "criterion")},
}  # fmt: skip
