"""The list of complaints, raising one at the desk, and noting that the complainant was sought."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalogue.models import Service
from itsm.flow.roles import STAFF
from itsm.people.models import Person
from itsm.records.refusable import refuse
from itsm.records.refusals import NotAllowed, Objected, Refusal
from itsm.tickets.finding import find_case, page_of
from itsm.tickets.models import Ticket
from itsm.ui.answers import done
from relationships.complaint_asks import NATURES, ORIGINS
from relationships.complaint_flow import COMPLAINT
from relationships.complaints import note_attempt, raise_complaint
from relationships.listing import for_staff, page_of_rows, reader, words
from relationships.models import Complaint

TABS = ("open", "mine", "escalated", "consent", "closed", "all")
#: Who takes complaints down, beside the owner of the process.
TAKERS = frozenset({"agent", "incident_manager", "brm", "management_rep"})


@require_safe
@for_staff
def complaints(request: HttpRequest) -> HttpResponse:
    """List the complaints that the person may know of, the newest first."""
    person = reader(request)
    tab = request.GET.get("show", "open")
    tab = tab if tab in TABS else "open"
    text = words(request)
    rows = _of_tab(Complaint.objects.worked_by(person), tab, person)
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(number__iexact=text))
    found, older = page_of_rows(rows.select_related("requester", "assignee", "service"), request)
    shown = [{"record": row, "url": page_of(row), "state": COMPLAINT.states[row.state]} for row in found]
    context = {"rows": shown, "older": older, "text": text, "tabs": _tabs(tab), "may_raise": _takes(person)}
    return render(request, "complaints/list.html", context)


def _of_tab(rows: QuerySet[Any], tab: str, person: Person) -> QuerySet[Any]:
    conditions = {
        "open": Q(phase__in=["new", "working", "waiting"]),
        "mine": Q(assignee=person.pk, phase__in=["new", "working", "waiting"]),
        "escalated": Q(state="escalated"),
        "consent": Q(state="awaiting_consent"),
        "closed": Q(phase="done"),
    }
    return rows.filter(conditions[tab]) if tab in conditions else rows


def _tabs(current: str) -> list[dict[str, Any]]:
    names = {
        "open": _("Not closed"), "mine": _("Mine"), "escalated": _("Escalated"), "consent": _("Awaiting consent"), "closed": _("Closed"),
        "all": _("All"),
    }  # fmt: skip
    return [{"label": names[tab], "url": f"?show={tab}", "current": tab == current} for tab in TABS]


def _takes(person: Person) -> bool:
    return bool(person.role_codes & TAKERS)


class ComplaintForm(forms.Form):
    """A complaint that reached the desk by phone, letter or in person."""

    complainant = forms.CharField(
        label=gettext_lazy("Complainant"), max_length=80, help_text=gettext_lazy("User name or employee number."),
        widget=forms.TextInput({"autocomplete": "off", "data-find": "person"}),
    )  # fmt: skip
    origin = forms.ChoiceField(label=gettext_lazy("How it reached us"))
    title = forms.CharField(label=gettext_lazy("Subject"), max_length=160)
    description = forms.CharField(
        label=gettext_lazy("What was said"), max_length=20_000, widget=forms.Textarea({"rows": 6})
    )
    wish = forms.CharField(
        label=gettext_lazy("What would put it right?"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 2}),
    )
    nature = forms.ChoiceField(label=gettext_lazy("Category of the complaint"), required=False)
    service = forms.ModelChoiceField(
        label=gettext_lazy("Service"), queryset=Service.objects.none(), required=False, to_field_name="code"
    )
    about = forms.CharField(
        label=gettext_lazy("Case that it is about"), max_length=32, required=False,
        widget=forms.TextInput({"autocomplete": "off", "data-find": "case"}),
    )  # fmt: skip
    about_person = forms.ModelChoiceField(
        label=gettext_lazy("Person complained about"),
        queryset=Person.objects.none(),
        required=False,
        to_field_name="username",
    )
    restricted = forms.BooleanField(label=gettext_lazy("Only the relationship manager may read it"), required=False)

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        """This will offer what ``person`` may choose."""
        super().__init__(*args, **kwargs)
        self.person = person
        fields: dict[str, Any] = self.fields
        fields["origin"].choices = [(one.value, str(one.label)) for one in ORIGINS if one.value != "survey"]
        fields["origin"].initial = "phone"
        fields["nature"].choices = [("", _("Not known yet")), *((one.value, str(one.label)) for one in NATURES)]
        fields["service"].queryset = Service.objects.visible_to(person).live().order_by("code")
        workers = Person.objects.visible_to(person).active().filter(grants__role__in=STAFF)
        fields["about_person"].queryset = workers.order_by("name", "pk").distinct()

    def clean_complainant(self) -> Person:
        """This will find who complains."""
        name = self.cleaned_data["complainant"].strip()
        rows = Person.objects.visible_to(self.person).active()
        found = rows.filter(Q(username=name) | Q(employee_number=name)).order_by("pk").first() if name else None
        if found is None:
            raise forms.ValidationError(_("There is nobody with this user name or number."))
        return found

    def clean_about(self) -> Any:
        """This will find the case that it is about."""
        number = self.cleaned_data["about"].strip().upper()
        if not number:
            return None
        found = Ticket.objects.visible_to(self.person).filter(number=number).first()
        if found is None:
            raise forms.ValidationError(_("There is no case with this number."))
        return found


@require_http_methods(["GET", "POST"])
@for_staff
def new(request: HttpRequest) -> HttpResponse:
    """Take down a complaint."""
    person = reader(request)
    if not _takes(person):
        raise PermissionDenied(_("Complaints are taken down by the desk and the relationship manager."))
    initial = {name: request.GET.get(name, "")[:80] for name in ("complainant", "about")}
    form = ComplaintForm(person, request.POST or None, initial=initial)
    if not form.is_bound or not form.is_valid():
        return _show(request, form)
    given = form.cleaned_data
    try:
        made = raise_complaint(
            by=person, complainant=given["complainant"], at=timezone.now(), source=given["origin"], title=given["title"],
            description=given["description"], service=given["service"], about=given["about"], about_person=given["about_person"],
            restricted=given["restricted"], nature=given["nature"], wish=given["wish"],
        )  # fmt: skip
    except Objected as refusal:
        refuse(form, refusal)
        return _show(request, form)
    said = _("%(number)s is taken down.") % {"number": made.number}
    seen = Ticket.objects.worked_by(person).filter(pk=made.pk).exists()
    return done(request, page_of(made) if seen else "/complaints/", say=said)


def _show(request: HttpRequest, form: ComplaintForm) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "complaints/new.html", {"form": form}, status=status)


@require_POST
@for_staff
def attempt(request: HttpRequest, number: str) -> HttpResponse:
    """Note that somebody tried to reach the complainant."""
    person = reader(request)
    case = find_case(number, person=person)
    if case.kind != "complaint":
        raise Http404(_("There is no case with this number."))
    try:
        note_attempt(case, by=person, way=request.POST.get("way", ""), note=request.POST.get("note", ""))
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        return done(request, f"{page_of(case)}#attempts", warn=" ".join(refusal.reasons))
    return done(request, f"{page_of(case)}#attempts", say=_("The attempt was noted."))
