"""Complaint with the attempts to reach who complains, and suggestions and compliments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from itsm.flow import Flow, Moves
from itsm.tickets.models import Ticket
from itsm.tickets.querysets import TicketQuerySet
from relationships.complaint_flow import COMPLAINT
from relationships.customer_models import Customer as Customer
from relationships.customer_models import CustomerContact as CustomerContact
from relationships.customer_models import ServiceReview as ServiceReview
from relationships.querysets import FeedbackQuerySet
from relationships.spending_models import ContractBudget as ContractBudget
from relationships.spending_models import SupplierInvoice as SupplierInvoice
from relationships.supplier_models import Contract as Contract
from relationships.supplier_models import ContractTarget as ContractTarget
from relationships.supplier_models import Supplier as Supplier
from relationships.supplier_models import SupplierCase as SupplierCase
from relationships.supplier_models import SupplierContact as SupplierContact
from relationships.supplier_models import SupplierDispute as SupplierDispute
from relationships.supplier_models import SupplierEvaluation as SupplierEvaluation
from relationships.supplier_models import SupplierExchange as SupplierExchange

if TYPE_CHECKING:
    from itsm.people.models import Person


class Complaint(Moves(COMPLAINT), Ticket):  # type: ignore[misc]  # the base is made from the flow table
    """Somebody is dissatisfied; whom it is kept from is the person complained about, its assignee handles it."""

    class Nature(models.TextChoices):
        ATTITUDE = "attitude", _("attitude")
        TIMELINESS = "timeliness", _("timeliness")
        QUALITY = "quality", _("quality")
        COMMUNICATION = "communication", _("communication")
        PRICE = "price", _("price")
        POLICY = "policy", _("rules and policy")

    class Origin(models.TextChoices):
        PORTAL = "portal", _("portal")
        PHONE = "phone", _("phone")
        LETTER = "letter", _("letter or e-mail")
        MEETING = "meeting", _("meeting")
        SURVEY = "survey", _("satisfaction survey")

    process_key: ClassVar[str] = "complaint"
    flows: ClassVar[tuple[Flow, ...]]

    nature = models.CharField(_("category of the complaint"), max_length=16, choices=Nature.choices, blank=True)
    origin = models.CharField(_("how it reached us"), max_length=8, choices=Origin.choices, default=Origin.PORTAL)
    severity = models.PositiveSmallIntegerField(_("severity"), null=True, blank=True)
    wish = models.TextField(_("what would put it right"), blank=True)
    about_desk = models.BooleanField(_("about the service desk itself"), default=False)
    plan = models.TextField(_("how it will be handled"), blank=True)
    answer = models.TextField(_("answer"), blank=True)
    actions = models.TextField(_("what was done"), blank=True)
    answered_at = models.DateTimeField(_("first answered"), null=True, blank=True)
    consent_at = models.DateTimeField(_("consent given"), null=True, blank=True)
    consent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("consent by")
    )
    consent_evidence = models.TextField(_("evidence of consent"), blank=True)
    disagree_count = models.PositiveSmallIntegerField(_("times disagreed"), default=0)
    escalation_level = models.PositiveSmallIntegerField(_("escalation level"), default=0)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decision_reason = models.TextField(_("reason of the decision"), blank=True)
    root_theme = models.CharField(_("root theme"), max_length=160, blank=True)
    compensation = models.CharField(_("compensation"), max_length=160, blank=True)

    objects: ClassVar[Any] = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(severity__range=(1, 3)) | models.Q(severity=None), name="complaint_severity_1_to_3"
            ),
            models.CheckConstraint(condition=models.Q(escalation_level__lte=3), name="complaint_escalation_level_to_3"),
        ]

    @property
    def about_person(self) -> Person | None:
        """Who is complained about."""
        found: Person | None = self.kept_from
        return found


class ContactAttempt(models.Model):
    """One try to reach who complained, to ask for consent."""

    class Way(models.TextChoices):
        PHONE = "phone", _("phone")
        MAIL = "mail", _("e-mail")
        VISIT = "visit", _("visit")
        OTHER = "other", _("other")

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="attempts")
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    way = models.CharField(_("way"), max_length=8, choices=Way.choices)
    note = models.CharField(_("what came of it"), max_length=200)

    class Meta:
        ordering: ClassVar[list[str]] = ["complaint", "at", "pk"]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.at:%Y-%m-%d}"


class Feedback(models.Model):
    """A suggestion or compliment: noted, and answered where somebody wants to."""

    class Kind(models.TextChoices):
        SUGGESTION = "suggestion", _("suggestion")
        COMPLIMENT = "compliment", _("compliment")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    title = models.CharField(_("subject"), max_length=160)
    text = models.TextField(_("text"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("from whom"))
    service = models.ForeignKey(
        "catalogue.Service", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("service")
    )
    complaint = models.ForeignKey(Complaint, models.SET_NULL, null=True, blank=True, related_name="feedback")
    at = models.DateTimeField(_("when"))
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("suggestion or compliment")
        verbose_name_plural = _("suggestions and compliments")
        ordering: ClassVar[list[str]] = ["-at", "-pk"]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["-at", "-id"], name="feedback_by_time")]

    def __str__(self) -> str:
        return self.title


from relationships import survey_models as survey_models  # noqa: E402  # surveys stand in files of their own
