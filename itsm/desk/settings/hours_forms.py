"""The forms of calendars: weekly hours, a closure, a file of days."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import validate_slug
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from itsm.hours.intake import windows_in
from itsm.hours.models import Calendar, CalendarVersion
from itsm.hours.services import NothingChanged, closing, drafts_of_county, publish_from, spoken
from itsm.hours.special_days import NAME_LENGTH
from itsm.hours.windows import BadHours
from itsm.people.models import Person

MOST_BYTES = 1024 * 1024
LONGEST_HOURS = 120  # characters of one weekday
DAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))


class HoursForm(forms.Form):
    """The hours of every week."""

    zone = forms.CharField(label=_("Time zone"), max_length=64, initial="Asia/Taipei")
    always_on = forms.BooleanField(label=_("Always open"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=500)
    field_order = ("zone", "always_on", *(f"day_{day}" for day in range(7)), "reason")

    def __init__(self, *given: Any, calendar: Calendar | None = None, **named: Any) -> None:
        current = calendar.current if calendar else None
        if current:
            named["initial"] = {"zone": current.zone, "always_on": current.always_on}
        super().__init__(*given, **named)
        weekly = current.weekly if current else {}
        for day, name in enumerate(DAYS):
            self.fields[f"day_{day}"] = forms.CharField(
                label=name, required=False, max_length=LONGEST_HOURS, initial=windows_text(weekly.get(str(day), [])),
                help_text="" if day else _("For example 09:00-12:00 13:00-18:00; empty is closed."),
            )  # fmt: skip
        self.order_fields(self.field_order)

    def hours(self, calendar: Calendar) -> dict[str, Any]:
        """Give the hours that were asked for, as publishing and previewing take them."""
        given = self.cleaned_data
        return {
            "weekly": {str(day): windows_in(given[f"day_{day}"]) for day in range(7)},
            "exceptions": calendar.current.exceptions if calendar.current else {},
            "zone": given["zone"],
            "always_on": given["always_on"],
        }


class NewCalendarForm(HoursForm):
    """A calendar and its first hours."""

    code = forms.CharField(label=_("Code"), max_length=50, validators=[validate_slug])
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=120)
    name_en = forms.CharField(label=_("Name (English)"), max_length=120, required=False)
    field_order = ("code", "name_zh", "name_en", *HoursForm.field_order)

    def clean_code(self) -> str:
        """Refuse a code that is taken.

        :raises ValidationError: then
        """
        code = str(self.cleaned_data["code"])
        if Calendar.objects.filter(code=code).exists():
            raise forms.ValidationError(gettext("Another calendar has this code."))
        return code

    def calendar(self) -> Calendar:
        """Make the calendar, still without hours."""
        return Calendar.objects.create(**{name: self.cleaned_data[name] for name in ("code", "name_zh", "name_en")})


class PlaceForm(forms.ModelForm[Calendar]):
    """Names and county of a calendar; these are no hours and make no version."""

    class Meta:
        model = Calendar
        fields = ("name_zh", "name_en", "county", "is_active")


class ClosureForm(forms.Form):
    """A day, or a part of it, on which nobody works."""

    on = forms.DateField(label=_("Day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    start = forms.TimeField(
        label=_("Closed from"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        help_text=_("Both empty: the whole day."),
    )  # fmt: skip
    end = forms.TimeField(
        label=_("Closed until"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=NAME_LENGTH)
    name_en = forms.CharField(label=_("Name (English)"), max_length=NAME_LENGTH, required=False)
    county: Any = forms.CharField(label=_("County"), max_length=NAME_LENGTH, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=500)

    def hours(self, calendar: Calendar) -> dict[str, Any]:
        """Give the hours with the day closed, as publishing and previewing take them.

        :raises BadHours: if it cannot be closed
        """
        given = self.cleaned_data
        named = {name: given[name] for name in ("name_zh", "name_en", "county")}
        return closing(calendar, on=given["on"], **self.edges(), **named)

    def edges(self) -> dict[str, str]:
        """Give the ends of the closure as ``HH:MM``; 00:00 is the beginning or the end of the day."""
        return {name: (self.cleaned_data[name] or time()).strftime("%H:%M") for name in ("start", "end")}


class CountyForm(ClosureForm):
    """A day, or a part of it, on which work is suspended in a county: every calendar of it closes."""

    county: Any = forms.ChoiceField(label=_("County"))
    field_order = ("county", "on", "start", "end", "name_zh", "name_en", "reason")

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        counties = Calendar.objects.active().exclude(county="").order_by("county").values_list("county", flat=True)
        self.fields["county"].choices = [(name, name) for name in counties.distinct()]  # type: ignore[attr-defined]  # a choice field

    def drafts(self) -> list[tuple[Calendar, CalendarVersion]]:
        """Give each calendar of the county with the version that the closure would make.

        :raises BadHours: if no calendar can be closed
        """
        given = self.cleaned_data
        named = {name: given[name] for name in ("name_zh", "name_en")}
        return drafts_of_county(given["county"], on=given["on"], **self.edges(), **named)


class DropForm(forms.Form):
    """A day that is to be like every week again."""

    day = forms.CharField(widget=forms.HiddenInput, max_length=10)
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)

    def hours(self, calendar: Calendar) -> dict[str, Any]:
        """Give the hours without the day.

        :raises NothingChanged: if the day is like every week already
        """
        current = calendar.current
        days = dict(current.exceptions) if current else {}
        if current is None or days.pop(self.cleaned_data["day"], None) is None:
            raise NothingChanged("This day is like every week already.")
        return {"weekly": current.weekly, "exceptions": days}


class DaysFileForm(forms.Form):
    """A file of special days, or the text of one that was checked a moment ago."""

    file = forms.FileField(label=_("CSV or iCalendar file"), help_text=_("UTF-8, at most 1 MB."))
    text = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["file"].required = not (self.data.get("text") if self.is_bound else self.initial.get("text"))

    def clean_file(self) -> UploadedFile[Any] | None:
        """Refuse a file that is too big.

        :raises ValidationError: then
        """
        file: UploadedFile[Any] | None = self.cleaned_data.get("file")
        if file is not None and (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(gettext("The file is larger than 1 MB."))
        return file

    def clean(self) -> None:
        """Read the text of the file, or take the one that came along."""
        file: UploadedFile[Any] | None = self.cleaned_data.get("file")
        if file is not None:
            try:
                self.cleaned_data["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", gettext("The file is not text in UTF-8. Save it as “CSV UTF-8”."))

    def again(self) -> DaysFileForm:
        """Give the form of the next step, carrying the text along."""
        return type(self)(initial={"text": self.cleaned_data["text"]})


def put_in_force(
    form: HoursForm | ClosureForm | DropForm, calendar: Calendar, *, by: Person, at: datetime, reason: str = ""
) -> CalendarVersion | None:
    """Publish what ``form`` asks for; what speaks against it becomes an error of the form."""
    try:
        why = form.cleaned_data["reason"] or reason
        return publish_from(calendar, form.hours, by_name=by.name, at=at, reason=why)
    except BadHours as bad:
        form.add_error(None, spoken(bad))
        return None


def windows_text(pairs: list[list[str]]) -> str:
    """Write windows as people type them: ``09:00-12:00 13:00-18:00``."""
    return " ".join("-".join(pair) for pair in pairs)
