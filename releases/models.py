"""The release with its contents and criteria, the deployment to one target, and the definitive media."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from itsm.flow import Flow, Moves
from itsm.records.models import PlainRecord
from itsm.tickets.models import Ticket
from itsm.tickets.querysets import TicketQuerySet
from releases.deployment_flow import DEPLOYMENT
from releases.flow import RELEASE
from releases.querysets import DeploymentQuerySet

EARLY_LIFE_DAYS = 7


def _text(label: Any = "") -> Any:
    return models.TextField(label, blank=True)


def _person(label: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


def _item(label: Any) -> Any:
    """A configuration item, by its record: configuration stands below and knows nothing of releases."""
    return models.ForeignKey(
        "records.Record", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class Environment(models.TextChoices):
    """Where something is deployed to."""

    TEST = "test", _("test")
    STAGING = "staging", _("staging")
    PRODUCTION = "production", _("production")
    RECOVERY = "recovery", _("recovery")


class Release(Moves(RELEASE), Ticket):  # type: ignore[misc]  # the base is made from the flow table
    """What is put into use together; it carries out one or more changes, to which links lead."""

    class Type(models.TextChoices):
        MAJOR = "major", _("major")
        MINOR = "minor", _("minor")
        EMERGENCY = "emergency", _("emergency")

    class Outcome(models.TextChoices):
        SUCCESSFUL = "successful", _("successful")
        WITH_ISSUES = "with_issues", _("with issues")
        FAILED = "failed", _("failed")
        ROLLED_BACK = "rolled_back", _("rolled back")

    class Method(models.TextChoices):
        BIG_BANG = "big_bang", _("all at once")
        PHASED = "phased", _("in phases")
        PILOT = "pilot", _("pilot first")
        BLUE_GREEN = "blue_green", _("blue-green")

    process_key: ClassVar[str] = "release"
    flows: ClassVar[tuple[Flow, ...]]

    asked_by_id: Any
    asked_by = _person(_("release requester"))  # the requester once more, so that the table itself can hold them apart
    release_type = models.CharField(_("kind of release"), max_length=10, choices=Type.choices, blank=True)
    label = models.CharField(_("version of the release"), max_length=160, blank=True)
    targets = _text(_("environments and targets"))
    planned_at = models.DateTimeField(_("planned start"), null=True, blank=True)
    planned_end = models.DateTimeField(_("planned end"), null=True, blank=True)
    method = models.CharField(_("way of deployment"), max_length=12, choices=Method.choices, blank=True)
    only_configuration = models.BooleanField(_("nothing but configuration"), default=False)
    deliverables = _text(_("deliverables"))
    fixes = _text(_("problems and known errors that it closes"))
    test_environment = models.CharField(_("test environment"), max_length=160, blank=True)
    acceptance_record = _text(_("acceptance record"))
    rollback_plan = _text(_("roll-back plan"))
    rollback_tested = models.BooleanField(_("roll-back tested"), default=False)
    early_life_days = models.PositiveSmallIntegerField(_("days of early-life support"), default=EARLY_LIFE_DAYS)
    early_life_until = models.DateTimeField(_("early-life support until"), null=True, blank=True)
    implementer = _person(_("release implementer"))
    approver = _person(_("approved by"))
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    requested_at = models.DateTimeField(null=True, blank=True)
    actual_start = models.DateTimeField(_("actual start"), null=True, blank=True)
    actual_end = models.DateTimeField(_("actual end"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, blank=True)
    success = models.CharField(max_length=3, blank=True)
    incidents_note = _text()
    customer_effect = _text(_("effect on the customer"))
    lessons = _text(_("lessons"))
    pir_next = _text()
    cmdb_note = _text()
    closer = _person(_("closed by"))

    objects: ClassVar[Any] = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(approver=None) | models.Q(asked_by__isnull=False) & ~models.Q(approver=models.F("asked_by")),
                name="release_approver_not_requester",
            ),
            models.CheckConstraint(
                condition=models.Q(approver=None) | models.Q(implementer=None) | ~models.Q(approver=models.F("implementer")),
                name="release_approver_not_implementer",
            ),
            models.CheckConstraint(
                condition=models.Q(closer=None) | models.Q(implementer=None) | ~models.Q(closer=models.F("implementer")),
                name="release_closer_not_implementer",
            ),
            models.CheckConstraint(
                condition=models.Q(closer=None) | models.Q(asked_by__isnull=False) & ~models.Q(closer=models.F("asked_by")),
                name="release_closer_not_requester",
            ),
            models.CheckConstraint(
                condition=models.Q(planned_at=None) | models.Q(planned_end=None) | models.Q(planned_at__lt=models.F("planned_end")),
                name="release_window_runs_forward",
            ),
        ]  # fmt: skip
        indexes: ClassVar[list[Any]] = [
            GistIndex(models.Func("planned_at", "planned_end", function="tstzrange"), name="release_window_range")
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep who asked for it beside who approves it."""
        if self.asked_by_id is None:
            self.asked_by_id = self.requester_id
        super().save(*args, **kwargs)


