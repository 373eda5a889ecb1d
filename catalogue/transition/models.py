"""The service transition, the criteria by which its result is accepted, and its checklist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.transition import checklists
from catalogue.transition.flow import SERVICE_TRANSITION
from itsm.flow import Flow, Moves, Words
from itsm.records.models import PlainRecord

if TYPE_CHECKING:
    from itsm.people.models import Person


def _text(label: Any = "") -> Any:
    return models.TextField(label, blank=True)


def _person(label: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class ServiceTransitionQuerySet(models.QuerySet[Any]):
    """Questions about service transitions."""

    def visible_to(self, person: Person) -> ServiceTransitionQuerySet:
        """Every one for those who work cases; for others what they asked for."""
        return self if person.is_worker else self.filter(requester=person.pk)

    def open(self) -> ServiceTransitionQuerySet:
        """Only those that are not done."""
        return self.exclude(phase="done")


class ServiceTransition(Moves(SERVICE_TRANSITION), PlainRecord):  # type: ignore[misc]  # the base is made from the flow table
    """A service that is being made, changed, removed or handed over; a change has called for it."""

    class Kind(models.TextChoices):
        NEW = "new", _("new service")
        CHANGE = "change", _("changed service")
        REMOVE = "remove", _("removed service")
        TRANSFER = "transfer", _("transferred service")

    process_key: ClassVar[str] = "service_transition"
    flows: ClassVar[tuple[Flow, ...]]

    transition_kind = models.CharField(_("kind of transition"), max_length=8, choices=Kind.choices, blank=True)
    transfer_direction = models.CharField(max_length=3, blank=True)
    service = models.ForeignKey(
        "catalogue.Service",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="transitions",
        verbose_name=_("service"),
    )
    service_code = models.CharField(_("code of the new service"), max_length=40, blank=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=120, blank=True)
    name_en = models.CharField(_("name (English)"), max_length=120, blank=True)
    requester = _person(_("requester"))
    owner = _person(_("service owner"))
    customer = models.CharField(_("customer"), max_length=200, blank=True)
    need = _text(_("need"))
    budget_source = models.CharField(_("budget source"), max_length=200, blank=True)
    authorities = _text(_("authorities and responsibilities"))
    activities = _text(_("activities of all parties"))
    resources = _text(_("resources"))
    timescales = _text(_("timescales"))
    risks = _text(_("risks"))
    dependencies = _text(_("dependencies"))
    test_approach = _text(_("test approach"))
    outcomes = _text(_("measurable outcomes"))
    design_roles = _text(_("duties and roles"))
    design_parties = _text(_("parties"))
    design_resources = _text(_("people, skills, money and technology"))
    design_agreements = _text(_("changes of agreements, catalogue and contracts"))
    design_measures = _text(_("procedures and measures"))
    design_security = _text(_("information security"))
    design_continuity = _text(_("continuity and availability"))
    build_record = _text(_("build record"))
    built_by = _person(_("built by"))
    acceptance_note = _text(_("results against the criteria"))
    accepted_by = _person(_("accepted by"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    failed_criteria = _text(_("criteria that were not met"))
    failure_decision = _text(_("decision of the interested parties"))
    acceptance_round = models.PositiveSmallIntegerField(_("round of acceptance"), default=1)
    live_on = models.DateField(_("live since"), null=True, blank=True)
    went_live = models.BooleanField(_("went live"), null=True)
    achieved = _text(_("achieved outcomes"))
    reported_to = _text(_("reported to"))

    objects: ClassVar[Any] = ServiceTransitionQuerySet.as_manager()

    class Meta:
        app_label = "catalogue"
        verbose_name = _("service transition")
        verbose_name_plural = _("service transitions")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(accepted_by=None) | models.Q(built_by=None) | ~models.Q(accepted_by=models.F("built_by")),
                name="transition_acceptor_not_builder",
            )
        ]  # fmt: skip

    @property
    def is_new(self) -> bool:
        """Tell whether the service is new."""
        return self.transition_kind == self.Kind.NEW

    @property
    def ends_service(self) -> bool:
        """Tell whether the service is not ours any more afterwards: removed, or handed over to others."""
        return self.transition_kind == self.Kind.REMOVE or (
            self.transition_kind == self.Kind.TRANSFER and self.transfer_direction == "out"
        )

    @property
    def criteria_text(self) -> str:
        """The criteria as they are written into the plan: one for each line."""
        rows = self.criteria.all()
        return "\n".join(f"{row.text} | {row.method}" if row.method else row.text for row in rows)

    def acceptance_is_passed(self) -> bool:
        """Tell whether every criterion is met, with evidence and a signature, and there is one at all."""
        rows = list(self.criteria.all())
        return bool(rows) and all(
            row.result == AcceptanceCriterion.Result.PASSED and row.evidence and row.signed_by_id for row in rows
        )


class AcceptanceCriterion(models.Model):
    """What must be true before the service goes live: how it is tested, the result, and who signed it."""

    class Result(models.TextChoices):
        PASSED = "passed", _("passed")
        FAILED = "failed", _("not passed")

    transition = models.ForeignKey(ServiceTransition, models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("criterion"), max_length=500)
    method = models.CharField(_("how it is tested"), max_length=200, blank=True)
    result = models.CharField(_("result"), max_length=8, choices=Result.choices, blank=True)
    evidence = models.TextField(_("evidence"), blank=True)
    signed_by = _person(_("signed by"))
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "catalogue"
        ordering: ClassVar[list[str]] = ["transition", "position"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("transition", "position", name="criterion_position_once"),
            models.CheckConstraint(
                condition=models.Q(result="") | models.Q(signed_by__isnull=False, signed_at__isnull=False) & ~models.Q(evidence=""),
                name="criterion_result_is_signed",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.text


class TransitionCheck(models.Model):
    """One row of the checklist of a removal or transfer, and its answer."""

    transition = models.ForeignKey(ServiceTransition, models.CASCADE, related_name="checks")
    code = models.CharField(max_length=16)
    position = models.PositiveSmallIntegerField()
    before_live = models.BooleanField(default=True)
    choice = models.CharField(max_length=8, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    happened_on = models.DateField(_("date"), null=True, blank=True)
    done_by = _person(_("answered by"))
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "catalogue"
        ordering: ClassVar[list[str]] = ["transition", "position"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("transition", "code", name="transition_check_once"),
            models.CheckConstraint(
                condition=models.Q(done_at=None) | models.Q(done_by__isnull=False) & ~models.Q(answer=""),
                name="transition_check_answered",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.words)

    @property
    def question(self) -> checklists.Question:
        """The row of the checklist that it answers."""
        return checklists.question(self.transition.transition_kind, self.code)

    @property
    def words(self) -> Words:
        """The words of its question."""
        return self.question.words
