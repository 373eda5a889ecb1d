"""Calendars over REST: reading them, and changing them as their pages do, with the clocks that a change moves shown first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.http import Http404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.schema import refusals
from itsm.api.scopes import Scope
from itsm.desk.settings import calendar_shapes as shapes
from itsm.desk.settings.api_forms import ForAdministrators
from itsm.hours import services
from itsm.hours.intake import BadFile, import_days, read_file
from itsm.hours.models import Calendar, CalendarVersion
from itsm.hours.services import closing, drafted, spoken, with_days
from itsm.hours.windows import BadHours
from itsm.records.clock import whole
from itsm.records.refusals import Objected
from sla.calendar_preview import preview

Drafts = Iterable[tuple[Calendar, CalendarVersion]]
#: A method that answers a change.
Change = TypeVar("Change", bound=Callable[..., Response])


class ForCalendars(ForAdministrators):
    """An address of the calendars."""

    def find(self, code: str) -> Calendar:
        """This will find a calendar (404)."""
        found = Calendar.objects.with_current().filter(code=code).first()
        if found is None:
            raise Http404
        return found

    def changed(
        self, given: dict[str, Any], *, drafts: Callable[[], Drafts], publish: Callable[[], Iterable[CalendarVersion]]
    ) -> Response:
        """This will preview or publish; what speaks against it is said (422)."""
        try:
            if given["preview"]:
                found = preview(list(drafts()), person=self.caller, at=timezone.now())
                return Response({"preview": shapes.previewed(found), "calendars": []})
            made = [version.calendar for version in publish()]
        except BadHours as bad:
            raise Objected(spoken(bad)) from bad
        return Response({"preview": None, "calendars": [shapes.whole(one) for one in made]})

    def stamp(self, given: dict[str, Any]) -> dict[str, Any]:
        """This will give who publishes, when and why."""
        return {"by_name": self.caller.name, "at": whole(timezone.now()), "reason": given["reason"]}


class CalendarList(ForCalendars):
    """Calendars."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="list_calendars",
        tags=["calendars"],
        responses={200: shapes.CalendarShape(many=True), **refusals()},
    )
    def get(self, request: Request) -> Response:
        """List the calendars, as an administrator."""
        return Response([shapes.told(one) for one in Calendar.objects.with_current().order_by("code")])


class CalendarView(ForCalendars):
    """One calendar."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="read_calendar", tags=["calendars"], responses={200: shapes.WholeCalendarShape, **refusals()}
    )
    def get(self, request: Request, code: str) -> Response:
        """Read a calendar with the hours in force."""
        return Response(shapes.whole(self.find(code)))


def change(operation: str, body: type[Any]) -> Callable[[Change], Change]:
    """Describe a change in the OpenAPI document."""
    described: Callable[[Change], Change] = extend_schema(
        operation_id=operation, tags=["calendars"], request=body,
        responses={200: shapes.CalendarAnswerShape, **refusals(413, 415, 422)},
    )  # fmt: skip
    return described


class CalendarHours(ForCalendars):
    """The hours of every week."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @change("publish_calendar_hours", shapes.HoursBody)
    def post(self, request: Request, code: str) -> Response:
        """Publish other weekly hours as the next version; special days stay. With `preview` nothing is published."""
        calendar, given = self.find(code), self.read(shapes.HoursBody)
        told = {name: given[name] for name in ("weekly", "zone", "always_on")}

        def hours(present: Calendar) -> dict[str, Any]:
            return with_days(present, {}) | told

        return self.changed(
            given,
            drafts=lambda: [(calendar, drafted(calendar, **hours(calendar)))],
            publish=lambda: [services.publish_from(calendar, hours, **self.stamp(given))],
        )


class CalendarClosure(ForCalendars):
    """Closing a day or a part of it."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @change("close_calendar_day", shapes.ClosureBody)
    def post(self, request: Request, code: str) -> Response:
        """Close a calendar on a date, for the whole day or a part of it."""
        calendar, given = self.find(code), self.read(shapes.ClosureBody)
        named = _named(given) | {"county": calendar.county}
        return self.changed(
            given,
            drafts=lambda: [(calendar, drafted(calendar, **closing(calendar, **named)))],
            publish=lambda: [services.close(calendar, **named, **self.stamp(given))],
        )


class CalendarDays(ForCalendars):
    """A year of special days."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @change("import_calendar_days", shapes.DaysBody)
    def post(self, request: Request, code: str) -> Response:
        """Add or replace the days of a CSV or iCalendar text; one wrong cell and nothing is written."""
        calendar, given = self.find(code), self.read(shapes.DaysBody)

        def drafts() -> Drafts:
            found = read_file(given["text"], calendar=calendar)
            if found.errors:
                first = str(found.errors[0])
                raise BadFile("%(count)s errors, nothing imported. %(first)s", count=len(found.errors), first=first)
            return [(calendar, drafted(calendar, **with_days(calendar, found.days)))]

        return self.changed(
            given, drafts=drafts, publish=lambda: [import_days(calendar, text=given["text"], **self.stamp(given))]
        )


class CountyClosure(ForCalendars):
    """Work suspended in a county."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @change("close_county", shapes.CountyClosureBody)
    def post(self, request: Request) -> Response:
        """Close every calendar of a county on a date, as announced the evening before."""
        given = self.read(shapes.CountyClosureBody)
        county, named = given["county"], _named(given)
        return self.changed(
            given,
            drafts=lambda: services.drafts_of_county(county, **named),
            publish=lambda: services.close_county(county, **named, **self.stamp(given)),
        )


def _named(given: dict[str, Any]) -> dict[str, Any]:
    return {name: given[name] for name in ("on", "start", "end", "name_zh", "name_en")}


urlpatterns = [
    path("calendars", CalendarList.as_view()),
    path("calendars/closures", CountyClosure.as_view()),
    path("calendars/<slug:code>", CalendarView.as_view()),
    path("calendars/<slug:code>/hours", CalendarHours.as_view()),
    path("calendars/<slug:code>/closures", CalendarClosure.as_view()),
    path("calendars/<slug:code>/days", CalendarDays.as_view()),
]
