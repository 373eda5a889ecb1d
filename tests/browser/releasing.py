"""A release with its parts, and the rules of the calendar, for the house of the browser."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from django.utils import timezone

from changes.calendar_models import FreezeWindow, MaintenanceWindow
from itsm.people.models import Person
from releases import services
from releases.receive import draft_release


def released(asker: Person, change: Any) -> tuple[str, str, str, str, str]:
    """Draft a release of the change with contents, a criterion and a target; make a freeze and a maintenance window.

    Gives the numbers of release and deployment, and the keys of criterion, freeze and maintenance window.
    """
    now = timezone.now().replace(microsecond=0)
    release = draft_release([change], title="Documents 3.2", by=asker, at=now)
    services.add_content(release, name="Main program", old="3.1", new="3.2", by=asker, at=now)
    criterion = services.add_criterion(release, text="100 signatures without an error", by=asker, at=now)
    services.add_criterion(release, text="登入正常", by=asker, at=now)
    services.sign(release, criterion.pk, result="passed", evidence="Report", by=asker, at=now)
    target = services.add_target(release, environment="production", target="AP-1", wave=1, by=asker, at=now)
    freeze = FreezeWindow.objects.create(
        name_zh="選課凍結", name_en="Course selection", starts_at=now + timedelta(hours=1), ends_at=now + timedelta(days=2), made_by=asker,
        exceptions="教務長",
    )  # fmt: skip
    window = MaintenanceWindow.objects.create(
        name_zh="夜間維護", name_en="At night", weekdays=[0, 2, 4], opens=time(22), minutes=120, since=now.date()
    )
    return str(release.number), str(target.number), str(criterion.pk), str(freeze.pk), str(window.pk)
