"""A report of service levels: one edition for a customer and period, with its commentary, steps and papers."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from itsm.service_reports import kinds
from itsm.service_reports.periods import local
from itsm.service_reports.querysets import OUT, SAME, IssueQuerySet
from sla.promise_periods import CONTRACT_YEAR

PERSON = settings.AUTH_USER_MODEL
#: What may still change of an issued report: that it was sent, replaced or acknowledged, and that its papers were made.
MOVING = (
    "state", "superseded", "sent_at", "acknowledged_at", "acknowledged_by", "acknowledged_title", "acknowledged_way", "remark",
    "papers_wanted", "papers_tried", "papers_after", "claimed_at",
)  # fmt: skip
SIGNED = ("state", "acknowledged_at", "acknowledged_by", "acknowledged_title", "acknowledged_way", "remark")
WAS_OUT = f"OLD.state IN {OUT!r}"


def _rest(row: str) -> str:
    """Name everything of a row that must stay."""
    return f"(to_jsonb({row}.*) - '{{{','.join(MOVING)}}}'::text[])"


def _signed(row: str) -> str:
    """Name what the customer signed."""
    return "(" + ", ".join(f"{row}.{name}" for name in SIGNED) + ")"


def somebody(label: Any) -> Any:
    """Give a field for who did something; None is the system, or nobody yet."""
    return models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label)


class ReportIssue(models.Model):
    """One edition of a report. ``figures`` are those of its last calculation; once issued they never change."""

    class State(models.TextChoices):
        PREPARED = "prepared", _("in preparation")
        COMMENTED = "commented", _("commented")
        APPROVED = "approved", _("approved")
        ISSUED = "issued", pgettext_lazy("report", "issued")
        ACKNOWLEDGED = "acknowledged", _("acknowledged")

    class Years(models.TextChoices):
        GREGORIAN = "gregorian", _("Gregorian years")
        MINGUO = "minguo", _("Minguo years")

    class Way(models.TextChoices):
        LINK = "link", _("by the signed link")
        PORTAL = "portal", _("signed in at the portal")

    customer = models.ForeignKey(
        "people.Organisation", models.PROTECT, related_name="service_reports", verbose_name=_("customer")
    )
    period = models.CharField(_("kind of period"), max_length=16, choices=kinds.CHOICES, default="month")
    agreement = models.ForeignKey(
        "sla.ServiceAgreement", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("agreement"),
        help_text=_("Whose contract year it is; of a period of the calendar none."),
    )  # fmt: skip
    starts_at = models.DateTimeField(_("period from"))
    ends_at = models.DateTimeField(_("period until"))
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    superseded = models.BooleanField(_("replaced by a later edition"), default=False)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.PREPARED)
    years = models.CharField(_("years"), max_length=10, choices=Years.choices, default=Years.GREGORIAN)
    reason = models.CharField(_("why it is issued anew"), max_length=500, blank=True)
    services: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "catalogue.Service", related_name="+", blank=True
    )
    agreements: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "sla.AgreementEdition", related_name="+", blank=True
    )
    figures: models.JSONField[Any, Any] = models.JSONField(default=dict)
    digest = models.CharField(_("SHA-256 of the figures"), max_length=64, blank=True)
    differences: models.JSONField[Any, Any] = models.JSONField(default=list)
    is_provisional = models.BooleanField(_("provisional"), default=True)
    prepared_by, prepared_at = somebody(_("prepared by")), models.DateTimeField(_("prepared"))
    asked_at = models.DateTimeField(_("calculation asked for"), null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    done = models.PositiveSmallIntegerField(default=0)
    of = models.PositiveSmallIntegerField(default=0)
    calculated_at = models.DateTimeField(_("calculated"), null=True, blank=True)
    papers_wanted = models.BooleanField(default=False)
    papers_tried = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text=_("Printings that failed in a row.")
    )
    papers_after = models.DateTimeField(null=True, blank=True, help_text=_("The next printing is not begun before."))
    approved_by, approved_at = somebody(_("approved by")), models.DateTimeField(_("approved"), null=True, blank=True)
    approved_without = models.CharField(
        _("why it was approved without a result"), max_length=500, blank=True, db_default=""
    )
    issued_by, issued_at = somebody(_("issued by")), models.DateTimeField(_("issued"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    acknowledged_by = models.CharField(_("acknowledged by"), max_length=120, blank=True)
    acknowledged_title = models.CharField(_("title"), max_length=120, blank=True)
    acknowledged_way = models.CharField(_("how"), max_length=8, choices=Way.choices, blank=True)
    remark = models.TextField(_("remark of the customer"), blank=True)

    objects: ClassVar[Any] = IssueQuerySet.as_manager()

    class Meta:
        verbose_name = _("service level report")
        verbose_name_plural = _("service level reports")
        ordering: ClassVar[list[str]] = ["-starts_at", "customer", "-edition"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=[*SAME, "edition"], nulls_distinct=False, name="report_edition_once"),
            models.UniqueConstraint(
                fields=SAME, nulls_distinct=False, condition=models.Q(state__in=OUT, superseded=False), name="report_one_in_force"
            ),
            models.UniqueConstraint(
                fields=SAME, nulls_distinct=False, condition=~models.Q(state__in=OUT), name="report_one_in_preparation"
            ),
            models.CheckConstraint(
                condition=models.Q(period=CONTRACT_YEAR, agreement__isnull=False)
                | ~models.Q(period=CONTRACT_YEAR) & models.Q(agreement=None),
                name="report_of_contract_year_names_agreement",
            ),
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="report_ends_after_start"),
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | models.Q(prepared_by=None) | ~models.Q(approved_by=models.F("prepared_by")),
                name="report_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["approved", *OUT]) | models.Q(approved_at__isnull=False), name="report_approved_first"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=OUT) | models.Q(issued_at__isnull=False) & ~models.Q(digest=""),
                name="report_issued_with_figures",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="acknowledged") | models.Q(acknowledged_at__isnull=False) & ~models.Q(acknowledged_by=""),
                name="report_acknowledged_by_name",
            ),
            models.CheckConstraint(
                condition=models.Q(edition=1) | ~models.Q(reason=""), name="report_reissued_with_reason"
            ),
        ]  # fmt: skip
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["customer", "-starts_at"], name="report_by_customer"),
            models.Index(
                fields=["id"], name="report_waiting", condition=models.Q(asked_at__isnull=False) | models.Q(papers_wanted=True)
            ),
        ]  # fmt: skip
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(
                name="report_issued_never_deleted", operation=pgtrigger.Delete, condition=pgtrigger.Condition(WAS_OUT)
            ),
            pgtrigger.Protect(
                name="report_issued_never_changes", operation=pgtrigger.Update,
                condition=pgtrigger.Condition(f"{WAS_OUT} AND {_rest('NEW')} IS DISTINCT FROM {_rest('OLD')}"),
            ),
            pgtrigger.Protect(
                name="report_issued_stays_issued", operation=pgtrigger.Update,
                condition=pgtrigger.Condition(f"{WAS_OUT} AND NEW.state NOT IN {OUT!r}"),
            ),
            pgtrigger.Protect(
                name="report_signed_stays_signed", operation=pgtrigger.Update,
                condition=pgtrigger.Condition(f"OLD.state = 'acknowledged' AND {_signed('NEW')} IS DISTINCT FROM {_signed('OLD')}"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Where it is read."""
        return reverse("service_reports:page", args=[self.pk])

    @property
    def number(self) -> str:
        """The number that stands on the paper: customer, period and edition; of a contract year also whose it is."""
        return self.number_for(self.customer.code)

    def number_for(self, code: str) -> str:
        """Give the number with the code of the customer."""
        period = f"{kinds.kind_of(self.period).mark(self._begins)}{self.agreement_id or ''}"
        return f"SLR-{code.upper()}-{period}-{self.edition:02}"

    @property
    def month(self) -> str:
        """The first month of the period, of a week or contract year its first day, as the form takes it."""
        return kinds.kind_of(self.period).asked(self._begins)

    @property
    def _begins(self) -> date:
        """The first day of the period, in the site's zone."""
        return local(self.starts_at).date()

    @property
    def is_out(self) -> bool:
        """Tell whether it was issued."""
        return self.state in OUT

    @property
    def is_busy(self) -> bool:
        """Tell whether its figures are being calculated."""
        return self.asked_at is not None


