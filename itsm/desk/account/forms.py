"""Forms of one's own account."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from itsm.desk.account import throttle
from itsm.notices import outbox
from itsm.people.models import Absence, Person


class SignInForm(AuthenticationForm):
    """User name or e-mail, and password; too many failures must wait."""

    error_messages = {
        "invalid_login": _("The name or the password is wrong."),
        "inactive": _("The name or the password is wrong."),
        "wait": _("Too many attempts. Wait five minutes and try again, or reset the password."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name or e-mail")

    def clean(self) -> dict[str, Any]:
        """Judge the attempt and write it down.

        :raises ValidationError: if it fails, without telling which part is wrong
        """
        account, now = str(self.cleaned_data.get("username", "")), timezone.now()
        address = self.request.META.get("REMOTE_ADDR") if self.request else None
        if throttle.must_wait(account=account, address=address, at=now):
            raise ValidationError(self.error_messages["wait"], code="wait")
        try:
            cleaned = super().clean()
        except ValidationError:
            throttle.note(account=account, address=address, at=now, succeeded=False)
            raise
        throttle.note(account=account, address=address, at=now, succeeded=True)
        return dict(cleaned)


class ResetForm(PasswordResetForm):
    """Asks for the address; the answer is the same whether it is known or not."""

    def send_mail(
        self, subject_template_name: str, email_template_name: str, context: dict[str, Any], from_email: str | None,
        to_email: str, html_email_template_name: str | None = None,
    ) -> None:  # fmt: skip
        """Put the link into the outbox, in the person's language."""
        person: Person = context["user"]
        outbox.put(
            dedupe_key=f"reset:{person.pk}:{context['token']}", event="account", template="password_reset", person_id=person.pk,
            facts={"uid": context["uid"], "token": context["token"]}, at=timezone.now(),
        )  # fmt: skip


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    """What a person may change about themselves."""

    class Meta:
        model = Person
        fields = ("phone", "language", "time_zone", "theme", "density", "single_keys")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["density"] = forms.ChoiceField(
            label=_("Row height"),
            choices=[("compact", _("compact")), ("normal", _("normal")), ("comfortable", _("comfortable"))],
        )
        self.fields["single_keys"].help_text = _("Keys such as j, k and e work outside fields.")

    def clean_time_zone(self) -> str:
        """Accept only time zones that exist.

        :raises ValidationError: otherwise
        """
        zone = str(self.cleaned_data["time_zone"])
        if zone not in zoneinfo.available_timezones():
            raise ValidationError(_("There is no such time zone; an example is Asia/Taipei."))
        return zone


def deputies_for(person: Person) -> QuerySet[Person]:
    """List who may act for ``person``: colleagues of the own unit, and for those who work cases everybody with a role."""
    offered = Q(unit=person.unit_id) if person.unit_id else Q(pk__in=[])
    if person.is_worker:
        offered |= Q(grants__isnull=False)
    return Person.objects.active().filter(offered).exclude(pk=person.pk).order_by("name", "pk").distinct()


class AbsenceForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    """Days on which a colleague acts for oneself."""

    class Meta:
        model = Absence
        fields = ("deputy", "starts_on", "ends_on")
        widgets = {
            "starts_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "ends_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.person = person
        self.fields["deputy"].queryset = deputies_for(person)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Accept only days in order.

        :raises ValidationError: if the end lies before the start
        """
        cleaned = super().clean() or {}
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            raise ValidationError({"ends_on": _("The last day lies before the first.")})
        return cleaned
