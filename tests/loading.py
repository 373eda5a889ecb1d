"""What tests load past the pages, as whoever administers the machine does."""

from datetime import datetime
from typing import Any

from django.db import connection

from configuration.authority import Grounds, loading
from itsm.records.links import link
from itsm.records.models import Link, LinkKind
from tests.fixtures import MONDAY


def loaded() -> Grounds:
    """Give the authority of a batch of the command line."""
    return loading(at=MONDAY, source="test")


def named_late(work: Any, item: Any, *, at: datetime = MONDAY) -> None:
    """Name an item in work that was decided on already, as only the maintenance of the database can."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('itsm.maintenance', 'a test', true)")
        link(work, item, kind=LinkKind.AFFECTS, by=None, at=at)
        cursor.execute("SELECT set_config('itsm.maintenance', '', true)")


def unnamed(item: Any) -> None:
    """Take an item out of all work that names it, decided on or not, as only the maintenance of the database can."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('itsm.maintenance', 'a test', true)")
        Link.objects.filter(target_id=item.pk, kind=LinkKind.AFFECTS).delete()
        cursor.execute("SELECT set_config('itsm.maintenance', '', true)")