class ReportComment(models.Model):
    """What the owner of a service says about its figures; frozen with the report."""

    issue = models.ForeignKey(ReportIssue, models.CASCADE, related_name="comments")
    service = models.ForeignKey("catalogue.Service", models.PROTECT, related_name="+")
    text = models.TextField(_("commentary"), max_length=4000)
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    taken_from = models.PositiveSmallIntegerField(
        _("taken over from edition"), null=True, blank=True, help_text=_("Empty where it was written for this edition.")
    )

    class Meta:
        verbose_name = _("commentary")
        verbose_name_plural = _("commentaries")
        ordering: ClassVar[list[str]] = ["issue", "service"]
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("issue", "service", name="report_comment_once")]

    def __str__(self) -> str:
        return f"{self.issue_id} {self.service_id}"


class ReportResult(models.Model):
    """What a person judged of a promise that nothing measures; frozen with the report."""

    class Verdict(models.TextChoices):
        MET = "met", _("met")
        MISSED = "missed", _("missed")
        NO_DATA = "no_data", _("no data")

    issue = models.ForeignKey(ReportIssue, models.CASCADE, related_name="results")
    service = models.ForeignKey("catalogue.Service", models.PROTECT, related_name="+")
    promise = models.ForeignKey("sla.Promise", models.CASCADE, related_name="+")
    verdict = models.CharField(_("result"), max_length=8, choices=Verdict.choices)
    text = models.TextField(_("what was found"), max_length=2000)
    evidence = models.CharField(_("link to the evidence"), max_length=500, blank=True)
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("result entered by a person")
        verbose_name_plural = _("results entered by persons")
        ordering: ClassVar[list[str]] = ["issue", "service", "promise"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("issue", "service", "promise", name="report_result_once"),
            models.CheckConstraint(condition=~models.Q(text=""), name="report_result_in_words"),
        ]

    def __str__(self) -> str:
        return f"{self.issue_id} {self.promise_id} {self.verdict}"


