"""Drawing the weekly sample of judgements and checking it (domain 6.3: the boundary of incident and request)."""

from __future__ import annotations

import random
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from incidents.access import KINDS
from incidents.models import JudgementCheck, JudgementSample
from itsm.records.clock import database_now, whole
from itsm.records.models import Event
from itsm.records.refusals import NotAllowed, Objected

if TYPE_CHECKING:
    from itsm.people.models import Person

#: So many cases of a week are looked at; fewer where fewer were judged.
DRAWN = 20
WEEK = timedelta(days=7)
#: The moves by which a person says what a case is and that it stays this.
JUDGING = ("classify", "judge_as_request", "judge_as_incident")
#: Who reads what was drawn and found.
READERS = frozenset({"incident_manager", "auditor"})


def may_check(person: Person) -> bool:
    """Tell whether ``person`` owns the process of incidents, and so looks at what was judged."""
    return person.holds("incident_manager", process="incident")


def draw(at: datetime) -> int:
    """Draw the sample of the week that ended last before ``at``; gives how many cases. Twice draws nothing more.

    The seed is the week's first day, the population in order of its numbers: anybody can draw the same again.
    """
    today = at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    week = today - timedelta(days=today.weekday()) - WEEK
    if JudgementSample.objects.filter(week=week).exists():
        return 0
    found = judged_in(week)
    seed = week.isoformat()
    chosen = random.Random(seed).sample(sorted(found), min(DRAWN, len(found)))  # noqa: S311  # a sample, not a secret
    try:
        with transaction.atomic():
            sample = JudgementSample.objects.create(week=week, seed=seed, population=len(found), drawn_at=whole(at))
            rows = [
                JudgementCheck(sample=sample, ticket_id=key, judged=found[key][0], judged_by_id=found[key][1])
                for key in chosen
            ]
            JudgementCheck.objects.bulk_create(rows)
    except IntegrityError:  # another worker drew it at the same moment
        return 0
    return len(rows)


def judged_in(week: date) -> dict[int, tuple[str, int]]:
    """Give the cases that a person judged in the week beginning on ``week``, with what they are and who judged last.

    Confidential cases are left out: they would be shown to more people than they are meant for.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    start = datetime.combine(week, datetime.min.time(), tzinfo=zone)
    end = datetime.combine(week + WEEK, datetime.min.time(), tzinfo=zone)
    rows = Event.objects.moves().filter(
        at__gte=start, at__lt=end, name__in=JUDGING, imported=False, actor__isnull=False
    )
    rows = rows.filter(record__kind__in=KINDS, record__ticket__confidential=False)
    return {key: (kind, actor) for key, kind, actor in rows.in_order().values_list("record", "record__kind", "actor")}


def reasons(tickets: Collection[int]) -> dict[int, str]:
    """Give why each of the cases was judged to be what it is, where that was said; the last judgement counts. One statement."""
    rows = Event.objects.moves().filter(record__in=tickets, name__in=JUDGING, actor__isnull=False)
    return {key: reason for key, reason in rows.in_order().values_list("record", "reason") if reason}


def check(line: JudgementCheck, *, found: str, note: str, by: Person, at: datetime | None = None) -> None:
    """Keep what a second person finds the case to be; with the reason where that is something else.

    :raises NotAllowed: if ``by`` does not own the process
    :raises Objected: if ``by`` judged it, it is checked already, or the answer is not whole
    """
    if not may_check(by):
        raise NotAllowed
    text = note.replace("\x00", "").strip()[:500]
    with transaction.atomic():
        locked = JudgementCheck.objects.select_for_update(no_key=True).get(pk=line.pk)
        if said := _objection(locked, found, text, by):
            raise Objected(fields=said)
        locked.found, locked.note, locked.checked_by, locked.checked_at = found, text, by, whole(at or database_now())
        locked.save(update_fields=["found", "note", "checked_by", "checked_at"])


def _objection(line: JudgementCheck, found: str, note: str, by: Person) -> dict[str, str]:
    if line.found:
        return {"found": gettext("This judgement was checked already.")}
    if line.judged_by_id == by.pk:
        return {"found": gettext("You judged this case yourself: somebody else checks it.")}
    if found not in JudgementCheck.Matter.values:
        return {"found": gettext("Choose what the case is.")}
    if found != line.judged and not note:
        return {"note": gettext("Say why it is something else than it was judged to be.")}
    return {}
