"""Customers, who speaks for them, and the service reviews held with them."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from itsm.flow import Flow, Moves
from itsm.records.models import PlainRecord
from relationships.register_flow import SERVICE_REVIEW
from relationships.supplier_models import person
from relationships.supplier_querysets import CustomerQuerySet, ReviewQuerySet


@pghistory.track()
class Customer(models.Model):
    """A customer, or a unit of our own that is one: who of us keeps the relationship, what it gets."""

    organisation = models.OneToOneField(
        "people.Organisation", models.PROTECT, related_name="customer", verbose_name=_("organisation")
    )
    account_owner = person(_("account owner"))
    services: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "catalogue.Service", blank=True, related_name="customers", verbose_name=_("services")
    )
    needs = models.TextField(_("business needs"), blank=True)
    next_review_on = models.DateField(_("next service review"), null=True, blank=True)

    objects: ClassVar[Any] = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")

    def __str__(self) -> str:
        return str(self.organisation)


@pghistory.track()
class CustomerContact(models.Model):
    """Who speaks for a customer, or has an interest in what it gets."""

    class Kind(models.TextChoices):
        REPRESENTATIVE = "representative", _("representative")
        USER = "user", _("speaks for the users")
        INTERESTED = "interested", _("other interested party")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.REPRESENTATIVE)
    name = models.CharField(_("name"), max_length=80)
    role = models.CharField(_("role"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["customer", "pk"]

    def __str__(self) -> str:
        return self.name


class ServiceReview(Moves(SERVICE_REVIEW), PlainRecord):  # type: ignore[misc]  # the base is made from the flow table
    """A review of the services with a customer: agenda from the records of the period, minutes, decisions, signature."""

    process_key: ClassVar[str] = "service_review"
    flows: ClassVar[tuple[Flow, ...]]

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="reviews", verbose_name=_("customer"))
    planned_on = models.DateField(_("planned for"))
    period_start = models.DateField(_("period from"))
    period_end = models.DateField(_("period to"))
    attendees = models.TextField(_("attendees"), blank=True)
    minutes = models.TextField(_("minutes"), blank=True)
    decisions = models.TextField(_("decisions and actions"), blank=True)
    business_changes = models.TextField(_("changes in the customer's business"), blank=True)
    new_requirements = models.TextField(_("new requirements"), blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.CharField(_("signed for the customer by"), max_length=160, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("service review")
        verbose_name_plural = _("service reviews")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(period_end__gte=models.F("period_start")), name="review_period_runs_forward"
            )
        ]
