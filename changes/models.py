"""The change, and the templates of standard changes."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from changes.asks import QUESTIONS, TRIGGERS
from changes.flow import CHANGE
from changes.template_models import StandardTemplate as StandardTemplate
from itsm.flow import Flow, Moves
from itsm.tickets.models import Ticket
from itsm.tickets.querysets import TicketQuerySet


def _text(label: Any = "") -> Any:
    return models.TextField(label, blank=True)


def _person(label: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class Change(Moves(CHANGE), Ticket):  # type: ignore[misc]  # the base is made from the flow table
    """A request for change; its requester is the case's, its implementer carries it out."""

    class ChangeClass(models.TextChoices):
        STANDARD = "standard", _("standard")
        MINOR = "minor", _("minor")
        MAJOR = "major", _("major")
        EMERGENCY = "emergency", _("emergency")

    class Outcome(models.TextChoices):
        SUCCESSFUL = "successful", _("successful")
        WITH_ISSUES = "with_issues", _("with issues")
        FAILED = "failed", _("failed")
        BACKED_OUT = "backed_out", _("backed out")
        CANCELLED = "cancelled", _("cancelled")

    process_key: ClassVar[str] = "change"
    flows: ClassVar[tuple[Flow, ...]]

    asked_by = _person(_("change requester"))  # the requester once more, so that the table itself can hold them apart
    change_class = models.CharField(_("class"), max_length=10, choices=ChangeClass.choices, blank=True)
    class_basis: models.JSONField[Any, Any] = models.JSONField(default=list, blank=True)
    override_reason = _text(_("reason for another class"))
    reason_kind = models.CharField(_("kind of reason"), max_length=10, blank=True)
    justification = _text(_("reason for the change"))
    benefit = _text(_("benefit"))
    service_change_reason = _text(_("why it is a service change, or an ordinary one"))
    impact_text = _text(_("impact and risk"))
    no_ci_reason = _text(_("why no configuration item is affected"))
    affected_services: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "catalogue.Service", blank=True, related_name="+", verbose_name=_("affected services")
    )
    risk_answers: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    risk_origins: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    risk_score = models.PositiveSmallIntegerField(_("calculated risk"), null=True, blank=True)
    agreed_risk = models.PositiveSmallIntegerField(_("agreed risk"), null=True, blank=True)
    cost_estimate = models.PositiveBigIntegerField(_("cost estimate"), null=True, blank=True)
    resources = _text(_("resources and cost"))
    security_assessment = _text()
    capacity_assessment = _text()
    availability_assessment = _text()
    continuity_assessment = _text()
    sla_assessment = _text()
    plan = _text(_("implementation plan"))
    test_plan = _text(_("test plan"))
    test_result = _text(_("test result"))
    test_waiver = _text(_("why no test is needed"))
    backout_plan = _text(_("back-out plan"))
    backout_tested = models.BooleanField(_("back-out tested"), default=False)
    communication_plan = _text(_("communication plan"))
    window_start = models.DateTimeField(_("planned start"), null=True, blank=True)
    window_end = models.DateTimeField(_("planned end"), null=True, blank=True)
    conflict_override = _text(_("why a conflict is accepted"))
    expected_downtime_min = models.PositiveIntegerField(_("expected downtime in minutes"), null=True, blank=True)
    template = models.ForeignKey(StandardTemplate, models.PROTECT, null=True, blank=True, related_name="uses")
    implementer = _person(_("implementer"))
    requires_release = models.BooleanField(_("needs a release"), default=False)
    needs_transition = models.BooleanField(_("needs design and transition"), default=False)
    conditions = _text(_("conditions"))
    emergency_basis = models.CharField(_("emergency basis"), max_length=16, blank=True)
    break_glass = models.BooleanField(_("authorised by the duty manager alone"), default=False)
    authoriser = _person(_("authorised by"))
    authorised_at = models.DateTimeField(_("authorised"), null=True, blank=True)
    auth_channel = models.CharField(max_length=8, blank=True)
    authorised_hash = models.CharField(max_length=64, blank=True, editable=False)
    actual_start = models.DateTimeField(_("actual start"), null=True, blank=True)
    actual_end = models.DateTimeField(_("actual end"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, blank=True)
    forms_due_at = models.DateTimeField(_("forms due"), null=True, blank=True)
    restored = _text(_("what was restored"))
    pir_met = models.CharField(max_length=3, blank=True)
    pir_incidents = _text()
    pir_sla = _text()
    lessons = _text(_("lessons"))
    pir_next = _text()
    cmdb_note = _text()
    closer = _person(_("closed by"))
    follow_up = models.CharField(_("what follows"), max_length=8, blank=True)
    is_unauthorised = models.BooleanField(_("found without authorisation"), default=False)
    found_how = _text(_("how it was found"))

    objects: ClassVar[Any] = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(authoriser=None) | models.Q(asked_by__isnull=False) & ~models.Q(authoriser=models.F("asked_by")),
                name="change_authoriser_not_requester",
            ),
            models.CheckConstraint(
                condition=models.Q(authoriser=None) | models.Q(implementer=None) | ~models.Q(authoriser=models.F("implementer")),
                name="change_authoriser_not_implementer",
            ),
            models.CheckConstraint(
                condition=models.Q(closer=None) | models.Q(implementer=None) | ~models.Q(closer=models.F("implementer")),
                name="change_closer_not_implementer",
            ),
            models.CheckConstraint(
                condition=models.Q(closer=None) | models.Q(asked_by__isnull=False) & ~models.Q(closer=models.F("asked_by")),
                name="change_closer_not_requester",
            ),
            models.CheckConstraint(
                condition=models.Q(window_start=None) | models.Q(window_end=None) | models.Q(window_start__lt=models.F("window_end")),
                name="change_window_runs_forward",
            ),
        ]  # fmt: skip
        indexes: ClassVar[list[Any]] = [
            GistIndex(models.Func("window_start", "window_end", function="tstzrange"), name="change_window_range"),
            models.Index(fields=["implementer"], name="change_by_implementer"),
            models.Index(fields=["asked_by"], name="change_by_asker"),
            models.Index(fields=["forms_due_at"], condition=~models.Q(forms_due_at=None), name="change_by_forms_due"),
        ]
        triggers: ClassVar[list[Any]] = [
            pgtrigger.Trigger(
                name="asker_stays", when=pgtrigger.Before, operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.asked_by_id IS NOT NULL AND OLD.asked_by_id IS DISTINCT FROM NEW.asked_by_id"),
                func="RAISE EXCEPTION 'who asked for a change stays' USING ERRCODE = 'check_violation';",
            )
        ]  # fmt: skip

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep who asked for it beside who authorises it."""
        if self.asked_by_id is None:
            self.asked_by_id = self.requester_id
        super().save(*args, **kwargs)


def _answer(code: str) -> property:
    return property(lambda change: change.risk_answers.get(code))


def _fired(code: str) -> property:
    return property(lambda change: True if code in change.class_basis else None)


for _code in QUESTIONS:  # what was answered before fills the dialog of the assessment
    setattr(Change, _code, _answer(_code))
for _code in TRIGGERS:
    setattr(Change, f"trigger_{_code}", _fired(_code))

import changes.board_models  # noqa: E402  # points at Change
import changes.calendar_models  # noqa: E402  # points at Change
import changes.call_models  # noqa: E402  # points at items of agendas
import changes.rule_models  # noqa: E402  # kept beside the change, so that its tables are made
import changes.sparing_models  # noqa: E402, F401  # points at Change
from changes.step_models import Step as Step  # noqa: E402  # points at Change
