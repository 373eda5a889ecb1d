"""One line of an agreement's table: the eight columns of the paper, and what a machine can read behind each."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from itsm.flow import pick
from sla.agreement_models import AgreementEdition, party, text

#: Promises that a clock measures on each case, and those that are judged by period.
BY_CASE = ("response", "resolution", "fulfilment", "update", "acceptance", "handling")
#: Measures whose value can only be the most that is allowed.
AT_MOST = (*BY_CASE, "downtime", "longest_outage", "outages", "continuity")
BY_PERIOD = (
    "availability", "downtime", "longest_outage", "outages", "report", "continuity", "maintenance", "csat", "custom",
)  # fmt: skip
WARN_AT = [50, 75, 90]


def warn_at() -> list[int]:
    """Give the shares of a target at which is warned unless somebody says otherwise."""
    return list(WARN_AT)


def added(label: Any) -> Any:
    """Give a field of free text that rows written before it say nothing in."""
    return models.TextField(label, blank=True, db_default="")


@pghistory.track()
class AgreementRow(models.Model):
    """What is promised for one service, or for every service of the customer where ``service`` is empty."""

    class Frequency(models.TextChoices):
        NONE = "none", _("none")
        WEEK = "week", _("every week")
        MONTH = "month", _("every month")
        QUARTER = "quarter", _("every quarter")
        YEAR = "year", _("every year")
        CONTRACT_YEAR = "contract_year", _("every year of the agreement")

    class Delivery(models.TextChoices):
        DOWNLOAD = "download", _("download in the system")
        MAIL = "mail", _("by mail")

    edition = models.ForeignKey(AgreementEdition, models.CASCADE, related_name="rows")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    service = models.ForeignKey(
        "catalogue.Service", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("service")
    )
    offerings: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "catalogue.RequestItem", blank=True, related_name="+", verbose_name=_("offerings"), help_text=_("Empty: all.")
    )
    availability_zh, availability_en = text(_("availability (Chinese)")), text(_("availability (English)"))
    response_zh, response_en = text(_("response time (Chinese)")), text(_("response time (English)"))
    reporting_zh, reporting_en = text(_("reporting (Chinese)")), text(_("reporting (English)"))
    continuity_zh, continuity_en = text(_("continuity (Chinese)")), text(_("continuity (English)"))
    maintenance_zh = text(_("scheduled maintenance (Chinese)"))
    maintenance_en = text(_("scheduled maintenance (English)"))
    remarks_zh, remarks_en = text(_("remarks (Chinese)")), text(_("remarks (English)"))
    safeguards_zh, safeguards_en = (
        added(_("safeguards, one a line (Chinese)")),
        added(_("safeguards, one a line (English)")),
    )
    continuity_exclusions_zh = added(_("continuity does not cover (Chinese)"))
    continuity_exclusions_en = added(_("continuity does not cover (English)"))
    procedure_zh = models.CharField(_("procedure (Chinese)"), max_length=200, blank=True, db_default="")
    procedure_en = models.CharField(_("procedure (English)"), max_length=200, blank=True, db_default="")
    procedure_url = models.URLField(_("address of the procedure"), max_length=500, blank=True, db_default="")
    escalation_policy = models.ForeignKey(
        "sla.EscalationPolicy", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("escalation ladder")
    )  # fmt: skip
    report_frequency = models.CharField(_("report"), max_length=16, choices=Frequency.choices, default=Frequency.NONE)
    report_delivery = models.CharField(_("delivery of the report"), max_length=8, choices=Delivery.choices, blank=True)
    report_roles = models.CharField(_("who may read the report"), max_length=200, blank=True)
    rto_seconds = models.PositiveIntegerField(_("recovery time objective (seconds)"), null=True, blank=True)
    rpo_seconds = models.PositiveIntegerField(_("recovery point objective (seconds)"), null=True, blank=True)

    class Meta:
        verbose_name = _("row of an agreement")
        verbose_name_plural = _("rows of agreements")
        ordering: ClassVar[list[str]] = ["edition", "position", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(report_frequency="none") | ~models.Q(report_delivery=""), name="agreement_report_is_delivered",
                violation_error_message=_("Say how the report is delivered."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.edition_id} · {self.service_id}"

    def cell(self, column: str) -> str:
        """Give what the paper says in a column, in the active language."""
        return pick(self.said(column, "zh"), self.said(column, "en"))

    def said(self, column: str, tongue: str) -> str:
        """Give what the paper says in a column; continuity with its safeguards and with what it does not cover."""
        text: str = getattr(self, f"{column}_{tongue}")
        if column != "continuity":
            return text
        beside = [getattr(self, f"{name}_{tongue}") for name in ("safeguards", "continuity_exclusions")]
        parts = [text, *(line for one in beside for line in one.splitlines())]
        return ("；" if tongue == "zh" else "; ").join(part.strip() for part in parts if part.strip())

    @property
    def procedure(self) -> str:
        """The title of the procedure that the response follows, in the active language; may be empty."""
        return pick(self.procedure_zh, self.procedure_en)


@pghistory.track()
class AgreementItem(models.Model):
    """A service item with the resource behind it, such as power or cooling."""

    row = models.ForeignKey(AgreementRow, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(default=0)
    name_zh = models.CharField(_("name (Chinese)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120, blank=True)
    ci = party("configuration.ConfigurationItem", _("resource"))

    class Meta:
        verbose_name = _("service item")
        verbose_name_plural = _("service items")
        ordering: ClassVar[list[str]] = ["row", "position", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the active language."""
        return pick(self.name_zh, self.name_en)


