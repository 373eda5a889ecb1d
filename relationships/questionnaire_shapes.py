"""The shapes of questionnaires, as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from itsm.api.serializers import Strict, Text, YesNo
from relationships.questionnaire_models import Question
from relationships.survey_design import LONGEST


class VersionNameShape(serializers.Serializer[Any]):
    """A version among those of its questionnaire."""

    id = serializers.IntegerField()
    number = serializers.IntegerField()
    published_at = serializers.DateTimeField(allow_null=True)


class QuestionnaireShape(serializers.Serializer[Any]):
    """A questionnaire with its versions, the newest first."""

    id = serializers.IntegerField()
    title_zh = serializers.CharField()
    title_en = serializers.CharField(allow_blank=True)
    versions = VersionNameShape(many=True)


class OptionShape(serializers.Serializer[Any]):
    """An answer to choose from."""

    value = serializers.CharField(help_text="What is stored, and what conditions name.")
    zh = serializers.CharField()
    en = serializers.CharField(allow_blank=True)


class QuestionShape(serializers.Serializer[Any]):
    """A question in its place."""

    id = serializers.IntegerField()
    position = serializers.IntegerField()
    kind = serializers.ChoiceField(Question.Kind.choices)
    text_zh = serializers.CharField()
    text_en = serializers.CharField(allow_blank=True)
    required = serializers.BooleanField()  # type: ignore[assignment]  # declared fields leave the class
    per_service = serializers.BooleanField()
    complaint_at = serializers.IntegerField(allow_null=True)
    asked_if = serializers.IntegerField(
        allow_null=True, help_text="Key of the question that decides whether it is asked."
    )
    asked_when = serializers.ListField(child=serializers.CharField())
    answers = OptionShape(many=True)


class QuestionnaireVersionShape(serializers.Serializer[Any]):
    """A version with its questions, and what keeps it from being published."""

    id = serializers.IntegerField()
    questionnaire = serializers.IntegerField()
    number = serializers.IntegerField()
    title_zh = serializers.CharField()
    title_en = serializers.CharField(allow_blank=True)
    intro_zh = serializers.CharField(allow_blank=True)
    intro_en = serializers.CharField(allow_blank=True)
    published_at = serializers.DateTimeField(allow_null=True)
    gaps = serializers.ListField(child=serializers.CharField())
    questions = QuestionShape(many=True)


class QuestionnaireBody(Strict):
    """The title of a questionnaire."""

    title_zh = Text(max_length=160)
    title_en = Text(max_length=160, required=False, allow_blank=True)


class VersionBody(Strict):
    """The words above the questions; what is left out stays. The title changes only before anything is published."""

    title_zh = Text(max_length=160, required=False)
    title_en = Text(max_length=160, required=False, allow_blank=True)
    intro_zh = Text(max_length=2000, required=False, allow_blank=True)
    intro_en = Text(max_length=2000, required=False, allow_blank=True)


class OptionBody(Strict):
    """An answer to choose from."""

    zh = Text(max_length=LONGEST)
    en = Text(max_length=LONGEST, required=False, allow_blank=True)


class QuestionBody(Strict):
    """A question as it is to be; what is left out is as in a new one."""

    kind = serializers.ChoiceField(Question.Kind.choices)
    text_zh = Text(max_length=300)
    text_en = Text(max_length=300, required=False, allow_blank=True)
    required = YesNo(required=False)  # type: ignore[assignment]  # declared fields leave the class
    per_service = YesNo(required=False)
    complaint_at = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=10)
    asked_if = serializers.IntegerField(required=False, allow_null=True, min_value=1)
    asked_when = serializers.ListField(child=Text(max_length=40), required=False, max_length=20)
    answers = OptionBody(many=True, required=False)


class PlaceBody(Strict):
    """Where a question goes."""

    up = YesNo(help_text="True: before the question above it; false: after the one below.")
