"""What the page of a complaint shows beside what all cases have."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from itsm.people.models import Person
from itsm.records import register
from itsm.records.roles import roles_on
from relationships.action_register import may_agree
from relationships.complaint_asks import SEVERITIES
from relationships.complaint_guards import ATTEMPTS, involved
from relationships.models import ContactAttempt
from relationships.survey_complaints import for_reader


def page(record: Any, *, person: Person, at: datetime) -> dict[str, Any]:
    """Collect the attempts to reach who complains, who must not handle it, and whether the person may note an attempt."""
    attempts = list(record.attempts.select_related("by"))
    record._prefetched_objects_cache = getattr(record, "_prefetched_objects_cache", {}) | {"attempts": attempts}
    apart = [pk for pk in involved(record) if pk and pk != record.requester_id]
    return {
        "attempts": attempts,
        "severity": next((str(one.label) for one in SEVERITIES if one.value == str(record.severity)), ""),
        "attempts_needed": ATTEMPTS,
        "ways": ContactAttempt.Way.choices,
        "answered": for_reader(record),
        "apart": list(Person.objects.filter(pk__in=apart).order_by("name")) if apart else [],
        "may_note": record.is_open and bool(roles_on(record, person=person) & register.workers(record)),
        "improvements": list(record.improvement_actions.select_related("owner").order_by("due_on", "pk")),
        "may_agree": may_agree(record, person),
        "today": localdate(at),
        "consent_by": record.consent_by,
        "decided_by": record.decided_by,
    }
