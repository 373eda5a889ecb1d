"""What ladders and their steps look like over REST. Codes are judged by the forms of the pages, which say what is wrong."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from itsm.api.serializers import Strict, Text, YesNo
from sla.models import Audience, Channel, EscalationPolicy, EscalationStep
from sla.settings_models import OF_STEPS, StepAction

PLAIN = (
    "metric", "priorities", "level", "at_percent", "at_seconds", "around_the_clock", "notify", "channels", "repeat_seconds",
    "needs_ack", "action",
)  # fmt: skip
METRICS = f"One of {', '.join(str(code) for code, _label in OF_STEPS)}."
TOLD = f"Who is told: of {', '.join(Audience.values)}."
BY = f"By what: of {', '.join(Channel.values)}; empty: by every one."
ACTIONS = f"What else: {', '.join(filter(None, StepAction.values))}, or empty."
LONGEST_CODE = 40


class Codes(serializers.ListField):
    """A few codes."""

    child = Text(max_length=LONGEST_CODE)


class LadderStepShape(serializers.Serializer[Any]):
    """A step: when it fires and who is told."""

    id = serializers.IntegerField()
    metric = serializers.CharField(help_text=METRICS)
    priorities = serializers.ListField(child=serializers.IntegerField(), help_text="Empty: every priority.")
    level = serializers.IntegerField()
    at_percent = serializers.IntegerField(allow_null=True, help_text="Of the target; either this or at_seconds.")
    at_seconds = serializers.IntegerField(allow_null=True, help_text="After the start.")
    around_the_clock = serializers.BooleanField(help_text="Whether these seconds count around the clock.")
    notify = serializers.ListField(child=serializers.CharField(), help_text=TOLD)
    channels = serializers.ListField(child=serializers.CharField(), help_text=BY)
    repeat_seconds = serializers.IntegerField(allow_null=True, help_text="Repeated so often until acknowledged.")
    needs_ack = serializers.BooleanField()
    action = serializers.CharField(allow_blank=True, help_text=ACTIONS)


class LadderShape(serializers.Serializer[Any]):
    """A ladder with its steps."""

    code = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField(allow_blank=True)
    service = serializers.CharField(
        allow_null=True, help_text="Its code; empty: every service without a ladder of its own."
    )
    is_active = serializers.BooleanField()
    steps = LadderStepShape(many=True)


class LadderEditBody(Strict):
    """Another name, service or use of a ladder; its code stays."""

    name_zh = Text(required=False, max_length=120)
    name_en = Text(required=False, max_length=120, allow_blank=True)
    service = Text(required=False, max_length=LONGEST_CODE, allow_null=True, help_text="Its code.")
    is_active = YesNo(required=False)


class LadderBody(LadderEditBody):
    """A new ladder."""

    code = serializers.SlugField(max_length=LONGEST_CODE)
    name_zh = Text(max_length=120)


class LadderStepEditBody(Strict):
    """What is other about a step."""

    metric = Text(required=False, max_length=LONGEST_CODE, help_text=METRICS)
    priorities = serializers.ListField(
        child=serializers.IntegerField(), required=False, max_length=5, help_text="Empty: every priority."
    )
    level = serializers.IntegerField(required=False, help_text="Up to 90.")
    at_percent = serializers.IntegerField(required=False, allow_null=True, help_text="Either this or at_seconds.")
    at_seconds = serializers.IntegerField(required=False, allow_null=True)
    around_the_clock = YesNo(required=False)
    notify = Codes(required=False, max_length=20, help_text=TOLD)
    channels = Codes(required=False, max_length=5, help_text=BY)
    repeat_seconds = serializers.IntegerField(required=False, allow_null=True, help_text="60 or more.")
    needs_ack = YesNo(required=False)
    action = Text(required=False, max_length=LONGEST_CODE, allow_blank=True, help_text=ACTIONS)


class LadderStepBody(LadderStepEditBody):
    """A new step."""

    metric = Text(max_length=LONGEST_CODE, help_text=METRICS)
    level = serializers.IntegerField(help_text="Up to 90.")
    notify = Codes(max_length=20, help_text=TOLD)


def step(row: EscalationStep) -> dict[str, Any]:
    """Lay a step out."""
    return {"id": row.pk, **{name: getattr(row, name) for name in PLAIN}}


def ladder(row: EscalationPolicy) -> dict[str, Any]:
    """Lay a ladder out with its steps."""
    plain = {name: getattr(row, name) for name in ("code", "name_zh", "name_en", "is_active")}
    return plain | {
        "service": row.service.code if row.service else None,
        "steps": [step(one) for one in row.steps.all()],
    }
