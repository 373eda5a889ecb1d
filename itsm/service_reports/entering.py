"""Results that a person enters: of promises that nothing measures, kept with the commentary of the service's owner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext

from itsm.people.models import Person
from itsm.records.clock import whole
from itsm.records.refusals import Objected
from itsm.service_reports.document import to_judge
from itsm.service_reports.models import ReportIssue, ReportResult

LONGEST, LONGEST_LINK = 2000, 500
IS_LINK = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True)
class Result:
    """What was found of the promise that the report calls ``name``; without a verdict the result is taken away."""

    name: str
    verdict: str = ""
    text: str = ""
    evidence: str = ""

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was entered at all."""
        return not (self.verdict or self.text or self.evidence)


def keep(issue: ReportIssue, service: Any, results: Iterable[Result], *, by: Person, at: datetime) -> None:
    """Keep what was entered for promises of a service of a locked report; who entered the same before stays named.

    :raises Objected: if the report has no such promise to judge, or a result lacks its verdict or words
    """
    lines = {line["name"]: line for line in to_judge(issue.figures, service.code)}
    known = {row.promise_id: row for row in issue.results.filter(service=service)}
    for given in results:
        line, one = lines.get(given.name), _plain(given)
        if line is None:
            raise Objected(gettext("The report has no such promise for a person to judge."))
        _keep(issue, service, line["promise"], one, known.get(line["promise"]), by=by, at=at)


def _plain(given: Result) -> Result:
    verdict, text, evidence = (one.replace("\x00", "").strip() for one in (given.verdict, given.text, given.evidence))
    return Result(given.name, verdict, text, evidence)


def _keep(
    issue: ReportIssue,
    service: Any,
    promise: int,
    given: Result,
    known: ReportResult | None,
    *,
    by: Person,
    at: datetime,
) -> None:
    if given.is_empty:
        if known is not None:
            known.delete()
        return
    if why := why_not(given):
        raise Objected(why)
    if known is not None and (known.verdict, known.text, known.evidence) == (given.verdict, given.text, given.evidence):
        return
    ReportResult.objects.update_or_create(
        issue=issue, service=service, promise_id=promise,
        defaults={"verdict": given.verdict, "text": given.text, "evidence": given.evidence, "by": by, "at": whole(at)},
    )  # fmt: skip


def why_not(given: Result) -> str:
    """Say what is wrong with a result, or nothing."""
    if given.verdict not in ReportResult.Verdict.values:
        return gettext("Choose whether the promise was met, was missed, or has no data.")
    if not given.text:
        return gettext("Say in words what was found.")
    if len(given.text) > LONGEST:
        return gettext("At most 2,000 characters.")
    return _why_no_link(given.evidence) if given.evidence else ""


def _why_no_link(text: str) -> str:
    try:
        IS_LINK(text)
    except ValidationError:
        return gettext("The link to the evidence begins with http:// or https://.")
    return gettext("The link is too long.") if len(text) > LONGEST_LINK else ""


def entered(issue: ReportIssue) -> dict[tuple[str, int], dict[str, Any]]:
    """Give the results of a report as its document keeps them, by service and promise."""
    return {
        (row.service.code, row.promise_id): {
            "verdict": row.verdict, "text": row.text, "evidence": row.evidence, "by": row.by.name, "at": row.at.isoformat(),
        }
        for row in issue.results.select_related("service", "by")
    }  # fmt: skip
