"""What simulations, the split of held time and the prediction of misses keep."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from itsm.records.models import Record


class SimulationRunQuerySet(models.QuerySet["SimulationRun"]):
    """Questions about simulations."""

    def waiting(self) -> SimulationRunQuerySet:
        """Only those that are not through, the oldest first."""
        return self.filter(state__in=SimulationRun.UNDER_WAY).order_by("pk")

    def newest(self) -> SimulationRunQuerySet:
        """The latest first."""
        return self.order_by("-pk")


class SimulationRun(models.Model):
    """One walk of past records under a draft: what was asked, how far it is, and what came out."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waits to begin")
        RUNNING = "running", _("under way")
        FINISHED = "finished", _("finished")
        CANCELLED = "cancelled", _("cancelled")
        REFUSED = "refused", _("could not be run")
        INTERRUPTED = "interrupted", _("interrupted")

    UNDER_WAY: ClassVar[tuple[str, ...]] = ("queued", "running")
    STALLED: ClassVar[timedelta] = timedelta(minutes=2)

    title = models.CharField(_("name"), max_length=120)
    draft: models.JSONField[Any, Any] = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    after_id = models.BigIntegerField(default=0)
    figures: models.JSONField[Any, Any] = models.JSONField(default=dict)
    sentence = models.CharField(max_length=300, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)  # pieces begun since the last that was finished
    moved_at = models.DateTimeField(null=True)  # when the last piece was begun or finished

    objects = SimulationRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("simulation")
        verbose_name_plural = _("simulations")
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["id"], condition=models.Q(state__in=("queued", "running")), name="simulation_waiting"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_under_way(self) -> bool:
        """Tell whether it is not through."""
        return self.state in self.UNDER_WAY

    @property
    def percent(self) -> int:
        """How much of it is done, in whole per cent."""
        return 100 if self.state == self.State.FINISHED else self.done * 100 // max(self.total, 1)

    def is_stalled(self, *, at: datetime) -> bool:
        """Tell whether it is under way, but nobody has gone on with it for a while."""
        return self.is_under_way and at - (self.moved_at or self.asked_at) > self.STALLED

    def end(self, state: str, *, at: datetime, sentence: str = "") -> None:
        """This will note that it ended, and how."""
        self.state, self.finished_at, self.sentence = state, at, sentence[:300]


class SimulationResult(models.Model):
    """One clock of one record in a simulation: how it came out as things are, and how under the draft."""

    run = models.ForeignKey(SimulationRun, models.CASCADE, related_name="results", db_index=False)
    record = models.ForeignKey(Record, models.CASCADE, related_name="+", db_index=False)
    metric = models.CharField(max_length=12)
    cycle = models.PositiveSmallIntegerField()
    month = models.CharField(max_length=7)
    priority = models.PositiveSmallIntegerField(null=True)
    team = models.ForeignKey("people.Team", models.SET_NULL, null=True, related_name="+", db_index=False)
    base = models.CharField(max_length=10)
    drafted = models.CharField(max_length=10)
    base_used = models.PositiveIntegerField()
    draft_used = models.PositiveIntegerField()
    base_target = models.PositiveIntegerField()
    draft_target = models.PositiveIntegerField()
    differs = models.BooleanField()
    governed = models.BooleanField(default=True)  # False: a case that the drafted agreement does not touch
    agreement = models.CharField(max_length=32, blank=True)  # the OLA that a stay with a team is measured by
    why: models.JSONField[Any, Any] = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("result of a simulation")
        verbose_name_plural = _("results of simulations")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("run", "record", "metric", "cycle", name="simulation_result_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["run", "record"], condition=models.Q(differs=True), name="simulation_result_differing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.metric}: {self.base} → {self.drafted}"


class Party(models.TextChoices):
    """Who held a case."""

    DESK = "desk", _("service desk")
    SECOND_LINE = "second_line", _("second line")
    REQUESTER = "requester", _("requester")
    SUPPLIER = "supplier", _("supplier")
    NOBODY = "nobody", _("nobody")


