"""Surveys: the campaign, who is invited, what came back, the report and what follows from it."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from itsm.flow import Flow, Moves
from itsm.records.models import PlainRecord, Record
from relationships.questionnaire_models import Option as Option
from relationships.questionnaire_models import Question as Question
from relationships.questionnaire_models import Questionnaire as Questionnaire
from relationships.questionnaire_models import QuestionnaireVersion
from relationships.survey_flow import SURVEY_CAMPAIGN, SURVEY_RESPONSE
from relationships.survey_querysets import ActionQuerySet, CampaignQuerySet, ResponseQuerySet

PEOPLE = settings.AUTH_USER_MODEL
NUMBER = re.compile(r"[A-Z]{2,5}-\d{6}-\d{5,}")


def usual_kinds() -> list[str]:
    """Name the cases after whose closure is asked unless somebody says otherwise."""
    return ["incident", "service_request"]


class SurveyCampaign(Moves(SURVEY_CAMPAIGN), PlainRecord):  # type: ignore[misc]  # the base is made from the flow table
    """One survey: a periodic one with a population, or a standing one that asks after the closure of cases."""

    class Mode(models.TextChoices):
        PERIODIC = "periodic", _("periodic")
        TRANSACTIONAL = "transactional", _("after the closure of cases")

    class Population(models.TextChoices):
        EVERYONE = "everyone", _("everybody")
        UNITS = "units", _("people of the chosen units")
        CASE_USERS = "case_users", _("those whose cases were closed in the dates")
        SERVICE_USERS = "service_users", _("those with cases about the chosen services in the dates")

    class Sampling(models.TextChoices):
        ALL = "all", _("everybody in the population")
        RANDOM = "random", _("random sample")
        STRATIFIED = "stratified", _("random sample, each unit by its share")

    class LowScores(models.TextChoices):
        ASK = "ask", _("are judged at the registration desk")
        COMPLAIN = "complain", _("become complaints by themselves")

    process_key: ClassVar[str] = "survey_campaign"
    flows: ClassVar[tuple[Flow, ...]]

    mode = models.CharField(_("kind of survey"), max_length=14, choices=Mode.choices, default=Mode.PERIODIC)
    questionnaire = models.ForeignKey(
        QuestionnaireVersion, models.PROTECT, null=True, blank=True, related_name="campaigns", verbose_name=_("questionnaire")
    )  # fmt: skip
    owner = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+", verbose_name=_("in charge"))
    purpose = models.TextField(_("purpose"), blank=True, max_length=4000)
    services = models.ManyToManyField("catalogue.Service", blank=True, related_name="+", verbose_name=_("services"))
    units = models.ManyToManyField("people.Organisation", blank=True, related_name="+", verbose_name=_("units"))
    opens_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    population = models.CharField(_("population"), max_length=16, choices=Population.choices, blank=True)
    population_from = models.DateField(_("cases closed from"), null=True, blank=True)
    population_to = models.DateField(_("cases closed to"), null=True, blank=True)
    sampling = models.CharField(_("sampling"), max_length=10, choices=Sampling.choices, blank=True)
    sample_size = models.PositiveIntegerField(_("sample size"), null=True, blank=True)
    sample_seed = models.BigIntegerField(_("seed of the sample"), null=True, editable=False)
    frame_size = models.PositiveIntegerField(_("size of the population"), null=True, editable=False)
    by_mail = models.BooleanField(_("by e-mail"), default=True)
    in_portal = models.BooleanField(_("in the portal"), default=False)
    anonymous = models.BooleanField(_("anonymous"), default=False)
    min_interval_days = models.PositiveSmallIntegerField(_("days between two surveys of one person"), default=30)
    reminders = models.PositiveSmallIntegerField(_("number of reminders"), default=1)
    reminder_days = models.PositiveSmallIntegerField(_("days between reminders"), default=5)
    sampling_rate = models.PositiveSmallIntegerField(_("asked after closure, per cent"), default=100)
    case_kinds = models.JSONField(_("after the closure of"), default=usual_kinds)
    low_scores = models.CharField(_("low scores"), max_length=8, choices=LowScores.choices, default=LowScores.ASK)
    launched_at = models.DateTimeField(_("launched"), null=True, editable=False)
    collected_at = models.DateTimeField(_("collected"), null=True, editable=False)
    invited_count = models.PositiveIntegerField(_("invited"), null=True, editable=False)
    answered_count = models.PositiveIntegerField(_("answered"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)

    objects: ClassVar[Any] = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(anonymous=False) | Q(mode="periodic"),
                name="survey_after_a_case_is_not_anonymous",
                violation_error_message=_(
                    "A survey after single cases cannot be anonymous: the case tells who answers."
                ),
            ),
            models.CheckConstraint(
                condition=Q(opens_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("opens_on")),
                name="survey_ends_after_start",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=Q(sample_size=None) | Q(sample_size__gt=0), name="survey_sample_not_empty"
            ),
            models.CheckConstraint(condition=Q(sampling_rate__range=(1, 100)), name="survey_rate_in_per_cent"),
            models.CheckConstraint(
                condition=Q(invited_count=None) | Q(answered_count__lte=F("invited_count")),
                name="survey_answers_invited",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["mode"], condition=Q(state="running"), name="survey_running"),
        ]  # fmt: skip

    @property
    def report_version(self) -> int | None:
        """The version of its report, asked for by the dialog that submits it."""
        report = RelationshipReport.objects.filter(campaign=self.pk).first()
        return report.version if report else None

    @property
    def is_standing(self) -> bool:
        """Tell whether it asks after the closure of cases."""
        return self.mode == self.Mode.TRANSACTIONAL


class SurveyResponse(Moves(SURVEY_RESPONSE), PlainRecord):  # type: ignore[misc]  # the base is made from the flow table
    """One blank that was sent out, and what came back on it. It names nobody: only an invitation may point to it."""

    process_key: ClassVar[str] = "survey_response"
    flows: ClassVar[tuple[Flow, ...]]

    campaign = models.ForeignKey(SurveyCampaign, models.CASCADE, related_name="responses")
    anonymous = models.BooleanField(default=False)
    service = models.ForeignKey("catalogue.Service", models.PROTECT, null=True, blank=True, related_name="+")
    unit = models.ForeignKey("people.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    draft: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    submitted_on = models.DateField(_("answered"), null=True)
    is_low = models.BooleanField(_("low score"), default=False)
    has_comment = models.BooleanField(_("has a comment"), default=False)
    wants_complaint = models.BooleanField(_("is to be a complaint"), default=False)
    theme = models.CharField(_("theme of the feedback"), max_length=12, blank=True)
    action = models.TextField(_("action"), blank=True)

    objects: ClassVar[Any] = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey response")
        verbose_name_plural = _("survey responses")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(anonymous=False) | Q(service=None, unit=None, draft={}), name="anonymous_response_names_nothing"
            ),
        ]  # fmt: skip
        indexes: ClassVar[list[Any]] = [models.Index(fields=["campaign", "state"], name="response_by_campaign")]


class Invitation(models.Model):
    """That somebody is asked. Where the survey is anonymous it points to no response and keeps no time of an answer."""

    campaign = models.ForeignKey(SurveyCampaign, models.CASCADE, related_name="invitations")
    person = models.ForeignKey(PEOPLE, models.CASCADE, related_name="+")
    anonymous = models.BooleanField(default=False)
    case = models.ForeignKey(Record, models.CASCADE, null=True, related_name="+")
    response = models.OneToOneField(SurveyResponse, models.CASCADE, null=True, related_name="invitation")
    due_at = models.DateTimeField()
    sent = models.BooleanField(default=False)
    used = models.BooleanField(default=False)
    reminded = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("campaign", "person", "case", nulls_distinct=False, name="invited_once"),
            models.CheckConstraint(
                condition=Q(anonymous=False) | Q(response=None, case=None), name="anonymous_invitation_points_nowhere"
            ),
        ]  # fmt: skip
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["due_at", "id"], condition=Q(sent=False), name="invitation_to_send"),
            models.Index(fields=["person", "-due_at"], name="invitation_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} → {self.person_id}"


class Answer(models.Model):
    """What was answered to one question, for one service where it was asked for each."""

    response = models.ForeignKey(SurveyResponse, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")
    service = models.ForeignKey("catalogue.Service", models.PROTECT, null=True, related_name="+")
    value = models.SmallIntegerField(null=True)
    chosen: models.JSONField[Any, Any] = models.JSONField(default=list)
    text = models.TextField(blank=True, max_length=4000)

    class Meta:
        verbose_name = _("answer of a survey")
        verbose_name_plural = _("answers of a survey")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("response", "question", "service", nulls_distinct=False, name="answered_once"),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["question", "service"], name="answer_by_question")]

    def __str__(self) -> str:
        return self.text or ", ".join(self.chosen) or str(self.value)

    @property
    def is_low(self) -> bool:
        """Tell whether the score is one that a complaint may come of."""
        least: int | None = self.question.complaint_at
        return least is not None and self.value is not None and self.value <= least


class RelationshipReport(models.Model):
    """What a survey found: figures, words for each section, and what the committee said about it."""

    campaign = models.OneToOneField(SurveyCampaign, models.CASCADE, related_name="report")
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    figures: models.JSONField[Any, Any] = models.JSONField(default=dict)
    response_rate = models.TextField(_("response rate"), blank=True, max_length=8000)
    scores = models.TextField(_("scores by service"), blank=True, max_length=8000)
    trend = models.TextField(_("trend"), blank=True, max_length=8000)
    complaints = models.TextField(_("complaints"), blank=True, max_length=8000)
    sla = models.TextField(_("service levels"), blank=True, max_length=8000)
    improvements = models.TextField(_("improvements"), blank=True, max_length=8000)
    conclusions = models.TextField(_("conclusions"), blank=True, max_length=8000)
    drafted_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    met_on = models.DateField(_("meeting on"), null=True)
    attendees = models.TextField(_("attendees"), blank=True, max_length=2000)
    minutes = models.TextField(_("minutes"), blank=True, max_length=20000)
    decided = models.TextField(_("decisions in short"), blank=True)

    class Meta:
        verbose_name = _("relationship report")
        verbose_name_plural = _("relationship reports")

    def __str__(self) -> str:
        return f"{self.campaign_id} · {self.version}"


class Decision(models.Model):
    """One decision of the review; with an owner and a date it becomes an action when the report is accepted."""

    report = models.ForeignKey(RelationshipReport, models.CASCADE, related_name="decisions")
    text = models.CharField(_("decision"), max_length=500)
    owner = models.ForeignKey(
        PEOPLE, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("in charge")
    )
    due_on = models.DateField(_("due"), null=True, blank=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(owner=None, due_on=None) | Q(owner__isnull=False, due_on__isnull=False),
                name="decision_action_has_owner_and_date",
                violation_error_message=_("An action needs both an owner and a date."),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class ImprovementAction(models.Model):
    """Something that was decided to be done, by whom and until when; ``evidence`` says where its result can be seen."""

    class State(models.TextChoices):
        PLANNED = "planned", _("not begun")
        DOING = "doing", _("under way")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    record = models.ForeignKey(Record, models.CASCADE, related_name="improvement_actions")
    text = models.CharField(_("action"), max_length=500)
    owner = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+", verbose_name=_("in charge"))
    due_on = models.DateField(_("due"))
    decided_at = models.DateTimeField()
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PLANNED)
    done_at = models.DateTimeField(null=True)
    result = models.TextField(_("result"), blank=True, max_length=4000)
    evidence = models.CharField(_("evidence"), max_length=300, blank=True)

    objects: ClassVar[Any] = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("improvement action")
        verbose_name_plural = _("improvement actions")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(done_at=None) | ~Q(result=""), name="action_done_with_result"),
            models.CheckConstraint(
                condition=Q(state__in=("planned", "doing"), done_at=None)
                | Q(state__in=("done", "dropped"), done_at__isnull=False),
                name="action_ended_at",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["due_on"], condition=Q(done_at=None), name="action_open"),
            models.Index(fields=["owner"], condition=Q(done_at=None), name="action_open_by_owner"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        """Tell whether it has not ended."""
        return self.done_at is None

    @property
    def evidence_url(self) -> str:
        """The address at which its result can be seen: a web page, or a record by its number."""
        if self.evidence.startswith(("https://", "http://")):
            return self.evidence
        return f"/t/{self.evidence}" if NUMBER.fullmatch(self.evidence) else ""
