"""What tests of configuration items share: their keeper, an authorised change, a few items and how they hang together."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from catalogue.models import Service
from changes.models import Change
from configuration import relating, schema, services
from configuration.authority import Grounds
from configuration.models import ConfigurationItem
from itsm.people.models import Person
from itsm.records.perform import open_record
from tests.fixtures import MONDAY, make_person

HOUR = timedelta(hours=1)
Make = Callable[..., ConfigurationItem]


@pytest.fixture
def config_manager(db: None) -> Person:
    """Who keeps the configuration data."""
    return make_person("keeper", "config_manager", name="蔡組態")


@pytest.fixture
def draft_change(engineer: Person, service: Service) -> Any:
    """A change that nobody has authorised."""
    return open_record(
        Change, by=engineer, at=MONDAY, channel="portal", title="更換電池", description="UPS-02", requester=engineer,
        service=service, received_at=MONDAY,
    )  # fmt: skip


@pytest.fixture
def change(draft_change: Any) -> Any:
    """A change that is scheduled; how it came there is tested with changes."""
    return brought(draft_change, "scheduled")


def brought(change: Any, state: str) -> Any:
    """Lay a change into a state past its machine; somebody has authorised it."""
    signer = Person.objects.filter(username="signer").first() or make_person("signer", name="吳核准")
    Change.objects.filter(pk=change.pk).update(authoriser=signer, closer=signer)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('itsm.maintenance', 'a test', true)")
        cursor.execute("UPDATE tickets_ticket SET state = %s WHERE record_ptr_id = %s", [state, change.pk])
        cursor.execute("SELECT set_config('itsm.maintenance', '', true)")
    return Change.objects.get(pk=change.pk)


@pytest.fixture
def grounds(change: Any) -> Grounds:
    """The authority of the scheduled change."""
    return Grounds("change", change=change)


@pytest.fixture
def make(grounds: Grounds, config_manager: Person) -> Make:
    """Make items under the change, by the code of their class."""

    def made(code: str, title: str, **more: Any) -> ConfigurationItem:
        found = schema.present().by_code(code)
        asked: dict[str, Any] = {"grounds": grounds, "by": config_manager, "at": MONDAY} | more
        return services.create(ci_class=found, title=title, **asked)

    return made


@pytest.fixture
def join(grounds: Grounds, config_manager: Person) -> Callable[..., Any]:
    """Relate items under the change, by the code of the kind."""

    def joined(source: Any, kind: str, target: Any, **more: Any) -> Any:
        asked: dict[str, Any] = {"grounds": grounds, "by": config_manager, "at": MONDAY} | more
        return relating.relate(source, target, type=schema.present().type_by_code(kind), **asked)

    return joined
