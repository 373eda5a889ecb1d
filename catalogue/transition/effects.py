"""What the moves of a service transition change beside its state."""

from __future__ import annotations

from typing import Any

from catalogue.editions import applying
from catalogue.editions.services import begin_draft
from catalogue.transition import asks, checklists
from itsm.flow import Move
from itsm.people.models import Team

PLAN = tuple(item.name for item in asks.PLAN)
DESIGN = tuple(item.name for item in asks.DESIGN)


def _take(record: Any, move: Move, *names: str) -> None:
    """Keep what was given under the same names."""
    for name in names:
        setattr(record, name, move.given(name, getattr(record, name)))


def accept(record: Any, move: Move) -> None:
    """Keep what is asked for; a removal or transfer gets its checklist."""
    _take(record, move, "transition_kind", "transfer_direction", "customer", "need", "budget_source", "owner")
    if record.is_new:
        record.service = None
        _take(record, move, "service_code", "name_zh", "name_en")
    else:
        record.service = move.given("service", record.service)
        record.owner = record.service.owner
    record.checks.all().delete()
    for position, row in enumerate(checklists.CHECKLISTS.get(record.transition_kind, ()), 1):
        record.checks.create(code=row.code, position=position, before_live=row.before)


def plan(record: Any, move: Move) -> None:
    """Keep the plan and its criteria."""
    _take(record, move, *PLAN)
    record.criteria.all().delete()
    for position, (text, method) in enumerate(criteria_of(move.given("criteria", "")), 1):
        record.criteria.create(position=position, text=text, method=method)


def criteria_of(text: str) -> list[tuple[str, str]]:
    """Read criteria: one for each line, after a bar how it is tested."""
    lines = [line.replace("｜", "|").partition("|") for line in text.splitlines() if line.strip()]
    return [(words.strip(), method.strip()) for words, _bar, method in lines if words.strip()]


def design(record: Any, move: Move) -> None:
    """Keep the design; a new service gets its place in the catalogue, not yet live, and its entry a draft."""
    _take(record, move, *DESIGN)
    if record.is_new and record.service_id is None:
        record.service = _new_service(record)
    if not record.ends_service:
        begin_draft(record.service, by=move.by, at=move.at, origin=record)


def _new_service(record: Any) -> Any:
    from catalogue.models import Service
    from itsm.hours.models import Calendar

    hours = Calendar.objects.filter(code="service-hours").first() or Calendar.objects.earliest("code")
    return Service.objects.create(
        code=record.service_code, name_zh=record.name_zh, name_en=record.name_en, lifecycle=Service.Lifecycle.DESIGN, hours=hours,
        support_team=Team.objects.active().order_by("tier", "code")[:1].get(), owner=record.owner, description_zh=record.need,
    )  # fmt: skip


def build(record: Any, move: Move) -> None:
    """Keep what was built and by whom."""
    _take(record, move, "build_record")
    record.built_by = move.by


def accept_result(record: Any, move: Move) -> None:
    """Keep who accepted it."""
    _take(record, move, "acceptance_note")
    record.accepted_by, record.accepted_at = move.by, move.at


def test_again(record: Any, move: Move) -> None:
    """Keep what failed and what was decided; after the new design everything is tested anew."""
    _take(record, move, "failed_criteria", "failure_decision")
    record.acceptance_round += 1
    record.built_by = None
    record.criteria.update(result="", evidence="", signed_by=None, signed_at=None)


def go_live(record: Any, move: Move) -> None:
    """Begin: a service that is removed or handed over is on its way out from now on."""
    if record.ends_service:
        _lead(record, "retiring")


def put_in_force(record: Any, move: Move) -> None:
    """Keep since when it is live (or gone); the catalogue says so from now on, in this one transaction."""
    _take(record, move, "live_on")
    record.went_live = True
    if record.ends_service:
        applying.end_current(record.service, at=move.at)
        record.service.items.update(is_active=False)
        _lead(record, "retired")
        return
    for edition in record.editions.filter(approved_at__isnull=False, applied_at=None, ended_at=None).order_by("number"):
        edition.effective_on = record.live_on
        applying.put_in_force(edition, at=move.at)
    _lead(record, "live")


def _lead(record: Any, lifecycle: str) -> None:
    """Lead the service on in its life; the database looks at this transition and its change."""
    from catalogue.models import Service

    Service.objects.filter(pk=record.service_id).exclude(lifecycle=lifecycle).update(lifecycle=lifecycle)
    record.service = Service.objects.get(pk=record.service_id)


def take_back(record: Any, move: Move) -> None:
    """Keep that the service stayed as it was."""
    record.went_live = False
    applying.drop_waiting(record, at=move.at)
    if record.ends_service:
        _lead(record, "live")


def review(record: Any, move: Move) -> None:
    """Keep the report of the outcome."""
    _take(record, move, "achieved", "reported_to")


def end(record: Any, move: Move) -> None:
    """End it before anything went live; what it prepared for the catalogue is dropped."""
    record.went_live = False
    applying.drop_waiting(record, at=move.at)
