"""The rules by which problems are proposed (domain 5.6): each incident counts once for each rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Prefetch
from django.utils.translation import gettext

from itsm.records import register
from itsm.records.models import Link, LinkKind, Record
from itsm.tickets.models import Ticket
from itsm.tickets.words import likeness
from problems.guards import RAISED
from problems.matching import ALIKE, match
from problems.models import Problem, Proposal

#: How many incidents within which time make a proposal.
COMPONENT, COMPONENT_WITHIN = 3, timedelta(days=30)
SYMPTOMS, SYMPTOMS_WITHIN = 5, timedelta(days=7)
REOPENED, REOPENED_WITHIN = 2, timedelta(days=30)
RECURRED_WITHIN = timedelta(days=90)
#: So many incidents are looked at, the newest first, and so many proposals made at once.
MOST = 5000
ENDED_OTHERWISE = ("cancelled", "reclassified")
Rule = Proposal.Rule
#: Any number: two workers never run the rules at once.
LOCK = 562119


def propose(*, at: datetime) -> int:
    """Run every rule as of ``at``: open proposals grow, new ones are made; gives how many were made.

    While another worker runs them, nothing is done.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                return 0
        return sum(1 for rule in RULES for _made in rule(at))


def _incidents(rule: str, since: datetime) -> Any:
    """List incidents since then that hang on no problem and are no evidence of ``rule`` yet, the newest first."""
    rows = register.process("incident").model.objects.standing().filter(received_at__gte=since, confidential=False)
    rows = rows.exclude(state__in=ENDED_OTHERWISE).exclude(links_out__kind__in=RAISED)
    told = Proposal.evidence.through.objects.filter(proposal__rule=rule).values("ticket")
    return rows.exclude(pk__in=told).defer("description", "facts").order_by("-pk")


def _make(rule: str, incidents: Iterable[Ticket], *, at: datetime, **facts: Any) -> Proposal:
    made = Proposal.objects.create(rule=rule, made_at=at, **facts)
    made.evidence.set([incident.pk for incident in incidents])
    return made


def _open(rule: str) -> list[Proposal]:
    return list(Proposal.objects.filter(rule=rule, state=Proposal.State.OPEN).order_by("pk"))


def same_component(at: datetime) -> Iterator[Proposal]:
    """Propose what hits one component or configuration item with one category again and again."""
    groups: dict[tuple[str, int], list[Any]] = defaultdict(list)
    rows = list(_incidents(Rule.COMPONENT, at - COMPONENT_WITHIN).exclude(category=None)[:MOST])
    items = _items(incident.pk for incident in rows)
    for incident in rows:
        for name in {part.strip().lower() for part in (incident.component, *items[incident.pk])} - {""}:
            groups[name, incident.category_id].append(incident)
    counted: set[int] = set()
    for proposal in _open(Rule.COMPONENT):
        more = groups.pop((proposal.component.strip().lower(), proposal.category_id or 0), [])
        proposal.evidence.add(*more)
        counted |= {incident.pk for incident in more}
    for (name, _category), group in groups.items():
        found = [incident for incident in group if incident.pk not in counted]
        if len(found) >= COMPONENT:
            counted |= {incident.pk for incident in found}
            newest = found[0]
            called = [part for part in (newest.component, *items[newest.pk]) if part.strip().lower() == name]
            yield _make(
                Rule.COMPONENT, found, at=at, title=newest.title, service_id=newest.service_id, category_id=newest.category_id,
                component=called[0][:80],
            )  # fmt: skip


def _items(keys: Iterable[int]) -> dict[int, list[str]]:
    """Name the configuration items that each of the incidents affects; one statement."""
    affected = Link.objects.filter(source__in=list(keys), kind=LinkKind.AFFECTS, target__kind="ci")
    named: dict[int, list[str]] = defaultdict(list)
    for key, item, title in affected.values_list("source", "target", "target__configurationitem__title"):
        named[key].append(title or str(item))
    return named


