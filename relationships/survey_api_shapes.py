"""The shapes of surveys, as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from itsm.api.serializers import Named, PersonName, Strict, Text, YesNo
from itsm.flow.table import PHASES
from itsm.tickets.api.shapes import StateShape
from relationships.survey_forms import KINDS
from relationships.survey_models import SurveyCampaign


class SurveyShape(serializers.Serializer[Any]):
    """A survey with its plan and, once it is collected, how many were asked and answered."""

    number = serializers.CharField()
    title = serializers.CharField()
    state = StateShape()
    phase = serializers.ChoiceField(PHASES)
    version = serializers.IntegerField()
    mode = serializers.ChoiceField(SurveyCampaign.Mode.choices)
    questionnaire = serializers.IntegerField(allow_null=True, help_text="Key of the published version.")
    owner = PersonName()
    purpose = serializers.CharField(allow_blank=True)
    opens_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    population = serializers.CharField(allow_blank=True)
    population_from = serializers.DateField(allow_null=True)
    population_to = serializers.DateField(allow_null=True)
    sampling = serializers.CharField(allow_blank=True)
    sample_size = serializers.IntegerField(allow_null=True)
    sample_seed = serializers.IntegerField(allow_null=True)
    frame_size = serializers.IntegerField(allow_null=True)
    anonymous = serializers.BooleanField()
    by_mail = serializers.BooleanField()
    in_portal = serializers.BooleanField()
    min_interval_days = serializers.IntegerField()
    reminders = serializers.IntegerField()
    reminder_days = serializers.IntegerField()
    sampling_rate = serializers.IntegerField()
    case_kinds = serializers.ListField(child=serializers.CharField())
    low_scores = serializers.ChoiceField(SurveyCampaign.LowScores.choices)
    invited_count = serializers.IntegerField(allow_null=True)
    answered_count = serializers.IntegerField(allow_null=True)
    launched_at = serializers.DateTimeField(allow_null=True)
    collected_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    changed_at = serializers.DateTimeField()


class SurveyBody(Strict):
    """The plan of a survey."""

    title = Text(max_length=160)
    mode = serializers.ChoiceField(SurveyCampaign.Mode.choices, required=False)
    questionnaire = serializers.IntegerField(required=False, allow_null=True, help_text="Key of a published version.")
    purpose = Text(required=False, allow_blank=True, max_length=4000)
    opens_on = serializers.DateField(required=False, allow_null=True)
    ends_on = serializers.DateField(required=False, allow_null=True)
    population = serializers.ChoiceField(SurveyCampaign.Population.choices, required=False, allow_blank=True)
    population_from = serializers.DateField(required=False, allow_null=True)
    population_to = serializers.DateField(required=False, allow_null=True)
    sampling = serializers.ChoiceField(SurveyCampaign.Sampling.choices, required=False, allow_blank=True)
    sample_size = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=1_000_000)
    anonymous = YesNo(required=False)
    by_mail = YesNo(required=False)
    in_portal = YesNo(required=False)
    min_interval_days = serializers.IntegerField(required=False, min_value=0, max_value=3650)
    reminders = serializers.IntegerField(required=False, min_value=0, max_value=9)
    reminder_days = serializers.IntegerField(required=False, min_value=1, max_value=365)
    sampling_rate = serializers.IntegerField(required=False, min_value=1, max_value=100)
    case_kinds = serializers.ListField(
        child=serializers.ChoiceField(KINDS),
        required=False,
        max_length=len(KINDS),
        help_text="After the closure of which cases.",
    )
    low_scores = serializers.ChoiceField(SurveyCampaign.LowScores.choices, required=False)
    services = serializers.ListField(child=Text(), required=False, help_text="Codes of services.")
    units = serializers.ListField(child=Text(), required=False, help_text="Codes of units.")


class SurveyScoreShape(serializers.Serializer[Any]):
    """A score: how many answered, its mean, the share that counts in per cent, and its 95 % interval."""

    n = serializers.IntegerField()
    mean = serializers.FloatField(allow_null=True)
    share = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class SurveyServiceScoreShape(SurveyScoreShape):
    """The score of one service."""

    zh_hant = serializers.CharField()
    en = serializers.CharField()


class SurveyResultsShape(serializers.Serializer[Any]):
    """What a survey found; groups of anonymous answers that are too small are left out."""

    invited = serializers.IntegerField()
    answered = serializers.IntegerField()
    declined = serializers.IntegerField()
    rate = serializers.FloatField(allow_null=True)
    scores = serializers.DictField(child=SurveyScoreShape())
    services = SurveyServiceScoreShape(many=True)


class SurveyAnswerShape(serializers.Serializer[Any]):
    """What was answered to one question."""

    question = serializers.CharField()
    text = serializers.CharField()
    low = serializers.BooleanField()


class SurveyResponseShape(serializers.Serializer[Any]):
    """What came back; who answered is told only where the survey is not anonymous, to those who may read it."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    survey = serializers.CharField()
    state = StateShape()
    version = serializers.IntegerField()
    service = Named(allow_null=True)
    is_low = serializers.BooleanField()
    has_comment = serializers.BooleanField()
    theme = serializers.CharField(allow_blank=True)
    action = serializers.CharField(allow_blank=True)
    person = PersonName(allow_null=True)
    answers = SurveyAnswerShape(many=True)
