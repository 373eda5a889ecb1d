"""Questionnaires: their versions, questions and answers to choose from, in both languages."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from itsm.flow import pick


class Questionnaire(models.Model):
    """A set of questions that is asked again and again; what is asked stands in its versions."""

    title_zh = models.CharField(_("title (Chinese)"), max_length=160)
    title_en = models.CharField(_("title (English)"), max_length=160, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("created by")
    )
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the active language."""
        return pick(self.title_zh, self.title_en)


class QuestionnaireVersion(models.Model):
    """One edition; once published neither it nor its questions change, in the database too."""

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    intro_zh = models.TextField(_("introduction (Chinese)"), blank=True, max_length=2000)
    intro_en = models.TextField(_("introduction (English)"), blank=True, max_length=2000)
    published_at = models.DateTimeField(_("published"), null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("version of a questionnaire")
        verbose_name_plural = _("versions of questionnaires")
        ordering: ClassVar[list[str]] = ["questionnaire", "number"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("questionnaire", "number", name="questionnaire_version_once"),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(published_by__isnull=False),
                name="questionnaire_published_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire} · {self.number}"

    @property
    def intro(self) -> str:
        """The introduction in the active language."""
        return pick(self.intro_zh, self.intro_en)

    @property
    def is_published(self) -> bool:
        """Tell whether it is fixed for ever."""
        return isinstance(self.published_at, datetime)


class Question(models.Model):
    """One question; ``asked_if`` names a former question that decides by its answer whether this one is asked."""

    class Kind(models.TextChoices):
        SCALE = "scale", _("satisfaction, 1 to 5")
        NPS = "nps", _("recommendation, 0 to 10")
        CES = "ces", _("ease, 1 to 7")
        YES_NO = "yes_no", _("yes or no")
        SINGLE = "single", _("one of several")
        MULTI = "multi", _("several of several")
        TEXT = "text", _("free text")

    version = models.ForeignKey(QuestionnaireVersion, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    text_zh = models.CharField(_("question (Chinese)"), max_length=300)
    text_en = models.CharField(_("question (English)"), max_length=300, blank=True)
    required = models.BooleanField(_("must be answered"), default=False)
    per_service = models.BooleanField(_("asked for each service"), default=False)
    complaint_at = models.PositiveSmallIntegerField(_("low from"), null=True, blank=True)
    asked_if = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="follow_ups", verbose_name=_("asked after")
    )
    asked_when = models.JSONField(_("asked when the answer is"), default=list, blank=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering: ClassVar[list[str]] = ["version", "position", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=~Q(asked_if=F("id")), name="question_follows_another"),
            models.CheckConstraint(
                condition=Q(per_service=False) | Q(kind="scale"), name="question_per_service_is_a_scale"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The question in the active language."""
        return pick(self.text_zh, self.text_en)

    @property
    def is_number(self) -> bool:
        """Tell whether it is answered by a number on a scale."""
        return self.kind in SCALES


class Option(models.Model):
    """One answer of a choice; ``value`` is what is stored."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField()
    value = models.CharField(max_length=40)
    text_zh = models.CharField(_("answer (Chinese)"), max_length=160)
    text_en = models.CharField(_("answer (English)"), max_length=160, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["question", "position"]
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("question", "value", name="option_value_once")]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The answer in the active language."""
        return pick(self.text_zh, self.text_en)


#: The least and the most of each scale.
SCALES = {"scale": (1, 5), "nps": (0, 10), "ces": (1, 7)}