def like_symptoms(at: datetime) -> Iterator[Proposal]:
    """Propose what users of one service report in like words within a few days."""
    services: dict[int, list[Any]] = defaultdict(list)
    for incident in _incidents(Rule.SYMPTOMS, at - SYMPTOMS_WITHIN).exclude(service=None)[:MOST]:
        services[incident.service_id].append(incident)
    for proposal in _open(Rule.SYMPTOMS):
        rest = services.get(proposal.service_id or 0, [])
        more = [one for one in rest if likeness(one.title, proposal.title) >= ALIKE]
        proposal.evidence.add(*more)
        services[proposal.service_id or 0] = [one for one in rest if one not in more]
    for service, incidents in services.items():
        for cluster in _clusters(incidents):
            yield _make(Rule.SYMPTOMS, cluster, at=at, title=cluster[0].title, service_id=service)


def _clusters(incidents: list[Any]) -> Iterator[list[Any]]:
    """Lay incidents with like subjects together, each into one heap; only heaps that are high enough."""
    rest = list(incidents)
    while len(rest) >= SYMPTOMS:
        seed = rest[0]
        heap = [one for one in rest if one is seed or likeness(seed.title, one.title) >= ALIKE]
        rest = [one for one in rest if one not in heap]
        if len(heap) >= SYMPTOMS:
            yield heap


def reopened(at: datetime) -> Iterator[Proposal]:
    """Propose what was opened again and again."""
    rows = _incidents(Rule.REOPENED, at - RECURRED_WITHIN)
    for incident in rows.filter(reopen_count__gte=REOPENED, changed_at__gte=at - REOPENED_WITHIN)[:MOST]:
        yield _make(
            Rule.REOPENED, [incident], at=at, title=incident.title, service_id=incident.service_id,
            category_id=incident.category_id, component=incident.component,
        )  # fmt: skip


def recurred(at: datetime) -> Iterator[Proposal]:
    """Propose to open a fixed problem again that has come back."""
    fixed = Problem.objects.filter(state="closed", outcome="fixed", closed_at__gte=at - RECURRED_WITHIN)
    waiting = {proposal.problem_id: proposal for proposal in _open(Rule.RECURRED)}
    for problem in fixed.exclude(service=None).order_by("pk"):
        since = problem.closed_at or at
        rows = _incidents(Rule.RECURRED, since).filter(service=problem.service_id)[:MOST]
        found = [one for one in rows if _shows(one, problem)]
        if problem.pk in waiting:
            waiting[problem.pk].evidence.add(*found)
        elif found:
            yield _make(
                Rule.RECURRED, found, at=at, title=problem.title, service_id=problem.service_id, problem=problem,
                component=problem.causal_component,
            )  # fmt: skip


def _shows(incident: Any, problem: Problem) -> bool:
    return bool(
        match(
            title=incident.title, component=incident.component, of_title=problem.title, of_component=problem.causal_component
        )
    )  # fmt: skip


def failed_changes(at: datetime) -> Iterator[Proposal]:
    """Propose what a change that failed or was backed out has done to users."""
    caused: dict[int, list[Any]] = defaultdict(list)
    rows = _incidents(Rule.CHANGE, at - RECURRED_WITHIN).filter(links_out__kind=LinkKind.CAUSED_BY_CHANGE)
    for incident in rows.prefetch_related(Prefetch("links_out", CAUSES.all(), to_attr="causes"))[:MOST]:
        for cause in incident.causes:
            caused[cause.target_id].append(incident)
    changes = {change.pk: change for change in _unsuccessful(caused)}
    for key, found in caused.items():
        if key in changes:
            title = gettext("%(number)s did not succeed: %(title)s") % {
                "number": changes[key].number, "title": changes[key].title,
            }  # fmt: skip
            yield _make(Rule.CHANGE, found, at=at, title=title[:160], service_id=found[0].service_id)


def _unsuccessful(keys: Iterable[int]) -> list[Any]:
    """Load the records among ``keys`` that their process calls unsuccessful."""
    rows = Record.objects.filter(pk__in=list(keys), kind="change").order_by("pk")
    return [register.load(row) for row in rows if register.reached(row, "unsuccessful")]


CAUSES = Link.objects.filter(kind=LinkKind.CAUSED_BY_CHANGE)
RULES = (recurred, same_component, like_symptoms, reopened, failed_changes)
