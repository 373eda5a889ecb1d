"""Person, Organisation, Site, Team, roles and the absent colleague's deputy."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any, ClassVar

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from itsm.flow import pick
from itsm.flow.roles import GRANTABLE, ROLES, STAFF
from itsm.people.managers import PersonManager, PersonQuerySet, TeamQuerySet


class Named(models.Model):
    """Something with a code and a name in both languages."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the active language."""
        return pick(self.name_zh, self.name_en)


@pghistory.track()
class Site(Named):
    """A place; closures of offices are announced for its county."""

    county = models.CharField(_("county"), max_length=40, blank=True)
    zone = models.CharField(_("time zone"), max_length=64, default="Asia/Taipei")

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")


@pghistory.track()
class Organisation(Named):
    """A unit of our own, a customer or a supplier; units form a tree and have a lead."""

    class Kind(models.TextChoices):
        UNIT = "unit", _("own unit")
        CUSTOMER = "customer", _("customer")
        SUPPLIER = "supplier", _("supplier")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.UNIT)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    lead = models.ForeignKey(
        "Person", models.SET_NULL, null=True, blank=True, related_name="leads_units", verbose_name=_("lead")
    )
    site = models.ForeignKey(Site, models.SET_NULL, null=True, blank=True, verbose_name=_("site"))

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")


@pghistory.track(exclude=["password", "last_login"])
class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who asks for help or gives it. Nobody is ever deleted; leavers are inactive."""

    class Theme(models.TextChoices):
        SYSTEM = "system", _("as the system")
        LIGHT = "light", _("light")
        DARK = "dark", _("dark")
        CONTRAST = "contrast", _("high contrast")

    username = models.CharField(_("user name"), max_length=80, unique=True)
    name = models.CharField(_("full name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True)
    employee_number = models.CharField(_("employee number"), max_length=40, blank=True)
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("unit")
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(
        _("language"), max_length=10, choices=[("zh-hant", "繁體中文"), ("en", "English")], default="zh-hant"
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="Asia/Taipei")
    theme = models.CharField(_("theme"), max_length=10, choices=Theme.choices, default=Theme.SYSTEM)
    density = models.CharField(_("row height"), max_length=12, default="normal")
    single_keys = models.BooleanField(_("single-key shortcuts"), default=True)
    is_vip = models.BooleanField(_("VIP"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("administrator of settings"), default=False)
    is_demo = models.BooleanField(_("fictitious person of the demo"), default=False)
    joined_at = models.DateTimeField(_("joined"), auto_now_add=True)

    objects = PersonManager.from_queryset(PersonQuerySet)()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(Lower("email"), condition=~models.Q(email=""), name="person_email_once"),
            models.UniqueConstraint(
                "employee_number", condition=~models.Q(employee_number=""), name="person_employee_number_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """The name as people write it."""
        return self.name

    def get_short_name(self) -> str:
        """The name as people write it."""
        return self.name

    @cached_property
    def role_codes(self) -> frozenset[str]:
        """Every role this person holds for any process; one query, remembered for the request."""
        return frozenset(role for role, _process in self.grants_held)

    @cached_property
    def grants_held(self) -> frozenset[tuple[str, str]]:
        """Pairs (role, process), process "" for all; one query, remembered for the request."""
        return frozenset(self.grants.values_list("role", "process"))

    @cached_property
    def team_ids(self) -> frozenset[int]:
        """The teams this person belongs to; one query, remembered for the request."""
        return frozenset(self.teams.values_list("pk", flat=True))

    @cached_property
    def leads_a_team(self) -> bool:
        """Tell whether the person is the lead of a team that gets work; one query, remembered for the request."""
        return Team.objects.active().filter(lead=self.pk).exists()

    @cached_property
    def led_unit_ids(self) -> frozenset[int]:
        """The units this person leads, with all below them."""
        from itsm.people.queries import units_led_by

        return units_led_by(self)

    def holds(self, *roles: str, process: str = "") -> bool:
        """Tell whether the person holds one of ``roles`` for ``process`` (a grant for all processes counts)."""
        return any(role in roles and scope in ("", process) for role, scope in self.grants_held)

    @property
    def is_worker(self) -> bool:
        """Tell whether the person works at the desk's screens."""
        return bool(self.role_codes & STAFF) or self.is_staff


@pghistory.track()
class Team(Named):
    """A group that cases are assigned to; tier 1 is the desk, tier 2 the second line."""

    tier = models.PositiveSmallIntegerField(_("tier"), default=1, choices=[(1, "1"), (2, "2"), (3, "3")])
    lead = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="leads_teams", verbose_name=_("lead")
    )
    members = models.ManyToManyField(Person, blank=True, related_name="teams", verbose_name=_("members"))
    calendar = models.ForeignKey("hours.Calendar", models.PROTECT, null=True, blank=True, verbose_name=_("calendar"))
    email = models.EmailField(_("e-mail"), blank=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["tier", "code"]


@pghistory.track()
class RoleGrant(models.Model):
    """A role that a person holds, for one process or for all."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="grants", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=40)
    process = models.CharField(_("process"), max_length=40, blank=True, help_text=_("Empty: for every process."))

    class Meta:
        verbose_name = _("role of a person")
        verbose_name_plural = _("roles of people")
        constraints = [models.UniqueConstraint("person", "role", "process", name="role_granted_once")]

    def __str__(self) -> str:
        return f"{self.person} · {ROLES[self.role]}"

    def clean(self) -> None:
        """Refuse a role that does not exist or follows from a record."""
        if self.role not in GRANTABLE:
            raise ValidationError({"role": _("This role cannot be granted.")})


@pghistory.track()
class Absence(models.Model):
    """Days on which a deputy acts for an absent colleague."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="absences", verbose_name=_("absent person"))
    deputy = models.ForeignKey(Person, models.PROTECT, related_name="stands_in", verbose_name=_("deputy"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="absence_ends_after_start"
            ),
            models.CheckConstraint(condition=~models.Q(person=models.F("deputy")), name="absence_deputy_is_another"),
        ]

    def __str__(self) -> str:
        return f"{self.person} → {self.deputy}"

    def covers(self, day: date) -> bool:
        """Tell whether the deputy acts on ``day``."""
        return self.starts_on <= day <= self.ends_on


class SignInAttempt(models.Model):
    """A failed or good sign-in, kept to slow down guessing."""

    account = models.CharField(max_length=160)
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField()
    succeeded = models.BooleanField()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["account", "-at"], name="sign_in_by_account"),
            models.Index(fields=["address", "-at"], name="sign_in_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.at:%Y-%m-%d %H:%M}"


class OpenSession(models.Model):
    """A sign-in that is still open, so that its owner can see and end it."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="sessions")
    session_key = models.CharField(max_length=40, unique=True)
    since = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-since"]

    def __str__(self) -> str:
        return f"{self.person} {self.since:%Y-%m-%d %H:%M}"
