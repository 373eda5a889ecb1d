"""The shapes of configuration data over REST: health, baselines, audits, imports."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from configuration.models import AuditFind, AuditItem, AuditLine, ImportBatch, ImportRow, VerificationAudit
from itsm.api.serializers import PersonName, Strict, Text

Shaped = serializers.Serializer[Any]


class IntervalShape(Shaped):
    """A share with the bounds between which it lies; none where everything was counted."""

    share = serializers.FloatField()
    low = serializers.FloatField(allow_null=True, help_text="Null for a full count, which has no sampling error.")
    high = serializers.FloatField(allow_null=True, help_text="Null for a full count, which has no sampling error.")
    is_full_count = serializers.BooleanField(help_text="Whether everything was counted, and not a sample.")


class ClassHealthShape(Shaped):
    """How well the data of one class can be relied on."""

    code = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)
    items = serializers.IntegerField()
    stale = serializers.IntegerField()
    orphans = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    correctness = serializers.FloatField(allow_null=True)
    completeness = serializers.FloatField(allow_null=True)
    accuracy = IntervalShape(allow_null=True)
    audited_at = serializers.DateTimeField(allow_null=True)


class HealthShape(Shaped):
    """The health of all configuration data, the worst class first."""

    whole = ClassHealthShape()
    classes = ClassHealthShape(many=True)
    relationships = serializers.IntegerField()
    relationships_sound = serializers.IntegerField(help_text="Those of which both ends are in use.")


class BaselineShape(Shaped):
    """Items as they were at a moment."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    at = serializers.DateTimeField()
    record = serializers.CharField(allow_null=True, help_text="Number of the change or release it was taken for.")
    items = serializers.IntegerField()
    digest = serializers.CharField()
    intact = serializers.BooleanField(
        allow_null=True, help_text="Whether what it refers to is unaltered; null in lists."
    )


class BaselineBody(Strict):
    """Of what a baseline is taken: a change or release, a class, or everything."""

    name = Text(max_length=160, required=False)
    record = Text(max_length=32, required=False)
    ci_class = Text(max_length=40, required=False)


class DifferenceShape(Shaped):
    """One thing that is not as it was."""

    kind = serializers.ChoiceField(["added", "gone", "changed", "joined", "parted"])
    number = serializers.CharField()
    title = serializers.CharField()
    field = serializers.CharField(allow_blank=True)
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # a field of the body, no attribute of the serializer
    old = serializers.CharField(allow_blank=True)
    new = serializers.CharField(allow_blank=True)
    authorised = serializers.BooleanField()
    why = serializers.CharField(allow_blank=True)
    version = serializers.IntegerField(
        allow_null=True, help_text="What brought it; it is named where a difference is accepted or corrected."
    )
    restores = serializers.BooleanField(help_text="Whether a correction can set it back.")


class AcceptBody(Strict):
    """Why a difference may stay."""

    reason = Text(max_length=300)


class AcceptedShape(Shaped):
    """A difference that stands, with who let it stand first."""

    version = serializers.IntegerField()
    reason = serializers.CharField()
    by = PersonName(allow_null=True)
    at = serializers.DateTimeField()


class SetBackBody(Strict):
    """The field and its values, as the list of differences tells them."""

    field = Text(max_length=60)
    old = Text(max_length=2000, allow_blank=True, help_text="What it shall be again.")
    new = Text(max_length=2000, allow_blank=True, help_text="What is recorded now.")


class RaisedShape(Shaped):
    """A correction that was raised; a second person verifies it."""

    id = serializers.IntegerField()
    item = serializers.CharField()
    field = serializers.CharField()
    recorded = serializers.CharField(allow_blank=True)
    found = serializers.CharField()


class RestoreStepShape(Shaped):
    """What has to be done to bring one thing back."""

    kind = serializers.ChoiceField(["added", "gone", "changed", "joined", "parted"])
    number = serializers.CharField()
    title = serializers.CharField()
    step = serializers.CharField(help_text="In words: retire, bring in again, set back, end or join again.")
    field = serializers.CharField(allow_blank=True)
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # a field of the body, no attribute of the serializer
    present = serializers.CharField(allow_blank=True)
    target = serializers.CharField(allow_blank=True, help_text="What it shall be again.")
    authorised = serializers.BooleanField()
    why = serializers.CharField(allow_blank=True, help_text="Why it differs.")


class AuditCorrectBody(Strict):
    """The line that is corrected."""

    field = Text(max_length=60)


