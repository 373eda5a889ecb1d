"""Time worked on a case and a rate, for the pages that show them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from itsm.people.models import Person
from itsm.tickets import time_worked
from itsm.tickets.models import RoleRate, Ticket


def costed(number: str, agent: Person) -> dict[str, Any]:
    """Enter time with and without a rate; the first entry was taken back."""
    case: Any = Ticket.objects.get(number=number)
    wrong = time_worked.enter(case, minutes=45, by=agent, note="記錯案件")
    time_worked.take_back(case, wrong, reason="記到別案", by=agent)
    time_worked.enter(case, minutes=20, by=agent)
    rate = RoleRate.objects.create(role="agent", since=timezone.localdate(), rate=650)
    entry = time_worked.enter(case, minutes=90, by=agent, note="查閘道日誌，重啟後觀察")
    return {"rate": rate.pk, "time": entry.pk}
