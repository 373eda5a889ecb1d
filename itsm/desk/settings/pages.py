"""What the pages of settings share: a form that speaks plainly, and the page that shows one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from psycopg2.errors import UniqueViolation

from itsm.desk.settings import seen
from itsm.people.requests import PersonRequest
from itsm.records.refusals import Stale
from itsm.ui.answers import done


class SettingForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """A form of one row; rules of the database that it breaks are told as sentences of ``broken``.

    ``fixed`` are fields that others refer to: they are chosen once, when the row is made.
    """

    broken: ClassVar[Mapping[str, str | Promise]] = {}
    fixed: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for name in self.fixed:
            self.fields[name].disabled = self.instance.pk is not None

    def _update_errors(self, errors: ValidationError) -> None:
        found = getattr(errors, "error_dict", {}).get(NON_FIELD_ERRORS, [])
        for index, error in enumerate(found):
            for name, sentence in self.broken.items():
                if name in str(error.message):
                    found[index] = ValidationError(str(sentence))
        super()._update_errors(errors)  # type: ignore[misc]  # unknown to the stubs


def edit(
    request: PersonRequest,
    form: forms.BaseForm,
    *,
    title: str,
    back: str,
    template: str = "settings/form.html",
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show ``form`` under ``title``; when it was sent, is right and nobody was faster, save it and go ``back``."""
    sent = request.POST.get("seen", "")
    shown = sent or seen.of_form(form)
    if request.method == "POST" and _saved(form, sent):
        return done(request, back, say=_("Saved."))
    context = {"form": form, "title": title, "back": back, "seen": shown, **(more or {})}
    return render(request, template, context, status=422 if form.errors else 200)


def _saved(form: Any, sent: str) -> bool:
    """Save a form that is right; what somebody else wrote at the same moment is told in it."""
    try:
        with transaction.atomic():
            is_right = form.is_valid() and seen.is_newest(form, sent)
            if is_right:
                form.save()
    except IntegrityError as fault:
        form.add_error(None, overtaken(form, fault))
        return False
    return bool(is_right)


def overtaken(form: Any, fault: IntegrityError) -> str:
    """Give the sentence for a row that somebody else wrote between the look at the rules and the save.

    :raises IntegrityError: if it is another fault
    """
    if not isinstance(fault.__cause__, UniqueViolation):
        raise fault
    broken = getattr(form, "broken", {}).items()
    return next((str(sentence) for name, sentence in broken if name in str(fault)), str(Stale()))
