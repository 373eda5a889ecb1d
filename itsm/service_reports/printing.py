"""Making the papers of a report: its print page in both languages, printed beside each other, kept under their hashes.

One report is drawn at a time, whatever the number of workers, so that the memory of one is enough. What changed meanwhile is
drawn again: a paper is kept only if it shows what stands.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import translation

from itsm.draw.paper import NoPaper
from itsm.draw.printing import NotNow, Page, Printed, printed
from itsm.service_reports import files, paper
from itsm.service_reports.models import ReportIssue

logger = logging.getLogger(__name__)
LANGUAGES = ("zh-hant", "en")
#: Pauses before a printing that failed is tried again; after the last there is the print page.
PAUSES = (timedelta(minutes=1), timedelta(minutes=10))
#: An issued report without papers is tried again every day, for so long after its issue.
DAILY, ASKED_FOR = timedelta(days=1), timedelta(days=31)
#: After so long work counts as lost with its worker, and another takes it.
LEASE = timedelta(minutes=10)


def free(at: datetime) -> Q:
    """Give the reports on which no worker works."""
    return Q(claimed_at=None) | Q(claimed_at__lt=at - LEASE)


def ready(at: datetime) -> Q:
    """Give the reports whose papers are wanted, where no pause after a printing that failed keeps them back."""
    return Q(papers_wanted=True, asked_at=None) & (Q(papers_tried=0) | Q(papers_after__lte=at))


def ask_anew(at: datetime) -> int:
    """Ask once a day for the papers that reports issued lately have not: what kept them from being printed may have passed."""
    without = ReportIssue.objects.out().filter(papers=None, papers_wanted=False, issued_at__gt=at - ASKED_FOR)
    return int(without.filter(papers_after__lte=at).update(papers_wanted=True))


def draw(key: int, *, at: datetime) -> int:
    """Make the papers of a report where they are wanted; where none can be made it has none."""
    waiting = ReportIssue.objects.filter(ready(at))
    if waiting.exclude(free(at)).exists():
        return 0
    wanted = waiting.filter(free(at), pk=key)
    if not wanted.update(claimed_at=at):
        return 0
    issue = ReportIssue.objects.select_related("customer", "prepared_by", "approved_by", "issued_by").get(pk=key)
    try:
        made = printed(pages(issue, at=at))
    except NotNow as fault:
        logger.warning("printing %s failed: %s", issue.number, fault)
        if _put_off(issue, at=at):
            return 1
        made = []
    except NoPaper as fault:
        logger.warning("no PDF of %s: %s", issue.number, fault)
        made = []
    _keep(issue, made, at=at)
    return 1


def _put_off(issue: ReportIssue, *, at: datetime) -> bool:
    """Try a printing that failed again later, and give the report free; False where it was tried often enough."""
    if issue.papers_tried >= len(PAUSES):
        return False
    held = ReportIssue.objects.filter(pk=issue.pk, claimed_at=at)
    held.update(papers_tried=issue.papers_tried + 1, papers_after=at + PAUSES[issue.papers_tried], claimed_at=None)
    return True


def pages(issue: ReportIssue, *, at: datetime) -> Iterator[Page]:
    """Set the report in every language, one after the other."""
    for language in LANGUAGES:
        with translation.override(language):
            made = paper.page(issue, at=at)
        yield made


def _keep(issue: ReportIssue, made: list[Printed], *, at: datetime) -> None:
    """Keep the papers if they show what stands, and give the report free."""
    with transaction.atomic():
        held = ReportIssue.objects.without_figures().select_for_update(no_key=True).get(pk=issue.pk)
        if held.claimed_at != at:
            return
        still = (held.digest, held.state) == (issue.digest, issue.state)
        if still and not made:
            held.papers.all().delete()  # pages offer the print page instead
        elif still:
            for language, one in zip(LANGUAGES, made, strict=True):
                files.store(held, one, language=language, digest=issue.digest, at=at)
        ReportIssue.objects.filter(pk=held.pk).update(
            papers_wanted=not still,
            papers_tried=0,
            papers_after=None if made or not still else at + DAILY,
            claimed_at=None,
        )
