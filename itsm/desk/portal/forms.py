"""What requesters fill in: few fields, plain words."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalogue.models import RequestItem, Service
from itsm.people.models import Person
from itsm.records.refusable import Refusable

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

MOST_FILES = 20
STILL_WORKING = [
    ("no", _("No, I cannot work")),
    ("partly", _("Partly, or by a detour")),
    ("yes", _("Yes, it is only a nuisance")),
]


class FilesInput(forms.ClearableFileInput):
    """Takes several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files up to the limit; each is judged for its size before anything is made."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """This will give the files.

        :raises ValidationError: if there are too many, or one is empty or too large
        """
        files = [super(FilesField, self).clean(one, initial) for one in data or []]
        if len(files) > MOST_FILES:
            raise ValidationError(gettext("At most %(most)s files at once.") % {"most": MOST_FILES})
        limit = settings.ATTACHMENT_MAX_BYTES
        for file in files:
            if file.size > limit:
                words = {"name": file.name, "limit": limit // (1024 * 1024)}
                raise ValidationError(gettext("“%(name)s” is larger than %(limit)s MB.") % words)
        return files


class CaseForm(Refusable):
    """What both ways of asking share."""

    form = forms.RegexField(r"^[0-9a-f]{32}$", required=False, widget=forms.HiddenInput)

    def __init__(
        self, person: Person, data: Any = None, files: Any = None, initial: dict[str, Any] | None = None
    ) -> None:
        """This will offer what ``person`` may choose; each new form has a mark by which it makes one case only."""
        super().__init__(data, files, initial={"form": uuid.uuid4().hex} | (initial or {}))
        self.person = person
        if "service" in self.fields:
            field: Any = self.fields["service"]
            field.queryset = Service.objects.visible_to(person).live().order_by("code")


class ReportForm(CaseForm):
    """Something is broken."""

    title = forms.CharField(
        label=_("What is wrong?"), max_length=160, help_text=_("A few words, as you would say it on the phone.")
    )
    details = forms.CharField(
        label=_("What happened, and what have you tried?"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea({"rows": 5}),
    )
    service = forms.ModelChoiceField(
        label=_("What is it about?"),
        queryset=Service.objects.none(),
        required=False,
        to_field_name="code",
        empty_label=_("I do not know"),
    )
    still_working = forms.ChoiceField(label=_("Can you still work?"), choices=STILL_WORKING, widget=forms.RadioSelect)
    needed_by = forms.CharField(
        label=_("Until when do you need it?"),
        required=False,
        max_length=120,
        help_text=_("If something depends on it: an exam, a deadline, an event."),
    )
    uploads = FilesField(label=_("Photo or file"), required=False)
    confidential = forms.BooleanField(label=_("Only the people who work on it may read this"), required=False)

    def description(self) -> str:
        """This will give the text of the case, with the date by which it is needed."""
        text: str = self.cleaned_data["details"]
        needed = self.cleaned_data["needed_by"].strip()
        return f"{text}\n\n{gettext('Needed by')}: {needed}".strip() if needed else text


class OrderForm(CaseForm):
    """Something of the catalogue is needed."""

    requested_for = forms.ModelChoiceField(
        label=_("Who is it for?"), queryset=Person.objects.none(), required=False, empty_label=_("For me")
    )
    details = forms.CharField(
        label=_("What should we know?"), required=False, max_length=20_000, widget=forms.Textarea({"rows": 5})
    )
    uploads = FilesField(label=_("Photo or file"), required=False)

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        """This will offer the colleagues of the own unit."""
        super().__init__(person, *args, **kwargs)
        field: Any = self.fields["requested_for"]
        field.queryset = colleagues(person)


class AskForm(OrderForm):
    """Something is needed that the catalogue does not name."""

    title = forms.CharField(label=_("What do you need?"), max_length=160)
    service = forms.ModelChoiceField(
        label=_("What is it about?"),
        queryset=Service.objects.none(),
        required=False,
        to_field_name="code",
        empty_label=_("I do not know"),
    )
    field_order = ("title", "details", "service", "requested_for", "uploads")


def colleagues(person: Person) -> Any:
    """This will list the active people of the person's own unit, for whom something may be asked."""
    if person.unit_id is None:
        return Person.objects.none()
    return Person.objects.active().filter(unit=person.unit_id).exclude(pk=person.pk).order_by("name", "pk")


def items_like(person: Person, words: str) -> list[RequestItem]:
    """This will list what ``person`` may order whose names or search words hold all of ``words``."""
    wanted = words.lower().split()
    items = RequestItem.objects.for_unit_of(person).select_related("service").order_by("service__code", "sort", "code")
    return [item for item in items if all(word in _searched(item) for word in wanted)]


def _searched(item: RequestItem) -> str:
    fields = (
        item.name_zh,
        item.name_en,
        item.keywords,
        item.description_zh,
        item.description_en,
        item.service.name_zh,
        item.service.name_en,
    )
    return " ".join(fields).lower()
