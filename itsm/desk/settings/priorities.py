"""The priority matrix: impact and urgency give the priority, for all services or for one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from catalogue.models import Service
from incidents.inputs import IMPACT, LEVELS, URGENCY
from itsm.desk.settings.access import for_administrators
from itsm.people.requests import PersonRequest
from itsm.tickets.models import PriorityRule
from itsm.ui.answers import done

Cell = tuple[int, int]
STEPS = (1, 2, 3)
CELLS: tuple[Cell, ...] = tuple((impact, urgency) for impact in STEPS for urgency in STEPS)
PRIORITIES = [(str(priority), f"P{priority}") for priority in range(1, 6)]


def rules_of(service: Service | None) -> dict[Cell, int]:
    """Give the priorities that are set for ``service``, or for all."""
    rules = PriorityRule.objects.filter(service=service) if service else PriorityRule.objects.filter(service=None)
    return {
        (impact, urgency): priority for impact, urgency, priority in rules.values_list("impact", "urgency", "priority")
    }


def general_rules() -> dict[Cell, int]:
    """Give the priority of every cell that holds where a service has none of its own."""
    return {cell: sum(cell) - 1 for cell in CELLS} | rules_of(None)


class MatrixForm(forms.Form):
    """Nine cells. For one service a cell may be left empty: the general priority holds."""

    def __init__(self, *given: Any, service: Service | None, **named: Any) -> None:
        super().__init__(*given, **named)
        self.service, self.general = service, general_rules()
        self.before = rules_of(service) if service else self.general
        for cell in CELLS:
            self.fields[_name(cell)] = self._field(cell)

    def _field(self, cell: Cell) -> forms.TypedChoiceField:
        as_general = [("", _("as usual (P%s)") % self.general[cell])] if self.service else []
        return forms.TypedChoiceField(
            label=_("Impact %(impact)s, urgency %(urgency)s") % {"impact": _word(cell[0]), "urgency": _word(cell[1])},
            choices=[*as_general, *PRIORITIES],
            coerce=int,
            empty_value=None,
            required=not self.service,
            initial=self.before.get(cell, ""),
        )

    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Give the rows of the grid: the impact, and a field for each urgency."""
        return [(_word(impact), [self[_name((impact, urgency))] for urgency in STEPS]) for impact in STEPS]

    def changes(self) -> list[dict[str, Any]]:
        """List what saving would change."""
        wanted = {cell: self.cleaned_data[_name(cell)] for cell in CELLS}
        return [
            {
                "label": self.fields[_name(cell)].label,
                "before": self.before.get(cell, self.general[cell]),
                "after": after or self.general[cell],
            }
            for cell, after in wanted.items()
            if after != self.before.get(cell)
        ]

    @transaction.atomic
    def save(self) -> None:
        """Write the cells that differ."""
        kept = rules_of(self.service)
        for impact, urgency in CELLS:
            wanted = self.cleaned_data[_name((impact, urgency))]
            named: dict[str, Any] = {"impact": impact, "urgency": urgency, "service": self.service}
            if wanted is None:
                PriorityRule.objects.filter(impact=impact, urgency=urgency, service=self.service).delete()
            elif wanted != kept.get((impact, urgency)):
                PriorityRule.objects.update_or_create(**named, defaults={"priority": wanted})


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def matrix(request: PersonRequest) -> HttpResponse:
    """Show the matrix of all services or of one; preview or save what was chosen."""
    services = list(Service.objects.live().order_by("code"))
    service = _chosen(request.GET.get("service", ""), services)
    form = MatrixForm(request.POST or None, service=service)
    changes: list[dict[str, Any]] | None = None
    if request.method == "POST" and form.is_valid():
        if request.POST.get("then") != "preview":
            form.save()
            return done(request, _address(service), say=_("Saved."))
        changes = form.changes()
    context = {
        "form": form,
        "service": service,
        "services": services,
        "changes": changes,
        "axes": (IMPACT.label, URGENCY.label),
        "levels": [_word(step) for step in STEPS],
        "own": set(PriorityRule.objects.exclude(service=None).values_list("service_id", flat=True)),
    }
    return render(request, "settings/priorities.html", context, status=422 if form.errors else 200)


def _chosen(code: str, services: list[Service]) -> Service | None:
    if not code:
        return None
    found = next((service for service in services if service.code == code), None)
    if found is None:
        raise Http404
    return found


def _address(service: Service | None) -> str:
    return reverse("settings:priorities", query={"service": service.code} if service else None)


def _name(cell: Cell) -> str:
    return f"cell_{cell[0]}_{cell[1]}"


def _word(step: int) -> str:
    return str(LEVELS[step - 1].label)