class HeldLife(models.Model):
    """The whole life of a closed case, and up to which change of it its parts were counted."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="held_life")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    as_of = models.DateTimeField()

    class Meta:
        verbose_name = _("life of a case")
        verbose_name_plural = _("lives of cases")
        indexes: ClassVar[list[Any]] = [models.Index(fields=["ended_at"], name="held_life_by_end")]

    def __str__(self) -> str:
        return f"{self.record_id}"


class HeldTime(models.Model):
    """For how long one party held a case, in whole seconds around the clock."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="held", db_index=False)
    party = models.CharField(max_length=12, choices=Party.choices)
    team = models.ForeignKey("people.Team", models.PROTECT, null=True, related_name="+")
    supplier = models.ForeignKey("people.Organisation", models.PROTECT, null=True, related_name="+")
    seconds = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("held time")
        verbose_name_plural = _("held times")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("record", "party", "team", "supplier", name="held_once", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.party} {self.seconds}"


class BreachModel(models.Model):
    """What was learnt from the own history about cases that missed their target."""

    trained_at = models.DateTimeField()
    cases = models.PositiveIntegerField()
    samples = models.PositiveIntegerField()
    weights: models.JSONField[Any, Any] = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("model of misses")
        verbose_name_plural = _("models of misses")

    def __str__(self) -> str:
        return f"{self.trained_at:%Y-%m-%d %H:%M}"


class BreachSample(models.Model):
    """A judged clock that was learnt from, at one look, with the classes of its traits then; without a look none came in time.

    Only the latest learning keeps its samples.
    """

    model = models.ForeignKey(BreachModel, models.CASCADE, related_name="learnt_from", db_index=False)
    record = models.ForeignKey(Record, models.CASCADE, related_name="+")
    metric = models.CharField(max_length=12)
    cycle = models.PositiveSmallIntegerField()
    missed = models.BooleanField()
    look = models.PositiveSmallIntegerField(null=True)  # per cent of the target used
    share = models.PositiveSmallIntegerField(null=True)
    queue = models.PositiveSmallIntegerField(null=True)
    load = models.PositiveSmallIntegerField(null=True)
    hour = models.PositiveSmallIntegerField(null=True)
    priority = models.PositiveSmallIntegerField(null=True)

    class Meta:
        verbose_name = _("sample that was learnt from")
        verbose_name_plural = _("samples that were learnt from")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                "model", "record", "metric", "cycle", "look", name="breach_sample_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(look=None, share=None, queue=None, load=None, hour=None, priority=None)
                | models.Q(
                    look__range=(1, 100), look__isnull=False, share__isnull=False, queue__isnull=False, load__isnull=False,
                    hour__isnull=False, priority__isnull=False,
                ),
                name="breach_sample_has_traits_by_look",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.record_id} {self.look}"


class BreachWeek(models.Model):
    """How good a prediction was in one week that it had not seen; ``table`` compares said with what came."""

    week = models.DateField(unique=True)
    cases = models.PositiveIntegerField()
    samples = models.PositiveIntegerField()
    brier = models.FloatField()
    plain_brier = models.FloatField()
    usual = models.FloatField(null=True)  # what always saying the usual share would have said
    table: models.JSONField[Any, Any] = models.JSONField(default=list)

    class Meta:
        verbose_name = _("accuracy of a week")
        verbose_name_plural = _("accuracy by week")

    def __str__(self) -> str:
        return f"{self.week}"


class BreachGuess(models.Model):
    """What was said of a case of a week when a part of its target was used; without a look none came in time."""

    week = models.ForeignKey(BreachWeek, models.CASCADE, related_name="guesses", db_index=False)
    record = models.ForeignKey(Record, models.CASCADE, related_name="+")
    metric = models.CharField(max_length=12)
    cycle = models.PositiveSmallIntegerField()
    look = models.PositiveSmallIntegerField(null=True)  # per cent of the target used
    chance = models.FloatField(null=True)
    missed = models.BooleanField()

    class Meta:
        verbose_name = _("prediction of a week")
        verbose_name_plural = _("predictions of weeks")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                "week", "record", "metric", "cycle", "look", name="breach_guess_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(look=None, chance=None)
                | models.Q(look__isnull=False, look__range=(1, 100), chance__isnull=False, chance__range=(0, 1)),
                name="breach_guess_has_a_chance_by_look",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.look}"


class BreachRisk(models.Model):
    """How likely an open case misses its target, as of a moment, and what says so."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="breach_risk")
    chance = models.FloatField()
    reasons: models.JSONField[Any, Any] = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("likelihood of a miss")
        verbose_name_plural = _("likelihoods of misses")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=models.Q(chance__range=(0, 1)), name="breach_chance_is_a_share"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.chance:.2f}"