class ReportStep(models.Model):
    """What was done with a report, when and by whom: append-only, in the database too."""

    issue = models.ForeignKey(ReportIssue, models.CASCADE, related_name="steps")
    name = models.CharField(max_length=16)
    at = models.DateTimeField()
    by = somebody(_("by"))
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("step of a report")
        verbose_name_plural = _("steps of reports")
        ordering: ClassVar[list[str]] = ["issue", "pk"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="report_step_never_changes", operation=pgtrigger.Update)
        ]

    def __str__(self) -> str:
        return f"{self.issue_id} {self.name}"


class ReportPaper(models.Model):
    """A PDF of a report, stored under the hash of its content; ``made_with`` is empty for those of the day before."""

    class Way(models.TextChoices):
        WEASYPRINT = "weasyprint", "WeasyPrint"
        CHROMIUM = "chromium", "Chromium"

    issue = models.ForeignKey(ReportIssue, models.CASCADE, related_name="papers")
    language = models.CharField(max_length=10)
    digest = models.CharField(max_length=64, help_text=_("Of the figures that it shows."))
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_with = models.CharField(max_length=10, choices=Way.choices, blank=True)

    class Meta:
        verbose_name = _("paper of a report")
        verbose_name_plural = _("papers of reports")
        ordering: ClassVar[list[str]] = ["issue", "language"]
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("issue", "language", name="report_paper_once")]

    def __str__(self) -> str:
        return f"{self.issue_id} {self.language}"
