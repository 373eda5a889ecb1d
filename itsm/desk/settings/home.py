"""The first page of the settings: what can be set up where, and what needs a look."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from itsm.desk.settings.access import for_administrators
from itsm.draw import printing
from itsm.hours.queries import ending_notice, ending_soon
from itsm.people.requests import PersonRequest


@dataclass(frozen=True)
class Card:
    """A way to one page."""

    title: str | Promise
    text: str | Promise
    icon: str
    url_name: str

    @property
    def url(self) -> str:
        """The address of the page; empty where the installation has none."""
        try:
            return reverse(self.url_name)
        except NoReverseMatch:
            return ""


AREAS: tuple[tuple[str | Promise, tuple[Card, ...]], ...] = (
    (
        _("Who works here"),
        (
            Card(_("People and roles"), _("Who may do what; new colleagues and leavers"), "person", "settings:people"),
            Card(_("Teams"), _("Members, lead, tier and calendar"), "people", "settings:teams"),
            Card(_("Import people and units"), _("From a CSV file, checked first"), "down", "intake:people_import"),
            Card(_("Units"), _("The tree of units, customers and suppliers"), "tree", "admin:people_organisation_changelist"),
        ),
    ),
    (
        _("How cases are handled"),
        (
            Card(_("Priority matrix"), _("Impact and urgency give the priority"), "bolt", "settings:priorities"),
            Card(_("Hold reasons"), _("Why cases wait and which clocks stand still"), "pause", "settings:holds"),
            Card(_("Rules of the house"), _("Reopening, freezing figures, when reports are due"), "clock", "settings:house"),
            Card(_("Rates of roles"), _("What an hour of work costs, for the cost of cases"), "chart", "settings:rates"),
            Card(_("Classes of changes"), _("The rules that make a change major, and lead times"), "change", "changes:rules"),
            Card(_("Categories"), _("What cases are about"), "flow", "admin:catalogue_category_changelist"),
        ),
    ),
    (
        _("What services stand on"),
        (Card(_("Classes and relationships"), _("Classes of items, their attributes, allowed pairs"), "tree", "settings:cmdb"),),
    ),
    (
        _("What is offered and promised"),
        (
            Card(_("Services"), _("Hours, teams, owners and criticality"), "box", "admin:catalogue_service_changelist"),
            Card(_("Request items"), _("What may be ordered, and who approves"), "inbox", "admin:catalogue_requestitem_changelist"),
            Card(_("Targets"), _("Within how long something is promised"), "clock", "settings:targets"),
            Card(_("Escalation ladder"), _("Who is told when a case gets late"), "up", "settings:ladders"),
            Card(_("Calendars"), _("Service hours, holidays and closures"), "calendar", "settings:calendars"),
        ),
    ),
    (
        _("What people are told"),
        (
            Card(_("Announcements"), _("Faults and planned work, for everyone"), "info", "notices:announcements"),
            Card(_("Outbox"), _("Mails that could not be sent"), "mail", "notices:outbox"),
            Card(_("Incoming mail"), _("Mails that belong to no case by themselves"), "inbox", "intake:incoming"),
        ),
    ),
)  # fmt: skip


@require_safe
@for_administrators
def home(request: PersonRequest) -> HttpResponse:
    """Show the ways to every page, the calendars whose holidays end soon, and what makes PDF files."""
    today = timezone.localdate()
    endings = [ending_notice(calendar, on=today) for calendar, _end in ending_soon(on=today)]
    areas = [(title, [card for card in cards if card.url]) for title, cards in AREAS]
    return render(request, "settings/home.html", {"areas": areas, "endings": endings, "printer": printing.made_by()})
