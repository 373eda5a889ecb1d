"""What is kept about outages beside themselves: corrections, claims that one does not count, and issued figures."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from itsm.flow import pick
from itsm.hours.models import CalendarVersion
from itsm.tickets.models import Outage

if TYPE_CHECKING:
    from itsm.people.models import Person

_PERSON = settings.AUTH_USER_MODEL


class OutageEdit(models.Model):
    """One correction of an outage: who, when, why, and what was there before. Append-only in the database too."""

    outage = models.ForeignKey(Outage, models.CASCADE, related_name="edits", verbose_name=_("outage"))
    at = models.DateTimeField(_("corrected"))
    by = models.ForeignKey(_PERSON, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    name = models.CharField(_("what was done"), max_length=20)
    reason = models.CharField(_("reason"), max_length=500)
    before: models.JSONField[Any, Any] = models.JSONField(default=dict)
    after: models.JSONField[Any, Any] = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("correction of an outage")
        verbose_name_plural = _("corrections of outages")
        ordering: ClassVar[list[str]] = ["outage", "pk"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="outage_edit_never_changes", operation=pgtrigger.Update)
        ]

    def __str__(self) -> str:
        return f"{self.outage_id} {self.name}"


class ClaimQuerySet(models.QuerySet["ExclusionClaim"]):
    """Questions about claims."""

    def visible_to(self, person: Person) -> ClaimQuerySet:
        """What ``person`` may know of: who works cases knows them all."""
        return self if person.is_worker else self.none()

    def undecided(self) -> ClaimQuerySet:
        """Only those that wait for a decision."""
        return self.filter(state=ExclusionClaim.State.CLAIMED)

    def approved(self) -> ClaimQuerySet:
        """Only those that count."""
        return self.filter(state=ExclusionClaim.State.APPROVED)

    def within(self, start: datetime, end: datetime) -> ClaimQuerySet:
        """Only those that overlap the time from ``start`` up to ``end``."""
        return self.filter(started_at__lt=end, ended_at__gt=start)


@pghistory.track()
class ExclusionClaim(models.Model):
    """The claim that a stretch of lost time does not count under a clause; it counts until this is approved."""

    class State(models.TextChoices):
        CLAIMED = "claimed", _("to be decided")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        WITHDRAWN = "withdrawn", _("withdrawn")

    service = models.ForeignKey(
        "catalogue.Service", models.PROTECT, related_name="exclusion_claims", verbose_name=_("service")
    )
    outage = models.ForeignKey(
        Outage, models.PROTECT, null=True, blank=True, related_name="claims", verbose_name=_("outage")
    )
    clause = models.ForeignKey(
        "sla.ExclusionClause", models.SET_NULL, null=True, blank=True, related_name="claims", verbose_name=_("clause")
    )
    clause_code = models.CharField(_("code of the clause"), max_length=40)
    clause_zh = models.CharField(_("clause (Chinese)"), max_length=400)
    clause_en = models.CharField(_("clause (English)"), max_length=400, blank=True)
    started_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("until"))
    reason = models.TextField(_("what happened"))
    evidence = models.TextField(_("evidence"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.CLAIMED)
    requested_by = models.ForeignKey(_PERSON, models.PROTECT, related_name="+", verbose_name=_("claimed by"))
    requested_at = models.DateTimeField(_("claimed"))
    decided_by = models.ForeignKey(
        _PERSON, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decision_note = models.TextField(_("reason of the decision"), blank=True)
    objection = models.TextField(_("objection of the customer"), blank=True)
    objected_at = models.DateTimeField(_("objected"), null=True, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("exclusion claim")
        verbose_name_plural = _("exclusion claims")
        ordering: ClassVar[list[str]] = ["-started_at", "-pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(ended_at__gt=models.F("started_at")), name="claim_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="approved") | ~models.Q(evidence=""), name="claim_approved_with_evidence"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["approved", "rejected"])
                | (
                    models.Q(decided_by__isnull=False, decided_at__isnull=False)
                    & ~models.Q(decided_by=models.F("requested_by"))
                ),
                name="claim_decided_by_another",
            ),
            models.UniqueConstraint(
                fields=["service", "clause_code", "started_at", "ended_at"],
                name="claim_once",
                condition=models.Q(state__in=["claimed", "approved"]),
                violation_error_message=_("The same time of the service is claimed already under this clause."),
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["service", "started_at"], name="claim_by_service"),
            models.Index(fields=["started_at"], condition=models.Q(state="claimed"), name="claim_undecided"),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def clause_words(self) -> str:
        """The words of the clause as they were when it was claimed, in the active language."""
        return pick(self.clause_zh, self.clause_en)


class ClaimFile(models.Model):
    """One file of evidence of a claim, kept under the hash of its content, never altered."""

    claim = models.ForeignKey(ExclusionClaim, models.CASCADE, related_name="files", verbose_name=_("exclusion claim"))
    name = models.CharField(_("name"), max_length=200)
    media_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(_PERSON, models.PROTECT, related_name="+", verbose_name=_("added by"))
    added_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("file of evidence")
        verbose_name_plural = _("files of evidence")
        ordering: ClassVar[list[str]] = ["claim", "pk"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="claim_file_never_changes", operation=pgtrigger.Update)
        ]

    def __str__(self) -> str:
        return self.name


class AvailabilityIssueQuerySet(models.QuerySet["AvailabilityIssue"]):
    """Questions about issued figures."""

    def visible_to(self, person: Person) -> AvailabilityIssueQuerySet:
        """What ``person`` may know of: who works cases knows them all."""
        return self if person.is_worker else self.none()

    def latest(self) -> AvailabilityIssueQuerySet:  # type: ignore[override]  # the newest of each period, not one row
        """Only the newest issue of each service and period."""
        return self.filter(superseded=False)


class AvailabilityIssue(models.Model):
    """The figures of a service for a period as they were issued once; a correction is a new issue beside it."""

    service = models.ForeignKey(
        "catalogue.Service", models.PROTECT, related_name="availability_issues", verbose_name=_("service")
    )
    starts_at = models.DateTimeField(_("period from"))
    ends_at = models.DateTimeField(_("period until"))
    number = models.PositiveSmallIntegerField(_("issue"))
    superseded = models.BooleanField(_("replaced by a later issue"), default=False)
    is_provisional = models.BooleanField(_("provisional"), default=False)
    figures: models.JSONField[Any, Any] = models.JSONField(default=dict)
    differences: models.JSONField[Any, Any] = models.JSONField(default=list)
    calendar_version = models.ForeignKey(
        CalendarVersion, models.PROTECT, null=True, related_name="+", verbose_name=_("hours")
    )
    issued_at = models.DateTimeField(_("issued"))
    issued_by = models.ForeignKey(_PERSON, models.PROTECT, null=True, related_name="+", verbose_name=_("issued by"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = AvailabilityIssueQuerySet.as_manager()

    class Meta:
        verbose_name = _("issued availability")
        verbose_name_plural = _("issued availability")
        ordering: ClassVar[list[str]] = ["-starts_at", "service", "-number"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("service", "starts_at", "ends_at", "number", name="availability_issue_once"),
            models.UniqueConstraint(
                "service",
                "starts_at",
                "ends_at",
                condition=models.Q(superseded=False),
                name="availability_one_in_force",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="availability_ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(number=1) | ~models.Q(reason=""), name="availability_reissued_with_reason"
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="availability_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="availability_never_changes", operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["superseded"]),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.service} {self.starts_at:%Y-%m-%d} #{self.number}"
