"""The bodies and answers of availability over REST."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from itsm.api.serializers import Instant, Strict, Text
from itsm.tickets.models import Outage
from sla import claim_overlaps
from sla.models import AvailabilityIssue, ExclusionClaim

LONG = 4000


class FiguresShape(serializers.Serializer[Any]):
    """The figures of a period; ratios are exact fractions as texts, percentages cut off."""

    service = serializers.CharField()
    start = serializers.CharField()
    end = serializers.CharField()
    until = serializers.CharField(help_text="Up to where a running period was reckoned.")
    mode = serializers.CharField()
    agreement = serializers.CharField(allow_blank=True)
    edition = serializers.CharField(allow_blank=True)
    calendar = serializers.CharField()
    agreed_s = serializers.IntegerField()
    down_s = serializers.IntegerField()
    ratio = serializers.CharField(allow_null=True)
    shown = serializers.CharField()
    raw_agreed_s = serializers.IntegerField()
    raw_down_s = serializers.IntegerField()
    raw_ratio = serializers.CharField(allow_null=True)
    raw_shown = serializers.CharField()
    judged = serializers.CharField(allow_null=True)
    judged_shown = serializers.CharField()
    target = serializers.CharField(allow_null=True)
    met = serializers.BooleanField(allow_null=True)
    budget_s = serializers.CharField(allow_null=True)
    budget_left_s = serializers.CharField(allow_null=True)
    planned_s = serializers.IntegerField(allow_null=True)
    degraded_s = serializers.IntegerField()
    weighted = serializers.CharField(allow_null=True)
    weighted_shown = serializers.CharField()
    user_weighted_shown = serializers.CharField()
    failures = serializers.IntegerField()
    mttr_s = serializers.CharField(allow_null=True)
    mtrs_s = serializers.CharField(allow_null=True)
    mtbf_s = serializers.CharField(allow_null=True)
    mtbsi_s = serializers.CharField(allow_null=True)
    caps = serializers.DictField(child=serializers.JSONField())
    items = serializers.ListField(child=serializers.JSONField())
    own = serializers.ListField(
        child=serializers.JSONField(), help_text="What is promised for other periods, each judged over its own."
    )
    promised = serializers.DictField(
        child=serializers.JSONField(),
        help_text="The target of this period and those of periods that ended in it, together.",
    )
    provisional = serializers.ListField(child=serializers.CharField(), help_text="Why the figures may still change.")
    outages = serializers.ListField(child=serializers.JSONField(), help_text="Their charged_s add up to down_s.")
    claims = serializers.ListField(child=serializers.JSONField())


class OutageFields(Strict):
    """What may be said of an outage."""

    kind = serializers.ChoiceField(Outage.Kind.choices, required=False)
    started_at = Instant(required=False)
    ended_at = Instant(required=False, allow_null=True)
    standby_at = Instant(required=False, allow_null=True, help_text="When the stand-by took over.")
    affected_users = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=10_000_000)
    weight_percent = serializers.IntegerField(required=False, min_value=0, max_value=100)
    evidence = Text(max_length=500, required=False, allow_blank=True)
    planned_from = Instant(required=False, allow_null=True)
    planned_until = Instant(required=False, allow_null=True)
    announced_at = Instant(required=False, allow_null=True)


class OutageBody(OutageFields):
    """An outage to be written down."""

    service = Text(max_length=60, help_text="Code of the service.")
    started_at = Instant()


class OutageCorrectionBody(OutageFields):
    """What is corrected, and why."""

    reason = Text(max_length=500)
    strike_out = serializers.BooleanField(required=False, default=False, help_text="It never was an outage.")


class OutageShape(serializers.ModelSerializer[Outage]):
    """An outage."""

    service = serializers.CharField(source="service.code")

    class Meta:
        model = Outage
        fields = (
            "id", "service", "kind", "source", "started_at", "ended_at", "standby_at", "affected_users", "weight_percent", "evidence",
            "monitor", "monitor_key", "planned_from", "planned_until", "announced_at", "is_forecast", "struck_out_at",
        )  # fmt: skip


class SignalBody(Strict):
    """What a monitoring system says."""

    source = Text(max_length=60, help_text="Name of the monitoring system.")  # type: ignore[assignment]  # a field of the body, no attribute of the serializer
    key = Text(max_length=200, help_text="Names the trouble within the source.")
    state = serializers.ChoiceField([("down", "down"), ("up", "up")])
    service = Text(max_length=60, required=False, help_text="Code of the service; needed when it goes down.")
    kind = serializers.ChoiceField(
        [("unplanned", "unplanned"), ("degraded", "degraded")], required=False, default="unplanned"
    )
    weight_percent = serializers.IntegerField(required=False, default=0, min_value=0, max_value=100)
    affected_users = serializers.IntegerField(required=False, min_value=0, max_value=10_000_000)
    occurred_at = Instant(required=False)
    note = Text(max_length=500, required=False, allow_blank=True, default="")


class SignalShape(serializers.Serializer[Any]):
    """What became of a signal."""

    outcome = serializers.ChoiceField([(word, word) for word in ("opened", "standing", "ended", "ignored")])
    outage = serializers.IntegerField(allow_null=True)


class ClaimBody(Strict):
    """What does not count, under which clause, and what proves it."""

    service = Text(max_length=60, help_text="Code of the service.")
    clause = Text(max_length=40, help_text="Code of a clause of the service's agreement.")
    started_at = Instant()
    ended_at = Instant()
    reason = Text(max_length=LONG)
    evidence = Text(max_length=LONG, required=False, allow_blank=True, default="")
    outage = serializers.IntegerField(required=False, min_value=1, max_value=2**62)


class ClaimShape(serializers.ModelSerializer[ExclusionClaim]):
    """A claim."""

    service = serializers.CharField(source="service.code")

    class Meta:
        model = ExclusionClaim
        fields = (
            "id", "service", "outage", "clause_code", "clause_zh", "clause_en", "started_at", "ended_at", "reason", "evidence", "state",
            "requested_at", "decided_at", "decision_note", "objection",
        )  # fmt: skip


class ClaimMadeShape(ClaimShape):
    """A claim that was just made."""

    overlaps = serializers.ListField(
        child=serializers.IntegerField(), help_text="Other claims under the clause that share time with it."
    )
    notice = serializers.CharField(allow_blank=True, help_text="The same in words; what two claims cover counts once.")

    class Meta:
        model = ExclusionClaim
        fields = (*ClaimShape.Meta.fields, "overlaps", "notice")


class ExclusionDecisionBody(Strict):
    """A decision."""

    decision = serializers.ChoiceField([("approve", "approve"), ("reject", "reject")])
    note = Text(max_length=LONG, required=False, allow_blank=True, default="")
    evidence = Text(max_length=LONG, required=False, allow_blank=True, default="")


class ObjectionBody(Strict):
    """What the customer holds against an exclusion."""

    objection = Text(max_length=LONG)


class IssueBody(Strict):
    """Which month is issued, and why anew."""

    month = serializers.DateField(help_text="Any day of the month.")
    reason = Text(max_length=500, required=False, allow_blank=True, default="")


class IssueShape(serializers.ModelSerializer[AvailabilityIssue]):
    """Issued figures."""

    service = serializers.CharField(source="service.code")

    class Meta:
        model = AvailabilityIssue
        fields = (
            "service", "starts_at", "ends_at", "number", "superseded", "is_provisional", "figures", "differences", "issued_at", "reason"
        )  # fmt: skip


def told(outage: Outage) -> dict[str, Any]:
    """This will lay an outage out."""
    return dict(OutageShape(outage).data)


def claim_told(claim: ExclusionClaim) -> dict[str, Any]:
    """This will lay a claim out."""
    return dict(ClaimShape(claim).data)


def claim_made(claim: ExclusionClaim) -> dict[str, Any]:
    """This will lay a claim out that was just made, with those that share time with it."""
    found = claim_overlaps.overlapping(claim)
    return claim_told(claim) | {"overlaps": [one.pk for one in found], "notice": claim_overlaps.notice(found)}


def issue_told(issue: AvailabilityIssue) -> dict[str, Any]:
    """This will lay issued figures out."""
    return dict(IssueShape(issue).data)
