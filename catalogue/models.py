"""Service, Category and RequestItem: what the desk offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.items import plans
from catalogue.items.entitlement import entitles
from catalogue.items.fields import FormField, read
from itsm.flow import pick
from itsm.people.models import Named, Organisation

if TYPE_CHECKING:
    from itsm.people.models import Person


class ServiceQuerySet(models.QuerySet["Service"]):
    """Questions about services."""

    def live(self) -> ServiceQuerySet:
        """Only services that run now."""
        return self.filter(lifecycle=Service.Lifecycle.LIVE, is_active=True)

    def visible_to(self, person: Person) -> ServiceQuerySet:
        """Every service for those who work cases; otherwise live ones for everyone or for one's own unit."""
        return self if person.is_worker else self.for_unit_of(person)

    def for_unit_of(self, person: Person) -> ServiceQuerySet:
        """Live services for everyone, or for the unit of ``person`` or one above it."""
        return self.live().filter(entitles(person)).distinct()


@pghistory.track()
class Service(Named):
    """A service as the catalogue describes it: the eight fields of its edition in force, and where it stands in its life.

    The database lets it become live or retired only by a closed change with a service transition of the right kind.
    """

    class Kind(models.TextChoices):
        BUSINESS = "business", _("business service")
        SUPPORTING = "supporting", _("supporting service")
        TECHNICAL = "technical", _("technical service")

    class Lifecycle(models.TextChoices):
        DESIGN = "design", _("in design")
        LIVE = "live", _("live")
        RETIRING = "retiring", _("being retired")
        RETIRED = "retired", _("retired")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.BUSINESS)
    service_type_zh = models.CharField(_("service type (Chinese)"), max_length=120, blank=True)
    service_type_en = models.CharField(_("service type (English)"), max_length=120, blank=True)
    audiences = models.ManyToManyField(
        Organisation, blank=True, verbose_name=_("audience"), help_text=_("Empty: everyone.")
    )
    audience_zh = models.CharField(_("audience in words (Chinese)"), max_length=400, blank=True)
    audience_en = models.CharField(_("audience in words (English)"), max_length=400, blank=True)
    description_zh = models.TextField(_("content (Chinese)"), blank=True)
    description_en = models.TextField(_("content (English)"), blank=True)
    frequency_zh = models.CharField(_("hours and frequency in words (Chinese)"), max_length=400, blank=True)
    frequency_en = models.CharField(_("hours and frequency in words (English)"), max_length=400, blank=True)
    escalation_zh = models.TextField(_("escalation method (Chinese)"), blank=True)
    escalation_en = models.TextField(_("escalation method (English)"), blank=True)
    price = models.PositiveBigIntegerField(_("price (NT$)"), null=True, blank=True, help_text=_("0: free of charge."))
    price_unit_zh = models.CharField(_("per what (Chinese)"), max_length=80, blank=True)
    price_unit_en = models.CharField(_("per what (English)"), max_length=80, blank=True)
    hours = models.ForeignKey("hours.Calendar", models.PROTECT, related_name="+", verbose_name=_("service hours"))
    support_team = models.ForeignKey("people.Team", models.PROTECT, related_name="+", verbose_name=_("operations team"))
    second_line_team = models.ForeignKey(
        "people.Team", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("second-line team")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="owns_services", verbose_name=_("service owner")
    )
    criticality = models.PositiveSmallIntegerField(
        _("criticality"), default=3, choices=[(1, "1"), (2, "2"), (3, "3"), (4, "4")]
    )
    lifecycle = models.CharField(_("lifecycle"), max_length=10, choices=Lifecycle.choices, default=Lifecycle.LIVE)
    root_ci = models.ForeignKey(
        "configuration.ConfigurationItem", models.SET_NULL, null=True, blank=True, related_name="root_of",
        verbose_name=_("root item"), help_text=_("The configuration item that stands for the service."),
    )  # fmt: skip

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["code"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                "root_ci",
                name="service_root_ci_once",
                violation_error_message=_("This item stands for another service already."),
            )
        ]

    @property
    def description(self) -> str:
        """The content in the active language."""
        return pick(self.description_zh, self.description_en)

    @property
    def service_type(self) -> str:
        """The type in the active language."""
        return pick(self.service_type_zh, self.service_type_en)

    @property
    def audience(self) -> str:
        """Whom it is for, in the active language."""
        return pick(self.audience_zh, self.audience_en)

    @property
    def frequency(self) -> str:
        """When and how often it is given, in the active language."""
        return pick(self.frequency_zh, self.frequency_en)

    @property
    def escalation(self) -> str:
        """How trouble with it is escalated, in the active language."""
        return pick(self.escalation_zh, self.escalation_en)

    @property
    def price_unit(self) -> str:
        """For what the price is, in the active language."""
        return pick(self.price_unit_zh, self.price_unit_en)

    @property
    def is_live(self) -> bool:
        """Tell whether the service runs now."""
        return self.is_active and self.lifecycle == self.Lifecycle.LIVE


