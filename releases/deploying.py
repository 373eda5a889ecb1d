"""What the moves of a deployment change beside its state, and what keeps it from beginning."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from itsm.flow import Move
from itsm.records import journal
from itsm.records.models import Event
from itsm.records.perform import open_record
from releases import configured
from releases.lines import Target, targets

DEPLOYS = ("deploying", "emergency_deploying")


def begin(record: Any, move: Move) -> None:
    """Keep who began it and when, and the version that it replaces."""
    record.actual_start, record.tries = record.actual_start or move.at, record.tries + 1
    record.implementer = move.by or record.implementer
    record.old_version = record.old_version or version_now(record)


def version_now(record: Any) -> str:
    """Give the version that runs on the target: as the configuration data say, or as it was deployed last."""
    if record.target_id is not None and (known := configured.version_of(record.target_id)):
        return known
    same = type(record).objects.filter(
        environment=record.environment, target_name=record.target_name, state="succeeded", actual_end__isnull=False
    )
    last: str | None = (
        same.exclude(pk=record.pk).order_by("-actual_end", "-pk").values_list("new_version", flat=True).first()
    )
    return last or ""


def succeed(record: Any, move: Move) -> None:
    """Keep the version and the evidence, and write the version where configuration is kept."""
    record.new_version, record.evidence = move.given("version_put", record.new_version), move.given("evidence", "")
    record.error = ""
    _end(record, move)
    configured.put(record, record.target_id, record.new_version, release=record.release, move=move)


def fail(record: Any, move: Move) -> None:
    """Keep what went wrong."""
    record.error = move.given("error", "")
    _end(record, move)


def roll_back(record: Any, move: Move) -> None:
    """Give the target back the version that it had."""
    _end(record, move)
    if move.source == "succeeded":
        configured.put(record, record.target_id, record.old_version, release=record.release, move=move)


def retry(record: Any, move: Move) -> None:
    """Begin once more."""
    record.tries, record.actual_end = record.tries + 1, None


def _end(record: Any, move: Move) -> None:
    record.actual_end = move.at
    record.downtime_minutes = move.given("downtime_minutes", record.downtime_minutes)


def plan(release: Any, wanted: list[Target], *, move: Move) -> list[Any]:
    """Open a deployment for each target that has none yet, journaled on the release; gives those that were made."""
    from releases.models import Deployment

    known = set(release.deployments.values_list("environment", "target_name"))
    versions = dict(release.contents.values_list("name", "new_version"))
    made = []
    for one in wanted:
        if (one.environment, one.name) in known:
            continue
        known.add((one.environment, one.name))
        item = configured.item_named(one.name)
        made.append(
            open_record(
                Deployment, by=move.by, at=move.at, fired_by=move, release=release, environment=one.environment, target=item,
                target_name=one.name, wave=one.wave, title=f"{release.label or release.title} → {one.name}"[:160],
                planned_start=release.planned_at, planned_end=release.planned_end,
                new_version=versions.get(one.name, release.label),
            )
        )  # fmt: skip
    if made:
        journal.write(release, kind=Event.Kind.LINKED, name="deployments_planned", move=move, count=len(made))
    return made


def plan_all(release: Any, move: Move) -> None:
    """Open the deployments of the release's own list; an emergency that names none deploys its contents to production."""
    wanted = targets(release.targets)
    if not wanted and not release.deployments.exists():
        names = list(release.contents.order_by("pk").values_list("name", flat=True)) or [release.title]
        wanted = [Target("production", name, 1) for name in names]
    plan(release, wanted, move=move)
    configured.name_items(release, move)


# ---- what objects ---------------------------------------------------------------------------
def release_deploys(record: Any, move: Move) -> str:
    """Object while the release itself is not being deployed."""
    if record.release.state not in DEPLOYS:
        return gettext("The release is not being deployed now.")
    return ""


def approver_apart(record: Any, move: Move) -> str:
    """Object to somebody who deploys what they approved."""
    if move.by is not None and move.by.pk == record.release.approver_id:
        return gettext("Who approves a release must not carry it out.")
    return ""


def nothing_failed(record: Any, move: Move) -> str:
    """Object while another target has failed: it is tried again or rolled back first."""
    failed = record.release.deployments.filter(state="failed").order_by("wave", "pk").first()
    if failed is not None:
        return gettext("%(target)s failed: try it again or roll it back first.") % {"target": failed.target_name}
    return ""


def earlier_waves_done(record: Any, move: Move) -> str:
    """Object while a target of an earlier wave is not finished."""
    earlier = record.release.deployments.unfinished().filter(wave__lt=record.wave).order_by("wave", "pk").first()
    if earlier is not None:
        return gettext("Wave %(wave)s is not finished yet.") % {"wave": earlier.wave}
    return ""


def release_not_over(record: Any, move: Move) -> str:
    """Object once the release is done: a new release takes it back."""
    return "" if record.release.is_open else gettext("The release is over; take it back with a new one.")
