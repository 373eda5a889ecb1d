"""What pages and the API ask of releases beside their own columns: gates, progress, early life, versions in use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from itsm.records import register
from itsm.records.links import linking
from itsm.records.models import Link, LinkKind
from itsm.tickets.models import Ticket
from releases.deploying import DEPLOYS
from releases.models import Deployment, Environment, Release

#: Phases of a target that is not finished.
UNFINISHED = ("new", "working")
ORDER = [value for value, _label in Environment.choices]
#: What a major release needs beyond the others.
MAJOR = "major"
#: States before the deployment, in which its changes must still be authorised.
BEFORE = ("draft", "requested", "building", "implementation_review", "approved")


def incidents_after(release: Any) -> QuerySet[Any]:
    """Collect the incidents that the release caused inside its early life, the first received first."""
    caused = Link.objects.filter(target_id=release.pk, kind=LinkKind.CAUSED_BY_CHANGE).values("source_id")
    found: QuerySet[Any] = Ticket.objects.filter(pk__in=caused, kind="incident").order_by("received_at", "pk")
    if release.actual_end is None or release.early_life_until is None:
        return found.none()
    return found.filter(received_at__gte=release.actual_end, received_at__lte=release.early_life_until)


@dataclass(frozen=True)
class Gate:
    """One thing that must be there before the release may go."""

    code: str
    label: str
    is_open: bool


def gates(
    release: Any, *, changes_ready: bool, has_change: bool, contents: int, criteria: int, passed: int
) -> list[Gate]:
    """Judge the go/no-go gates of the release's kind; an emergency has its own, a major one needs a tested way back."""
    change = Gate("change", _("its changes are authorised"), has_change and changes_ready)
    if release.release_type == "emergency":
        forms = bool(release.rollback_plan and release.fixes and release.label)
        return [
            change,
            Gate("forms", _("the forms are filled in afterwards"), forms),
            Gate("approval", _("it was approved afterwards"), release.approver_id is not None),
        ]
    found = [
        Gate("contents", _("the contents are listed"), contents > 0),
        Gate("window", _("the window is planned"), release.planned_at is not None),
        Gate("acceptance", _("every criterion is passed and signed"), criteria > 0 and passed == criteria),
        Gate("rollback", _("the way back is written"), bool(release.rollback_plan)),
        change,
        Gate("approval", _("it is approved"), release.approved_at is not None),
    ]
    if release.release_type == MAJOR:
        found.insert(4, Gate("tested", _("the way back is tested"), release.rollback_tested))
    return found


def gates_of(release: Any) -> list[Gate]:
    """Judge the gates of one release."""
    changes = linking(release, kind=LinkKind.IMPLEMENTED_BY)
    counted = release.criteria.aggregate(all=Count("pk"), passed=Count("pk", filter=Q(result="passed")))
    past = release.state not in BEFORE
    return gates(
        release, has_change=bool(changes), changes_ready=past or changes.all_at("authorised"), contents=release.contents.count(),
        criteria=counted["all"], passed=counted["passed"],
    )  # fmt: skip


def with_counts(releases: QuerySet[Any]) -> QuerySet[Any]:
    """Let each release bring what the board counts, in the same statement."""
    counted: dict[str, Any] = {
        "content_count": Count("contents", distinct=True),
        "criterion_count": Count("criteria", distinct=True),
        "passed_count": Count("criteria", filter=Q(criteria__result="passed"), distinct=True),
        "target_count": Count("deployments", distinct=True),
        "done_count": Count("deployments", filter=Q(deployments__phase="done"), distinct=True),
        "failed_count": Count("deployments", filter=Q(deployments__state="failed"), distinct=True),
    }
    found: QuerySet[Any] = releases.annotate(**counted)
    return found


def changes_of(releases: Iterable[Any]) -> dict[int, list[Any]]:
    """Read the changes that each release carries out, whole; two statements for any number."""
    rows = Link.objects.filter(target__in=[row.pk for row in releases], kind=LinkKind.IMPLEMENTED_BY).order_by("pk")
    pairs = list(rows.values_list("target_id", "source_id"))
    keys = {change for _release, change in pairs}
    model = register.process("change").model
    known = {row.pk: row for row in model.objects.filter(pk__in=keys)} if keys else {}
    found: dict[int, list[Any]] = defaultdict(list)
    for release, change in pairs:
        if change in known:
            found[release].append(known[change])
    return found


def authorised(change: Any) -> bool:
    """Tell whether a change that was read is authorised, without reading it again."""
    return bool(register.process("change").milestones["authorised"](change))


@dataclass(frozen=True)
class MatrixRow:
    """One target and what runs on it in each environment."""

    target: str
    cells: tuple[Any, ...]


def matrix(*, person: Any, most: int = 60) -> list[MatrixRow]:
    """Lay out which version runs where: the last deployment that succeeded, by target and environment."""
    visible = Deployment.objects.visible_to(person).filter(state="succeeded")
    newest = visible.order_by("environment", "target_name", "-actual_end", "-pk").distinct("environment", "target_name")
    rows = newest.values("environment", "target_name", "new_version", "number", "release__number", "actual_end")
    by_target: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in rows:
        by_target[row["target_name"]][row["environment"]] = row
    names = sorted(by_target)[:most]
    return [MatrixRow(name, tuple(by_target[name].get(code) for code in ORDER)) for name in names]


@dataclass(frozen=True)
class Wave:
    """The deployments of one wave, and how many of them are finished."""

    number: int
    rows: tuple[Any, ...]

    @property
    def done(self) -> int:
        """How many are finished."""
        return sum(row.phase == "done" for row in self.rows)


def waves(release: Any) -> list[Wave]:
    """Read the deployments of the release wave by wave."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in release.deployments.select_related("implementer", "target").order_by("wave", "pk"):
        found[row.wave].append(row)
    return [Wave(number, tuple(rows)) for number, rows in sorted(found.items())]


def stops(release: Any, read: Sequence[Wave]) -> dict[int, str]:
    """Say of each target that waits why it may not begin now, as the moves themselves would; no statement for each."""
    rows = [row for wave in read for row in wave.rows]
    failed = next((row for row in rows if row.state == "failed"), None)
    found: dict[int, str] = {}
    for row in rows:
        earlier = next((one.wave for one in rows if one.wave < row.wave and one.phase in UNFINISHED), None)
        if release.state not in DEPLOYS:
            found[row.pk] = _("The release is not being deployed now.")
        elif row.state == "planned" and failed is not None:
            found[row.pk] = _("%(target)s failed: try it again or roll it back first.") % {"target": failed.target_name}
        elif row.state == "planned" and earlier is not None:
            found[row.pk] = _("Wave %(wave)s is not finished yet.") % {"wave": earlier}
    return found


def in_early_life(*, at: datetime) -> QuerySet[Any]:
    """Collect the releases whose early life runs at ``at``."""
    found: QuerySet[Any] = Release.objects.filter(state="post_review", early_life_until__gt=at)
    return found