class Content(models.Model):
    """One thing that the release holds: a configuration item or a name, and the versions before and after."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="contents")
    item = _item(_("configuration item"))
    name = models.CharField(_("name"), max_length=160)
    old_version = models.CharField(_("version before"), max_length=60, blank=True)
    new_version = models.CharField(_("version after"), max_length=60, blank=True)
    storage_ref = models.CharField(_("where the medium lies"), max_length=200, blank=True)
    checksum = models.CharField(_("checksum"), max_length=128, blank=True)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        verbose_name = _("release content")
        verbose_name_plural = _("release contents")
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("release", "name", name="release_content_once")]

    def __str__(self) -> str:
        return self.name


class Criterion(models.Model):
    """One acceptance criterion, and who signed what came of its test."""

    class Result(models.TextChoices):
        OPEN = "open", _("not tested")
        PASSED = "passed", _("passed")
        FAILED = "failed", _("failed")

    release = models.ForeignKey(Release, models.CASCADE, related_name="criteria")
    text = models.CharField(_("criterion"), max_length=300)
    result = models.CharField(_("result"), max_length=8, choices=Result.choices, default=Result.OPEN)
    evidence = models.CharField(_("evidence"), max_length=300, blank=True)
    signed_by = _person(_("signed by"))
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        verbose_name = _("acceptance criterion")
        verbose_name_plural = _("acceptance criteria")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("release", "text", name="release_criterion_once"),
            models.CheckConstraint(
                condition=models.Q(result="open", signed_by=None, signed_at=None)
                | models.Q(result__in=["passed", "failed"], signed_by__isnull=False, signed_at__isnull=False),
                name="release_criterion_signed",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Deployment(Moves(DEPLOYMENT), PlainRecord):  # type: ignore[misc]  # the base is made from the flow table
    """The deployment of a release to one target of one environment, in one wave."""

    process_key: ClassVar[str] = "deployment"
    flows: ClassVar[tuple[Flow, ...]]

    release = models.ForeignKey(Release, models.PROTECT, related_name="deployments", verbose_name=_("release"))
    environment = models.CharField(_("environment"), max_length=10, choices=Environment.choices)
    target = _item(_("target"))
    target_name = models.CharField(_("target"), max_length=160)
    wave = models.PositiveSmallIntegerField(_("wave"), default=1)
    planned_start = models.DateTimeField(_("planned start"), null=True, blank=True)
    planned_end = models.DateTimeField(_("planned end"), null=True, blank=True)
    actual_start = models.DateTimeField(_("actual start"), null=True, blank=True)
    actual_end = models.DateTimeField(_("actual end"), null=True, blank=True)
    implementer = _person(_("carried out by"))
    old_version = models.CharField(_("version before"), max_length=160, blank=True)
    new_version = models.CharField(_("version after"), max_length=160, blank=True)
    evidence = _text(_("evidence"))
    error = _text(_("what went wrong"))
    downtime_minutes = models.PositiveIntegerField(_("minutes of downtime"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)

    objects: ClassVar[Any] = DeploymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("deployment")
        verbose_name_plural = _("deployments")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("release", "environment", "target_name", name="deployment_once_for_each_target"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["environment", "target_name", "-actual_end"], name="deployment_by_target"),
            models.Index(fields=["release"], condition=models.Q(phase__in=["new", "working"]), name="deployment_open"),
        ]


class DefinitiveMedium(models.Model):
    """One version in the definitive media library, and the release that brought it."""

    name = models.CharField(_("name"), max_length=160)
    version = models.CharField(_("version"), max_length=60)
    storage_ref = models.CharField(_("where the medium lies"), max_length=200, blank=True)
    checksum = models.CharField(_("checksum"), max_length=128, blank=True)
    licence_count = models.PositiveIntegerField(_("licences"), null=True, blank=True)
    release = models.ForeignKey(Release, models.PROTECT, related_name="media", verbose_name=_("release"))
    kept_at = models.DateTimeField(_("kept since"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        verbose_name = _("definitive medium")
        verbose_name_plural = _("definitive media")
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("name", "version", name="medium_version_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