class AuditCorrectedShape(Shaped):
    """A line of a count sheet that was corrected."""

    number = serializers.CharField(help_text="The item.")
    field = serializers.CharField()
    correction = serializers.IntegerField()
    verified_by = PersonName()
    applied_at = serializers.DateTimeField()


class AuditShape(Shaped):
    """A verification audit."""

    number = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(VerificationAudit.Kind.choices)
    ci_class = serializers.CharField(allow_null=True)
    progress = serializers.ChoiceField(["planned", "counting", "closed"])
    population = serializers.IntegerField()
    size = serializers.IntegerField()
    counted = serializers.IntegerField()
    seed = serializers.CharField()
    auditor = PersonName(allow_null=True)
    planned_on = serializers.DateField(allow_null=True)
    accuracy = IntervalShape(allow_null=True)
    strict = IntervalShape(allow_null=True)
    conclusion = serializers.CharField(allow_blank=True)


class AuditBody(Strict):
    """What is audited and how."""

    title = Text(max_length=160)
    kind = serializers.ChoiceField(VerificationAudit.Kind.choices, default="sample")
    ci_class = Text(max_length=40, required=False)
    precision = serializers.IntegerField(min_value=1, max_value=50, default=5)
    confidence = serializers.IntegerField(min_value=50, max_value=99, default=95)
    seed = Text(max_length=64, required=False)
    planned_on = serializers.DateField(required=False)


class AuditLineShape(Shaped):
    """An attribute on the count sheet."""

    field = serializers.CharField()
    recorded = serializers.CharField(allow_blank=True)
    found = serializers.CharField(allow_blank=True)
    result = serializers.ChoiceField(AuditLine.Result.choices, allow_blank=True)


class AuditItemShape(Shaped):
    """An item on the count sheet."""

    place = serializers.IntegerField()
    number = serializers.CharField()
    title = serializers.CharField()
    result = serializers.ChoiceField(AuditItem.Result.choices, allow_blank=True)
    remark = serializers.CharField(allow_blank=True)
    lines = AuditLineShape(many=True)
    has_photo = serializers.BooleanField(help_text="Its address ends in /photo.")


class CountBody(Strict):
    """What was found of one item; a field that ``found`` does not name is right, null is one that could not be seen."""

    result = serializers.ChoiceField(AuditItem.Result.choices)
    found = serializers.DictField(
        child=serializers.CharField(allow_blank=True, allow_null=True, max_length=2000), required=False
    )
    remark = Text(max_length=300, required=False, allow_blank=True)


class FindBody(Strict):
    """Something that is there and not on the sheet."""

    kind = serializers.ChoiceField(AuditFind.Kind.choices, default="unregistered")
    name = Text(max_length=160)
    place = Text(max_length=120, required=False, allow_blank=True)
    remark = Text(max_length=300, required=False, allow_blank=True)


class CloseBody(Strict):
    """The conclusion of an audit."""

    conclusion = Text(max_length=4000)


class ImportShape(Shaped):
    """An import of configuration data."""

    id = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field of the body, no attribute of the serializer
    file_name = serializers.CharField()
    progress = serializers.ChoiceField(ImportBatch.State.choices)
    rows_read = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    reported = serializers.IntegerField()
    done = serializers.IntegerField()
    authorised = serializers.BooleanField()


class ImportBody(Strict):
    """Rows to be compared: items as objects of field and text, relationships as objects of source, type and target."""

    source = Text(max_length=40)  # type: ignore[assignment]  # a field of the body, no attribute of the serializer
    ci_class = Text(max_length=40, required=False)
    items = serializers.ListField(child=serializers.DictField(child=serializers.CharField(allow_blank=True, max_length=4000)),
                                  required=False, max_length=5000)  # fmt: skip
    relationships = serializers.ListField(child=serializers.DictField(child=serializers.CharField(max_length=200)),
                                          required=False, max_length=5000)  # fmt: skip


class ImportRowShape(Shaped):
    """A row with what becomes of it."""

    line = serializers.IntegerField()
    kind = serializers.ChoiceField(ImportRow.Kind.choices)
    action = serializers.ChoiceField(ImportRow.Action.choices)
    name = serializers.CharField(allow_blank=True)
    other = serializers.CharField(allow_blank=True)
    cells = serializers.ListField(child=serializers.DictField())
    reason = serializers.CharField(allow_blank=True)


class AuthoriseBody(Strict):
    """What authorises an import: a change; without one, the caller agrees as a second person."""

    change = Text(max_length=32, required=False)
