"""What an edition says: the eight fields of the catalogue in both languages, and which of them are still empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from itsm.flow.words import Words

LANGUAGES = ("zh", "en")
#: Texts that stand in both languages, with their greatest length.
TEXTS: dict[str, int] = {
    "name": 120, "service_type": 120, "audience": 400, "description": 8000, "frequency": 400, "escalation": 2000, "price_unit": 80,
}  # fmt: skip
#: What stands as it is: a choice, a number, or the code of a row.
SINGLE = ("kind", "criticality", "price", "hours", "support_team", "second_line_team", "owner")
#: Contents that are promises: who changes them needs an approved change (clause 6.1).
PROMISES = ("audiences", "audience_zh", "audience_en", "hours", "frequency_zh", "frequency_en", "price",
            "price_unit_zh", "price_unit_en", "description_zh", "description_en")  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One of the eight: its words, the texts that must stand in both languages, and what must be chosen."""

    code: str
    words: Words
    texts: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()


EIGHT: tuple[Field, ...] = (
    Field("name", Words("Service name", "服務名稱"), ("name",)),
    Field("kind", Words("Service type", "服務種類"), ("service_type",), ("kind",)),
    Field("audience", Words("Service audience", "服務對象"), ("audience",)),
    Field("description", Words("Service content", "服務內容"), ("description",)),
    Field("hours", Words("Service hours and frequency", "服務執行時間、頻率"), ("frequency",), ("hours",)),
    Field("escalation", Words("Problem escalation method", "服務問題昇級處理方法"), ("escalation",)),
    Field("team", Words("Service operations team", "服務維運小組"), (), ("support_team",)),
    Field("price", Words("Service price", "服務售價"), (), ("price",)),
)


@dataclass(frozen=True)
class Gap:
    """Something of the eight that is not written yet; ``language`` is empty where it stands in none."""

    field: Field
    language: str

    def __str__(self) -> str:
        tongue = {"zh": Words("Chinese", "中文"), "en": Words("English", "英文")}.get(self.language)
        return f"{self.field.words} ({tongue})" if tongue else str(self.field.words)


def gaps(content: Mapping[str, Any]) -> list[Gap]:
    """List what is missing of the eight fields, in their order."""
    found = []
    for field in EIGHT:
        if any(content.get(name) in (None, "") for name in field.chosen):
            found.append(Gap(field, ""))
        texts = field.texts + (("price_unit",) if field.code == "price" and content.get("price") else ())
        found += [
            Gap(field, language)
            for language in LANGUAGES
            if any(not str(content.get(f"{name}_{language}", "")).strip() for name in texts)
        ]
    return found


def completeness(content: Mapping[str, Any]) -> int:
    """Tell how many of the eight fields are complete in both languages."""
    return len(EIGHT) - len({gap.field.code for gap in gaps(content)})


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Name the contents that differ, sorted."""
    names = set(before) | set(after)
    return sorted(name for name in names if _plain(before.get(name)) != _plain(after.get(name)))


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else ("" if value is None else value)


def promises_changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Name the promises that differ."""
    return [name for name in changed(before, after) if name in PROMISES]


def content_of(service: Any) -> dict[str, Any]:
    """Write down what the catalogue says of ``service`` now."""
    made: dict[str, Any] = {
        f"{name}_{tongue}": getattr(service, f"{name}_{tongue}") for name in TEXTS for tongue in LANGUAGES
    }
    made |= {"kind": service.kind, "criticality": service.criticality, "price": service.price}
    made |= {"hours": service.hours.code, "support_team": service.support_team.code, "owner": service.owner.username}
    made["second_line_team"] = service.second_line_team.code if service.second_line_team else ""
    made["audiences"] = sorted(service.audiences.values_list("code", flat=True))
    return made
