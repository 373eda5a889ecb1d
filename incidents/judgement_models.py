"""The weekly sample of judgements: cases that were judged to be incidents or requests, looked at by a second person."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from itsm.tickets.models import Ticket


class JudgementSample(models.Model):
    """What was drawn of one week, so that anybody can draw it again: the seed and how many were judged."""

    week = models.DateField(_("week beginning on"), unique=True)
    seed = models.CharField(_("seed"), max_length=40)
    population = models.PositiveIntegerField(_("judged in the week"))
    drawn_at = models.DateTimeField(_("drawn"))

    class Meta:
        app_label = "incidents"
        verbose_name = _("sample of judgements")
        verbose_name_plural = _("samples of judgements")
        ordering: ClassVar[list[str]] = ["-week"]

    def __str__(self) -> str:
        return f"{self.week:%Y-%m-%d}"


class JudgementCheck(models.Model):
    """One case of a sample: what it was judged to be and by whom, and what a second person finds it to be."""

    class Matter(models.TextChoices):
        INCIDENT = "incident", _("an incident")
        REQUEST = "service_request", _("a service request")
        PROBLEM = "problem", _("a problem")
        COMPLAINT = "complaint", _("a complaint")

    sample = models.ForeignKey(JudgementSample, models.CASCADE, related_name="checks")
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+", verbose_name=_("case"))
    judged = models.CharField(_("judged to be"), max_length=16, choices=Matter.choices)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    found = models.CharField(_("found to be"), max_length=16, choices=Matter.choices, blank=True)
    note = models.CharField(_("reason"), max_length=500, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "incidents"
        verbose_name = _("check of a judgement")
        verbose_name_plural = _("checks of judgements")
        ordering: ClassVar[list[str]] = ["pk"]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["checked_at"], name="judgement_checked")]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("sample", "ticket", name="judgement_drawn_once"),
            models.CheckConstraint(
                condition=models.Q(found="", checked_by=None, checked_at=None)
                | (~models.Q(found="") & models.Q(checked_by__isnull=False, checked_at__isnull=False)),
                name="judgement_checked_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(checked_by=None) | ~models.Q(checked_by=models.F("judged_by")),
                name="judgement_checked_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(found="") | models.Q(found=models.F("judged")) | ~models.Q(note=""),
                name="judgement_other_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sample_id} {self.ticket_id}"