@pghistory.track()
class Promise(models.Model):
    """One promise that can be measured: on each case by a clock, or over a period.

    ``value`` is per cent for availability, a count for outages, a mark for CSAT; ``seconds`` a time: a target, the most
    downtime in a period, the longest outage, the start of the stand-by. ``goal_percent`` of the cases must keep it.
    """

    class Metric(models.TextChoices):
        RESPONSE = "response", _("First response")
        RESOLUTION = "resolution", _("Resolution")
        FULFILMENT = "fulfilment", _("Fulfilment")
        UPDATE = "update", _("Next update")
        ACCEPTANCE = "acceptance", _("Acceptance by the team")
        HANDLING = "handling", _("Work of the team")
        AVAILABILITY = "availability", _("Availability")
        DOWNTIME = "downtime", _("Most downtime")
        LONGEST_OUTAGE = "longest_outage", _("Longest single outage")
        OUTAGES = "outages", _("Number of outages")
        REPORT = "report", _("Delivery of the report")
        CONTINUITY = "continuity", _("Start of the stand-by")
        MAINTENANCE = "maintenance", _("Maintenance done")
        CSAT = "csat", _("Satisfaction")
        CUSTOM = "custom", _("Other measure")

    class Op(models.TextChoices):
        GE = "ge", _("at least")
        LE = "le", _("at most")

    class Per(models.TextChoices):
        SERVICE = "service", _("the service")
        ITEM = "item", _("each service item")

    class Combine(models.TextChoices):
        ALL_ITEMS = "all_items", _("every item meets it")
        WORST = "worst", _("the worst item")
        MEAN_TIME = "mean_time", _("mean of the items by time")
        SERIES = "series", _("items in series")
        PARALLEL = "parallel", _("items in parallel")

    class Mode(models.TextChoices):
        DEDUCT = "deduct", _("planned and excluded time leaves the agreed time")
        NUMERATOR = "numerator", _("planned and excluded time stays in the agreed time")

    class Period(models.TextChoices):
        MONTH = "month", _("month")
        QUARTER = "quarter", _("quarter")
        YEAR = "year", _("year")
        CONTRACT_YEAR = "contract_year", _("year of the agreement")

    class Starts(models.TextChoices):
        RECEIVED = "received", _("when the case is received, or its approval granted")
        JUDGED = "judged", _("when the case is judged")
        ASSIGNED = "assigned", _("when somebody is assigned")

    class Stops(models.TextChoices):
        USUAL = "usual", _("with the first human act, or when resolved")
        REPLIED = "replied", _("with the first public reply")
        ASSIGNED = "assigned", _("when somebody is assigned")
        JUDGED = "judged", _("when the case is judged")
        RESTORED = "restored", _("when the service is restored")
        CLOSED = "closed", _("when the case is closed")

    class Pauses(models.TextChoices):
        BY_REASON = "by_reason", _("as the hold reason says")
        NEVER = "never", pgettext_lazy("pauses", "never")
        ANY_HOLD = "any_hold", _("during every hold")

    row = models.ForeignKey(AgreementRow, models.CASCADE, related_name="promises")
    position = models.PositiveSmallIntegerField(default=0)
    metric = models.CharField(_("measure"), max_length=16, choices=Metric.choices)
    op = models.CharField(_("must be"), max_length=2, choices=Op.choices, default=Op.GE)
    value = models.DecimalField(_("value"), max_digits=12, decimal_places=4, null=True, blank=True)
    seconds = models.PositiveIntegerField(_("time (seconds)"), null=True, blank=True)
    per = models.CharField(_("counted for"), max_length=8, choices=Per.choices, default=Per.SERVICE)
    combine = models.CharField(_("several items"), max_length=10, choices=Combine.choices, default=Combine.ALL_ITEMS)
    mode = models.CharField(
        _("calculated so that"), max_length=10, choices=Mode.choices, default=Mode.DEDUCT, db_default="deduct",
        help_text=_("Only for availability; either way such time is no downtime."),
    )  # fmt: skip
    period = models.CharField(_("period"), max_length=14, choices=Period.choices, default=Period.MONTH)
    process = models.CharField(_("process"), max_length=32, blank=True, help_text=_("Empty: for every process."))
    priority = models.PositiveSmallIntegerField(_("priority"), null=True, blank=True)
    request_item = party("catalogue.RequestItem", _("request item"))
    calendar = party("hours.Calendar", _("calendar"))
    starts = models.CharField(_("starts"), max_length=10, choices=Starts.choices, default=Starts.RECEIVED)
    stops = models.CharField(_("stops"), max_length=10, choices=Stops.choices, default=Stops.USUAL)
    pauses = models.CharField(_("stands still"), max_length=10, choices=Pauses.choices, default=Pauses.BY_REASON)
    goal_percent = models.DecimalField(
        _("share that must keep it (per cent)"), max_digits=6, decimal_places=3, default=95
    )
    warn_at: models.JSONField[Any, Any] = models.JSONField(_("warn at per cent"), default=warn_at, blank=True)
    words_zh = models.CharField(_("in words (Chinese)"), max_length=200, blank=True)
    words_en = models.CharField(_("in words (English)"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        ordering: ClassVar[list[str]] = ["row", "position", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(priority__range=(1, 5)) | models.Q(priority=None), name="promise_priority_1_to_5",
                violation_error_message=_("The priority is 1 to 5."),
            ),
            models.CheckConstraint(
                condition=~models.Q(metric__in=[*BY_CASE, "downtime", "longest_outage", "continuity"])
                | models.Q(seconds__isnull=False, seconds__range=(1, 315_360_000)),
                name="promise_of_time_has_a_time",
                violation_error_message=_("Give the time that is promised."),
            ),
            models.CheckConstraint(
                condition=~models.Q(metric="availability") | models.Q(value__isnull=False, value__gt=0, value__lte=100),
                name="promise_availability_in_per_cent",
                violation_error_message=_("Availability is more than 0 and at most 100 per cent."),
            ),
            models.CheckConstraint(
                condition=models.Q(metric="availability") | models.Q(mode="deduct"), name="promise_mode_of_availability",
                violation_error_message=_("Only an availability is calculated with planned time left in the agreed time."),
            ),
            models.CheckConstraint(
                condition=~models.Q(metric="outages") | models.Q(value__isnull=False, value__gte=0), name="promise_outages_counted",
                violation_error_message=_("Give the number of outages."),
            ),
            models.CheckConstraint(
                condition=models.Q(goal_percent__gt=0, goal_percent__lte=100), name="promise_goal_in_per_cent",
                violation_error_message=_("The share of cases is more than 0 and at most 100 per cent."),
            ),
            models.CheckConstraint(
                condition=models.Q(metric="response", stops__in=("usual", "replied", "assigned", "judged"))
                | models.Q(metric="resolution", stops="restored")
                | (~models.Q(metric="response") & models.Q(stops__in=("usual", "closed"))),
                name="promise_stop_fits_its_measure",
                violation_error_message=_(
                    "A response stops with an answer, all else when resolved or closed; a resolution also when the service is restored."
                ),
            ),
            models.UniqueConstraint(
                "row", "metric", "process", "priority", "request_item", condition=models.Q(metric__in=BY_CASE),
                name="promise_of_a_case_once", nulls_distinct=False,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_metric_display()} {self.value or self.seconds}"

    @property
    def bound(self) -> str:
        """Whether what is promised is the least or the most: a time, an outage and its number are always the most."""
        if self.metric == "availability":
            return str(self.Op.GE)
        return str(self.Op.LE) if self.metric in AT_MOST else self.op

    @property
    def words(self) -> str:
        """The promise in the words of the parties, in the active language; may be empty."""
        return pick(self.words_zh, self.words_en)


@pghistory.track()
class MaintenancePlan(models.Model):
    """Maintenance that comes again: what, how often, when it suits, and how many days before it is announced."""

    class Interval(models.TextChoices):
        WEEK = "week", _("every week")
        MONTH = "month", _("every month")
        QUARTER = "quarter", _("every quarter")
        HALF_YEAR = "half_year", _("every half year")
        YEAR = "year", _("every year")

    row = models.ForeignKey(AgreementRow, models.CASCADE, related_name="maintenance_plans")
    position = models.PositiveSmallIntegerField(default=0)
    subject_zh = models.CharField(_("subject (Chinese)"), max_length=120)
    subject_en = models.CharField(_("subject (English)"), max_length=120, blank=True)
    interval = models.CharField(_("interval"), max_length=10, choices=Interval.choices, default=Interval.MONTH)
    first_on = models.DateField(_("first on"), null=True, blank=True)
    duration_minutes = models.PositiveIntegerField(_("duration (minutes)"), default=60)
    weekday = models.PositiveSmallIntegerField(
        _("preferred day of the week"), null=True, blank=True, help_text=_("0 is Monday, 6 is Sunday.")
    )
    window_start = models.TimeField(_("preferred from"), null=True, blank=True)
    window_end = models.TimeField(_("preferred to"), null=True, blank=True)
    notice_days = models.PositiveSmallIntegerField(_("announced so many days before"), default=7)
    interrupts = models.BooleanField(_("interrupts the service"), default=False)
    ci = party("configuration.ConfigurationItem", _("configuration item"))
    team = party("people.Team", _("who does it"))

    class Meta:
        verbose_name = _("maintenance plan")
        verbose_name_plural = _("maintenance plans")
        ordering: ClassVar[list[str]] = ["row", "position", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(weekday__range=(0, 6)) | models.Q(weekday=None), name="maintenance_weekday",
                violation_error_message=_("The day of the week is 0 (Monday) to 6 (Sunday)."),
            ),
            models.CheckConstraint(
                condition=models.Q(window_start=None, window_end=None)
                | models.Q(window_start__isnull=False, window_end__isnull=False),
                name="maintenance_window_has_two_ends",
                violation_error_message=_("Give both ends of the preferred time, or neither."),
            ),
            models.CheckConstraint(
                condition=models.Q(duration_minutes__range=(1, 10_080)), name="maintenance_up_to_a_week",
                violation_error_message=_("Maintenance takes 1 minute to 7 days."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.subject

    @property
    def subject(self) -> str:
        """The subject in the active language."""
        return pick(self.subject_zh, self.subject_en)
