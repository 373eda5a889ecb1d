"""An agreement in force and a draft that promises too much, for the pages to show."""

from __future__ import annotations

from datetime import date
from typing import Any

from catalogue.models import Service
from itsm.people.models import Person, Team
from itsm.records.perform import perform
from sla import agreement_writing
from tests.agreements.conftest import SIGNED, clock_promise, sheet
from tests.fixtures import MONDAY


def agreed(service: Service, team: Team, by: Person) -> dict[str, Any]:
    """Write them down and give their numbers."""
    contents = sheet(service.code, clock_promise("handling", 8 * 3600))
    ola = agreement_writing.draft(
        by=by, at=MONDAY, title="服務台 OLA", sheet=contents, type="ola", level="corporate", provider_team=team
    )
    ola = perform(ola, "open_negotiation", by=by, at=MONDAY)
    ola = perform(ola, "sign", by=by, at=MONDAY, provider_signer=by, **SIGNED)
    perform(ola, "activate", by=by, at=MONDAY, effective_on=date(2026, 11, 20))
    plan = {"subject_zh": "發電機", "subject_en": "Generator", "interval": "month"}
    more = sheet(
        service.code, clock_promise("resolution", 3600, priority=1), exclusions=[{"code": "storm", "text_zh": "颱風"}]
    )
    more["rows"][0] |= {"maintenance_plans": [plan], "items": [{"name_zh": "電力"}, {"name_zh": "空調"}]}
    drafted = agreement_writing.draft(by=by, at=MONDAY, title="公文 SLA", sheet=more, level="corporate")
    return {"agreement": ola.number, "drafted": drafted.number}