@pghistory.track()
class Category(Named):
    """What a case is about, within any service."""

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name=_("belongs to"))
    first_contact = models.BooleanField(
        _("may be solved at first contact"), default=False,
        help_text=_("Such cases count in “Resolved at first contact” by whatever channel they came."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["code"]


class RequestItemQuerySet(models.QuerySet["RequestItem"]):
    """Questions about what may be ordered."""

    def visible_to(self, person: Person) -> RequestItemQuerySet:
        """Every item on offer for those who work cases; for others what they are entitled to."""
        if person.is_worker:
            return self.filter(is_active=True, service__in=Service.objects.live())
        return self.for_unit_of(person)

    def for_unit_of(self, person: Person) -> RequestItemQuerySet:
        """Items on offer to the unit of ``person``: their service is for it, and so are they."""
        mine = self.filter(is_active=True, service__in=Service.objects.for_unit_of(person))
        return mine.filter(entitles(person)).distinct()


@pghistory.track()
class RequestItem(Named):
    """Something that may be ordered, with its fulfilment target, approval rule and tasks."""

    class Approval(models.TextChoices):
        NONE = "none", _("no approval")
        UNIT_LEAD = "unit_lead", _("lead of the requester's unit")
        SERVICE_OWNER = "service_owner", _("service owner")
        POLICY = "policy", _("several people")

    class Rule(models.TextChoices):
        ANY = "any", _("one of them is enough")
        ALL = "all", _("all of them")
        COUNT = "count", _("so many of them")
        QUORUM = "quorum", _("more yes than no among so many who answer")

    service = models.ForeignKey(Service, models.PROTECT, related_name="items", verbose_name=_("service"))
    description_zh = models.TextField(_("description (Chinese)"), blank=True)
    description_en = models.TextField(_("description (English)"), blank=True)
    target_seconds = models.PositiveIntegerField(_("fulfilment target (seconds of service hours)"))
    approval = models.CharField(_("approval"), max_length=16, choices=Approval.choices, default=Approval.NONE)
    tasks: models.JSONField[Any, Any] = models.JSONField(
        _("tasks"), default=list, blank=True, help_text=_("A list of [Chinese title, English title].")
    )
    form: models.JSONField[Any, Any] = models.JSONField(_("form"), default=list, blank=True)
    approval_rule = models.CharField(_("how many must approve"), max_length=6, choices=Rule.choices, default=Rule.ALL)
    approval_needed = models.PositiveSmallIntegerField(_("how many"), default=1)
    approval_lead = models.BooleanField(_("the lead of the requester's unit is asked"), default=False)
    approval_owner = models.BooleanField(_("the service owner is asked"), default=False)
    approvers: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("these people are asked")
    )
    audiences: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        Organisation, blank=True, related_name="+", verbose_name=_("audience"), help_text=_("Empty: as its service.")
    )
    opens_change = models.BooleanField(_("an order opens a change"), default=False)
    change_template = models.CharField(
        _("code of the standard change"),
        max_length=40,
        blank=True,
        help_text=_("The template that the change follows."),
    )
    keywords = models.CharField(_("search words"), max_length=200, blank=True)
    sort = models.PositiveSmallIntegerField(_("order"), default=100)

    objects = RequestItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("request item")
        verbose_name_plural = _("request items")
        ordering: ClassVar[list[str]] = ["sort", "code"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(approval_needed__gte=1),
                name="item_approval_needs_somebody",
                violation_error_message=_("At least one person approves."),
            ),
            models.CheckConstraint(
                condition=models.Q(change_template="") | models.Q(opens_change=True),
                name="item_template_opens_change",
                violation_error_message=_("Only for an item whose order opens a change."),
            ),
        ]

    @property
    def form_fields(self) -> tuple[FormField, ...]:
        """The fields of its form."""
        return read(self.form)

    @property
    def plan(self) -> tuple[plans.PlannedTask, ...]:
        """The plan of its tasks."""
        return plans.read(self.tasks)

    @property
    def description(self) -> str:
        """The description in the active language."""
        return pick(self.description_zh, self.description_en)


from catalogue.editions.models import ServiceEdition as ServiceEdition  # noqa: E402
from catalogue.transition.models import (  # noqa: E402  # the rest of the app's models, after what they point to
    AcceptanceCriterion as AcceptanceCriterion,
)
from catalogue.transition.models import ServiceTransition as ServiceTransition  # noqa: E402
from catalogue.transition.models import TransitionCheck as TransitionCheck  # noqa: E402
