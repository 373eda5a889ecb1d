"""What configuration asks of the layers above: the services of the catalogue, and what is going on at items."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalogue import roots
from catalogue.models import Service
from configuration import far, field_values, schema
from itsm.desk.cmdb import shelf
from itsm.records.models import Link, LinkKind
from itsm.tickets.finding import page_of
from itsm.tickets.lines import Happening, add_label
from itsm.tickets.models import Ticket
from sla.settings_models import Metric, Target
from sla.words import duration

if TYPE_CHECKING:
    from itsm.people.models import Person

#: Cases of an item that its page names.
NAMED = 10
#: What happens to items, in words.
HAPPENINGS: dict[str, Callable[[Happening], str]] = {
    "related": lambda event: _("related: %(words)s") % {"words": _relation(event)},
    "unrelated": lambda event: _("no longer related: %(words)s") % {"words": _relation(event)},
    "verified": lambda event: _("found it to be still right"),
    "report_verified": lambda event: _("confirmed that the data is wrong"),
    "report_refused": lambda event: _("let the data stay as it is: %(words)s") % {"words": event.facts.get("note", "")},
    "report_settled": lambda event: _("corrected by %(words)s") % {"words": event.facts.get("note", "")},
    "reported_wrong": lambda event: _("reported wrong data: %(words)s") % {"words": _wrong(event)},
}


def _wrong(event: Happening) -> str:
    """Say which field is wrong, by its name, and what was found there; older lines begin with the code of the field."""
    note = str(event.facts.get("note", ""))
    field = str(event.facts.get("field", ""))
    if not field:
        head, between, rest = note.partition(": ")
        field, note = (head, rest) if between and field_values.known(head, class_id=None) else ("", note)
    if not field:
        return note
    words = field_values.named()
    said, label = field_values.shown(field, note, class_id=None, words=words), field_values.label_of(field, words=words)
    return _("%(field)s: %(text)s") % {"field": capfirst(label), "text": said}


def _relation(event: Happening) -> str:
    """Say a relationship by the names of its ends as they were then, else by their numbers."""
    kind = schema.present().type_by_code(str(event.facts.get("type", "")))
    source, target = (event.facts.get(f"{end}_name") or event.facts.get(end) for end in ("source", "target"))
    return f"{source} {kind.name if kind else ''} {target}"


def fill() -> None:
    """Answer from now on; called once when the app starts."""
    far.answers.services = services
    far.answers.roots = roots.roots
    far.answers.work = work
    far.answers.views = shelf.views_of
    for name, words in HAPPENINGS.items():
        add_label(name, words)


def services(codes: Iterable[str], person: Person | None) -> dict[str, far.Served]:
    """Find services by their code, as far as the person may see them, with their audience and their targets of P1."""
    rows = Service.objects.filter(code__in=list(codes)).prefetch_related("audiences")
    if person is not None:
        rows = rows.filter(pk__in=Service.objects.visible_to(person).values("pk"))
    found = list(rows.order_by("code"))
    promised = _promises([row.pk for row in found])
    return {
        row.code: far.Served(
            code=row.code, name=row.name, criticality=row.criticality,
            customers=tuple(unit.name for unit in row.audiences.all()) or (_("everyone"),),
            promises=tuple(promised.get(row.pk, promised.get(None, []))), url=reverse("services:page", args=[row.code]),
        )
        for row in found
    }  # fmt: skip


def _promises(keys: list[int]) -> dict[int | None, list[str]]:
    """Say the targets of incidents of the highest priority: of each service that has its own, and of all others."""
    if not keys:
        return {}
    rows = Target.objects.active().filter(process__in=("", "incident"), priority=1, request_item=None)
    rows = rows.filter(metric__in=(Metric.RESPONSE, Metric.RESOLUTION))
    found: dict[int | None, list[str]] = {}
    for metric, seconds, service in rows.order_by("metric", "pk").values_list("metric", "seconds", "service_id"):
        if service is None or service in keys:
            words = {"metric": Metric(metric).label, "time": duration(seconds)}
            found.setdefault(service, []).append(_("P1 %(metric)s %(time)s") % words)
    return found


def work(items: Iterable[int], person: Person, at: datetime) -> dict[str, list[Any]]:
    """List the open cases and changes that name one of the items, the newest first."""
    naming = Link.objects.filter(target__in=list(items), kind=LinkKind.AFFECTS).values("source")
    rows = Ticket.objects.visible_to(person).exclude(phase="done").filter(pk__in=naming).order_by("-pk")
    found: dict[str, list[Any]] = {"changes": [], "cases": []}
    for row in rows.only("number", "kind", "title", "state", "merged_into")[:NAMED]:
        row.url = page_of(row)
        found["changes" if row.kind in ("change", "release") else "cases"].append(row)
    return found
