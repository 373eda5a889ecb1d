"""The shapes of agreements, as the OpenAPI document shows them; contents are read and written in the same shape."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from itsm.api.serializers import Named, PersonName, Strict, Text, YesNo
from itsm.flow.table import PHASES
from itsm.tickets.api.shapes import StateShape
from sla.agreement_sheet import CLAUSES, COLUMNS, both
from sla.agreement_writing import LONGEST_TITLE
from sla.models import (
    AgreementRow,
    ExclusionClause,
    MaintenancePlan,
    Promise,
    Remedy,
    ServiceAgreement,
    Signatory,
    SignatureRequest,
)

LONGEST = 20_000


def _free(most: int = LONGEST, **more: Any) -> Any:
    return Text(required=False, allow_blank=True, max_length=most, **more)


def _code(help_text: str) -> Any:
    return Text(required=False, allow_null=True, allow_blank=True, max_length=40, help_text=help_text)


def _day() -> Any:
    return serializers.DateField(required=False, allow_null=True)


def _whole(**more: Any) -> Any:
    return serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=2_147_483_647, **more)


def _number(help_text: str = "An exact number as text.") -> Any:
    return _code(help_text)


def _choice(choices: Any, **more: Any) -> Any:
    return serializers.ChoiceField(choices, required=False, **more)


class ItemPart(Strict):
    """A service item with the resource behind it."""

    name_zh = Text(max_length=120)
    name_en = _free(120)
    ci = _code("Number of a configuration item.")


class PromisePart(Strict):
    """One promise that can be measured."""

    metric = serializers.ChoiceField(Promise.Metric.choices)
    op = _choice(Promise.Op.choices)
    value = _number()
    seconds = _whole()
    per = _choice(Promise.Per.choices)
    combine = _choice(Promise.Combine.choices)
    mode = _choice(Promise.Mode.choices)
    period = _choice(Promise.Period.choices)
    process = _free(32)
    priority = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=5)
    request_item = _code("Code of what may be ordered.")
    calendar = _code("Code of a calendar; null: the hours of the service.")
    starts = _choice(Promise.Starts.choices)
    stops = _choice(Promise.Stops.choices)
    pauses = _choice(Promise.Pauses.choices)
    goal_percent = _number("Share of the cases that must keep it, in per cent.")
    warn_at = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=99), required=False, max_length=8
    )
    words_zh = _free(200)
    words_en = _free(200)


class PlanPart(Strict):
    """Maintenance that comes again."""

    subject_zh = Text(max_length=120)
    subject_en = _free(120)
    interval = _choice(MaintenancePlan.Interval.choices)
    first_on = _day()
    duration_minutes = _whole()
    weekday = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=6)
    window_start = _code("Such as 18:00.")
    window_end = _code("Such as 20:00.")
    notice_days = _whole()
    interrupts = YesNo(required=False)
    ci = _code("Number of a configuration item.")
    team = _code("Code of the team that does it.")


class ExclusionPart(Strict):
    """A circumstance that is agreed not to count."""

    code = Text(max_length=40)
    text_zh = Text(max_length=400)
    text_en = _free(400)
    effect = _choice(ExclusionClause.Effect.choices)
    evidence_needed = _free(400)


class RemedyPart(Strict):
    """What the customer gets when a promise was not kept."""

    basis = _choice(
        Remedy.Basis.choices, help_text="words: a person judges it; missed: a target; band: a share in per cent."
    )
    service = _code("Code of a service; null: every service.")
    metric = _choice(Promise.Metric.choices, allow_blank=True, help_text="Empty: every promise; a band needs one.")
    band_from = _number("Share in per cent from which the band begins; null: 0.")
    band_below = _number("Share in per cent below which the band lies.")
    trigger_zh = _free(200, help_text="Needed where a person judges it.")
    trigger_en = _free(200)
    kind = serializers.ChoiceField(Remedy.Kind.choices)
    amount = _number()
    cap = _number()
    claim_needed = YesNo(required=False)
    claim_days = _whole()


class DocumentPart(Strict):
    """A document that belongs to the agreement."""

    title_zh = Text(max_length=200)
    title_en = _free(200)
    url = _free(500, help_text="Where it lies.")


class _RowTexts(Strict):
    for _name in both(COLUMNS):
        locals()[_name] = _free()


class RowPart(_RowTexts):
    """One line of the table: what is promised of a service."""

    service = _code("Code of a service; null: every service.")
    offerings = serializers.ListField(child=Text(max_length=40), required=False, max_length=60)
    escalation_policy = _code("Code of an escalation ladder.")
    report_frequency = _choice(AgreementRow.Frequency.choices)
    report_delivery = _choice(AgreementRow.Delivery.choices, allow_blank=True)
    report_roles = _free(200)
    rto_seconds = _whole()
    rpo_seconds = _whole()
    safeguards_zh = _free(help_text="One a line; the cell of continuity shows them.")
    safeguards_en = _free()
    continuity_exclusions_zh = _free(help_text="What continuity does not cover, one a line.")
    continuity_exclusions_en = _free()
    procedure_zh = _free(200, help_text="Title of the procedure that the response follows.")
    procedure_en = _free(200)
    procedure_url = _free(500, help_text="Where it lies.")
    items = ItemPart(many=True, required=False)
    promises = PromisePart(many=True, required=False)
    maintenance_plans = PlanPart(many=True, required=False)


class WorkloadPart(Strict):
    """A limit of the workload."""

    metric = Text(max_length=60)
    most = serializers.IntegerField(min_value=0, max_value=2_147_483_647)
    per = Text(max_length=20)


class _ClauseTexts(Strict):
    for _name in both(CLAUSES):
        locals()[_name] = _free()


class SheetPart(_ClauseTexts):
    """The contents of an edition."""

    valid_from = _day()
    valid_to = _day()
    review_every_months = _whole()
    next_review_on = _day()
    hours = _code("Code of the calendar of the service hours.")
    workload = WorkloadPart(many=True, required=False)
    reason = _free()
    rows = RowPart(many=True, required=False)
    exclusions = ExclusionPart(many=True, required=False)
    remedies = RemedyPart(many=True, required=False)
    documents = DocumentPart(many=True, required=False)


class AgreementBody(Strict):
    """An agreement as it is written; what is left out stays, lists are replaced whole."""

    title = Text(max_length=LONGEST_TITLE, required=False)
    type = _choice(ServiceAgreement.Type.choices)
    level = _choice(ServiceAgreement.Level.choices)
    provider = _code("Code of an organisation.")
    provider_team = _code("Code of a team.")
    consumer = _code("Code of an organisation; null: everybody.")
    consumer_team = _code("Code of a team.")
    owner = Text(required=False, max_length=80, help_text="User name of who answers for it.")
    contract = _code("Number of a contract, of a UC.")
    underpins = serializers.ListField(
        child=Text(max_length=40), required=False, max_length=60,
        help_text="Numbers of the SLA that it stands under; empty: every SLA with a row for the same services.",
    )  # fmt: skip
    contents = SheetPart(required=False)


class AgreementShape(serializers.Serializer[Any]):
    """An agreement in a list."""

    number = serializers.CharField()
    title = serializers.CharField()
    type = serializers.ChoiceField(ServiceAgreement.Type.choices)
    level = serializers.ChoiceField(ServiceAgreement.Level.choices)
    state = StateShape()
    phase = serializers.ChoiceField(PHASES)
    version = serializers.IntegerField()
    changed_at = serializers.DateTimeField()
    provider = Named(allow_null=True)
    provider_team = Named(allow_null=True)
    consumer = Named(allow_null=True, help_text="Null: everybody.")
    consumer_team = Named(allow_null=True)
    owner = PersonName(allow_null=True)


class SignatoryShape(serializers.Serializer[Any]):
    """Who signed for one side."""

    side = serializers.ChoiceField(Signatory.Side.choices)
    name = serializers.CharField()
    title = serializers.CharField(allow_blank=True)
    method = serializers.CharField(allow_blank=True)
    signed_at = serializers.DateTimeField(allow_null=True)


class SignatureRequestShape(serializers.Serializer[Any]):
    """A signature that was asked for, and what was answered."""

    side = serializers.ChoiceField(Signatory.Side.choices)
    person = PersonName()
    asked_at = serializers.DateTimeField()
    answer = serializers.ChoiceField(SignatureRequest.Answer.choices)
    answered_at = serializers.DateTimeField(allow_null=True)
    name = serializers.CharField(allow_blank=True)
    title = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    digest = serializers.CharField(help_text="Seal of the contents that were shown.")


class SignatureBody(Strict):
    """Your answer to a request for your signature."""

    answer = serializers.ChoiceField([("signed", "signed"), ("declined", "declined")])
    digest = Text(max_length=64, help_text="Seal of the contents that you have read.")
    name = _free(120)
    title = _free(120)
    reason = _free(4000, help_text="Needed when you decline.")


class AskedShape(serializers.Serializer[Any]):
    """What you are asked to sign: the contents, their seal, and your request."""

    agreement = serializers.CharField()
    title = serializers.CharField()
    edition = serializers.CharField()
    request = SignatureRequestShape()
    contents = SheetPart()


class AgreementEditionShape(serializers.Serializer[Any]):
    """An edition with its contents."""

    edition = serializers.CharField()
    written_at = serializers.DateTimeField()
    signed_at = serializers.DateTimeField(allow_null=True)
    applied_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    change = serializers.CharField(allow_null=True, help_text="Number of the change that it came of.")
    digest = serializers.CharField(
        allow_blank=True, help_text="SHA-256 of what is signed; empty until it is asked for."
    )
    signatories = SignatoryShape(many=True)
    requests = SignatureRequestShape(many=True)
    cannot_be_kept = serializers.ListField(
        child=serializers.CharField(), help_text="What is promised but cannot be kept, and why."
    )
    contents = SheetPart()


class WholeAgreementShape(AgreementShape):
    """An agreement with its editions, the newest first."""

    contract = serializers.CharField(allow_null=True, help_text="Number of the contract, of a UC.")
    underpins = serializers.ListField(
        child=serializers.CharField(), help_text="Numbers of the SLA that it says it stands under."
    )
    editions = AgreementEditionShape(many=True)


class ApplyingShape(serializers.Serializer[Any]):
    """Which agreement applies to a case, and why; null throughout where none does."""

    agreement = serializers.CharField(allow_null=True)
    edition = serializers.CharField(allow_null=True)
    service = Named(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
