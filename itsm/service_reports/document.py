"""The document as text: equal figures are equal texts, and what two editions say differently can be listed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from itsm.service_reports import remedies
from itsm.service_reports.amounts import Row, counted

#: What a difference of commentary is called, after the code of its service.
COMMENTARY = "commentary"


def canonical(document: dict[str, Any]) -> str:
    """Write a document so that equal ones are equal texts."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(document: dict[str, Any]) -> str:
    """Give the SHA-256 of the canonical text."""
    return sha256(canonical(document).encode()).hexdigest()


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[dict[str, Any]]:
    """List the numbers that differ: which, before, after, and the rows that were added or taken away; then the commentary."""
    before, after = old.get("figures", {}), new.get("figures", {})
    found = []
    for key in sorted(before.keys() | after.keys()):
        one, other = before.get(key), after.get(key)
        if one == other:
            continue
        gone, come = _rows(one), _rows(other)
        found.append({
            "figure": key, "before": one and one["shown"], "after": other and other["shown"],
            "added": len(come - gone), "removed": len(gone - come),
        })  # fmt: skip
    return found + list(_said_anew(old, new))


def _said_anew(old: dict[str, Any], new: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the services whose commentary says something else, with its words before and after."""
    before, after = _commentary(old), _commentary(new)
    for code in sorted(before.keys() | after.keys()):
        if before.get(code) != after.get(code):
            words = {"before": before.get(code), "after": after.get(code)}
            yield {"figure": f"{code}.{COMMENTARY}", **words, "added": 0, "removed": 0}


def _commentary(document: dict[str, Any]) -> dict[str, str]:
    return {one["code"]: one["comment"]["text"] for one in document.get("services", []) if one["comment"]}


def _rows(figure: dict[str, Any] | None) -> set[tuple[Any, ...]]:
    sides = figure["sides"] if figure else {}
    return {(side, *row) for side, rows in sides.items() for row in rows}


def comments_in(document: dict[str, Any], comments: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Put the commentary of each service, by its code, into a copy of the document."""
    services = [one | {"comment": comments.get(one["code"])} for one in document.get("services", [])]
    return document | {"services": services}


#: What a person's verdict means for a promise.
VERDICTS = {"met": True, "missed": False, "no_data": None}


def results_in(document: dict[str, Any], entered: dict[tuple[str, int], dict[str, Any]]) -> dict[str, Any]:
    """Lay the results that persons entered, by service and promise, into a copy of the document; a result not given is taken out.

    What was missed is counted anew: a promise that a person judged counts as any other.
    """
    if not any(is_judged_by_a_person(line) for one in document["services"] for line in one["lines"]):
        return document
    services = []
    for one in document["services"]:
        judged = [_entered(line, entered.get((one["code"], line.get("promise", 0)))) for line in one["lines"]]
        services.append(one | {"lines": judged, "missed": any(line["met"] is False for line in judged)})
    missed: list[Row] = [
        ("promise", f"{one['code']}.{line['name']}", 1)
        for one in services
        for line in one["lines"]
        if line["met"] is False
    ]
    figures = document["figures"] | {document["summary"]["missed"]: counted(missed).as_json()}
    return document | {"services": [remedies.lay(one, figures) for one in services], "figures": figures}


def is_judged_by_a_person(line: dict[str, Any]) -> bool:
    """Tell whether the result of a promise is entered by a person; reports of earlier schemas had no room for one."""
    return line["metric"] == "custom" and "entered" in line


def to_judge(document: dict[str, Any], code: str) -> list[dict[str, Any]]:
    """List the promises of a service that a person judges."""
    found = (one["lines"] for one in document.get("services", []) if one["code"] == code)
    return [line for lines in found for line in lines if is_judged_by_a_person(line)]


def _entered(line: dict[str, Any], result: dict[str, Any] | None) -> dict[str, Any]:
    if not is_judged_by_a_person(line):
        return line
    return line | {"entered": result, "met": VERDICTS[result["verdict"]] if result else None}


def unjudged(document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Give the promises, each with its service, that a person must judge and nobody has."""
    for one in document.get("services", []):
        yield from ((one, line) for line in one["lines"] if is_judged_by_a_person(line) and line["entered"] is None)
