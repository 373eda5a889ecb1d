"""Incident, ServiceRequest and what a major incident keeps."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField

from incidents.incident_flow import INCIDENT
from incidents.major_flow import MAJOR_INCIDENT
from incidents.request_flow import SERVICE_REQUEST
from itsm.flow import Flow, Moves
from itsm.tickets.models import Ticket
from itsm.tickets.querysets import TicketQuerySet


class Incident(Moves(INCIDENT, MAJOR_INCIDENT), Ticket):  # type: ignore[misc]  # the base is made from the flow tables
    """Something that does not work as agreed."""

    process_key: ClassVar[str] = "incident"
    flows: ClassVar[tuple[Flow, ...]]

    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reported",
        verbose_name=_("reporter"),
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent incident")
    )
    component = models.CharField(_("affected component"), max_length=160, blank=True)
    causal_component = models.CharField(_("causal component"), max_length=160, blank=True)
    detected_at = models.DateTimeField(null=True, blank=True)
    occurred_at = models.DateTimeField(_("occurred"), null=True, blank=True)
    restored_at = models.DateTimeField(_("service restored"), null=True, blank=True)
    affected_users = models.PositiveIntegerField(_("users affected"), null=True, blank=True)
    alarm_source = models.CharField(max_length=60, blank=True)
    dedupe_key = models.CharField(max_length=200, blank=True)
    occurrences = models.PositiveIntegerField(default=1)
    last_occurred_at = models.DateTimeField(null=True, blank=True)
    cleared_at = models.DateTimeField(null=True, blank=True)
    resolution_code = models.CharField(max_length=24, blank=True)
    resolution_note = models.TextField(blank=True)
    resolved_tier = models.PositiveSmallIntegerField(null=True, blank=True)
    is_security = models.BooleanField(_("security incident"), default=False)
    major_status = FSMField(_("major incident"), max_length=12, default="none", protected=True)
    major_criterion = models.CharField(max_length=200, blank=True)
    major_declared_at = models.DateTimeField(null=True, blank=True)
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lead")
    )
    comms_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("communications owner"),
    )
    next_update_at = models.DateTimeField(_("next update"), null=True, blank=True)
    war_room = models.CharField(_("war room"), max_length=200, blank=True)

    objects: ClassVar[Any] = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                "alarm_source",
                "dedupe_key",
                condition=~models.Q(dedupe_key="") & models.Q(cleared_at=None),
                name="incident_open_alarm_once",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["major_status"], condition=~models.Q(major_status="none"), name="incident_major"),
            models.Index(fields=["parent"], condition=models.Q(parent__isnull=False), name="incident_children"),
        ]

    @property
    def is_major(self) -> bool:
        """Tell whether it was declared major and not demoted."""
        return self.major_status in ("declared", "restored", "reviewed")


class MajorIncidentReport(models.Model):
    """What is owed after a major incident."""

    incident = models.OneToOneField(Incident, models.CASCADE, related_name="report")
    impact = models.TextField(_("impact"), blank=True)
    users = models.PositiveIntegerField(_("users affected"), null=True, blank=True)
    cause = models.TextField(_("cause in short"), blank=True)
    handling = models.TextField(_("handling"), blank=True)
    went_well = models.TextField(_("what went well"), blank=True)
    went_badly = models.TextField(_("what went badly"), blank=True)
    actions = models.TextField(_("actions"), blank=True)
    lessons = models.TextField(_("lessons"), blank=True)
    attendees = models.TextField(_("attendees"), blank=True)
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    management_told_at = models.DateTimeField(_("top management told"), null=True, blank=True)
    management_told_how = models.CharField(_("how told"), max_length=120, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.incident_id}"

    #: What must be filled before a major incident may close.
    OWED: ClassVar[tuple[str, ...]] = ("impact", "cause", "handling", "actions")

    def is_complete(self) -> bool:
        """Tell whether everything owed is filled and top management was told."""
        return all(getattr(self, name).strip() for name in self.OWED) and self.management_told_at is not None


class MajorUpdate(models.Model):
    """One published status update of a major incident."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="updates")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    text_zh = models.TextField(_("text (Chinese)"), blank=True)
    text_en = models.TextField(_("text (English)"), blank=True)
    to_everyone = models.BooleanField(_("also as announcement to everyone"), default=False)

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["incident", "-at"], name="major_update_by_incident")]

    def __str__(self) -> str:
        return self.text_zh[:60] or self.text_en[:60]

    @property
    def text(self) -> str:
        """The text in the active language."""
        from itsm.flow import pick

        return pick(self.text_zh, self.text_en)


class ServiceRequest(Moves(SERVICE_REQUEST), Ticket):  # type: ignore[misc]  # the base is made from the flow table
    """Something that somebody needs and the catalogue offers."""

    process_key: ClassVar[str] = "service_request"
    flows: ClassVar[tuple[Flow, ...]]

    request_item = models.ForeignKey(
        "catalogue.RequestItem", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("request item")
    )
    fulfilment_code = models.CharField(max_length=24, blank=True)
    fulfilment_note = models.TextField(blank=True)
    expected_at = models.DateTimeField(null=True, blank=True)
    approval_granted_at = models.DateTimeField(null=True, blank=True)
    approval_terms: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    answers: models.JSONField[Any, Any] = models.JSONField(_("form"), default=list, blank=True)

    objects: ClassVar[Any] = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("service request")
        verbose_name_plural = _("service requests")


from incidents.judgement_models import (  # noqa: E402  # below the cases, in a file of their own
    JudgementCheck as JudgementCheck,
)
from incidents.judgement_models import (  # noqa: E402  # as above
    JudgementSample as JudgementSample,
)
