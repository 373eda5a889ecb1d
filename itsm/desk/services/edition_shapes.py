"""The shapes of editions and of what is written about them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalogue.editions.content import LANGUAGES, SINGLE, TEXTS
from catalogue.models import Service, ServiceEdition
from itsm.api.serializers import PersonName, Strict, Text


def _texts() -> dict[str, Any]:
    return {
        f"{name}_{tongue}": Text(required=False, allow_blank=True, max_length=most) for name, most in TEXTS.items() for tongue in LANGUAGES
    }  # fmt: skip


class ContentBase(Strict):
    """What an edition says."""

    kind = serializers.ChoiceField(Service.Kind.choices, required=False)
    criticality = serializers.IntegerField(min_value=1, max_value=4, required=False)
    price = serializers.IntegerField(
        min_value=0, max_value=10**12, allow_null=True, required=False, help_text="NT$; 0 is free of charge, null is not stated."
    )  # fmt: skip
    hours = Text(required=False, max_length=40, help_text="Code of the calendar.")
    support_team = Text(required=False, max_length=40, help_text="Code of the operations team.")
    second_line_team = Text(required=False, allow_blank=True, max_length=40)
    owner = Text(required=False, max_length=150, help_text="User name.")
    audiences = serializers.ListField(
        child=Text(max_length=40),
        required=False,
        max_length=200,
        help_text="Codes of the entitled units; empty: everyone.",
    )


#: The eight fields in both languages with what stands as it is.
EditionContent: Any = type("EditionContent", (ContentBase,), {**_texts(), "__doc__": "What an edition says."})
EditionBody: Any = type(
    "EditionBody", (ContentBase,),
    {**_texts(), "reason": Text(required=False, allow_blank=True, max_length=2000), "__doc__": "What is written on a draft."},
)  # fmt: skip


class ReturnBody(Strict):
    """Why it goes back."""

    reason = Text(max_length=2000)


class ApproveBody(Strict):
    """From which day, and by which approved change."""

    effective_on = serializers.DateField(required=False, allow_null=True)
    change = Text(required=False, allow_blank=True, max_length=32, help_text="Number of the approved change.")


class EditionShape(serializers.Serializer[Any]):
    """An edition of a catalogue entry."""

    service = serializers.CharField(help_text="Code of the service.")
    number = serializers.IntegerField()
    state = serializers.ChoiceField(ServiceEdition.State.choices)
    version = serializers.IntegerField()
    reason = serializers.CharField(allow_blank=True)
    returned = serializers.CharField(allow_blank=True, help_text="Why it was returned.")
    drafted_by = PersonName(allow_null=True)
    drafted_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    approved_by = PersonName(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    effective_on = serializers.DateField(allow_null=True)
    transition = serializers.CharField(allow_null=True, help_text="Number of the service transition.")
    change = serializers.CharField(allow_null=True, help_text="Number of the approved change.")
    complete_fields = serializers.IntegerField()
    missing = serializers.ListField(child=serializers.CharField())
    content = EditionContent()


def whole(row: ServiceEdition, *, for_worker: bool) -> dict[str, Any]:
    """Lay an edition out; who wrote and approved it is for those who work cases."""
    made: dict[str, Any] = {
        name: getattr(row, name)
        for name in (
            "number",
            "version",
            "reason",
            "returned",
            "drafted_at",
            "submitted_at",
            "approved_at",
            "effective_on",
        )
    }
    made |= {"service": row.service.code, "state": row.state.value, "complete_fields": row.complete}
    made |= {"missing": [str(gap) for gap in row.gaps], "content": _content(row, for_worker=for_worker)}
    made |= {
        "transition": row.transition.number if row.transition else None,
        "change": row.change.number if row.change else None,
    }
    people = {"drafted_by": row.drafted_by, "approved_by": row.approved_by}
    return made | {name: _person(person) if for_worker else None for name, person in people.items()}


def _content(row: ServiceEdition, *, for_worker: bool) -> dict[str, Any]:
    names = [f"{name}_{tongue}" for name in TEXTS for tongue in LANGUAGES] + [*SINGLE, "audiences"]
    said = {name: row.content[name] for name in names if name in row.content}
    return said if for_worker else {name: value for name, value in said.items() if name != "owner"}


def _person(person: Any) -> dict[str, str] | None:
    return {"username": person.username, "name": person.name} if person is not None else None
