"""The app of records: checks the tables at start and gives the database their legal edges."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error
from django.core.checks import register as register_check
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    """Records, journal, links, files."""

    name = "itsm.records"
    label = "records"
    verbose_name = _("Records")

    def ready(self) -> None:
        """Register the start-up check and the filling of the edges, and let migrating be quick."""
        from itsm.records.migrating import hasten

        hasten()
        register_check(check_flows)
        post_migrate.connect(fill_edges, sender=self)


def check_flows(**_kwargs: Any) -> list[CheckMessage]:
    """Report every fault of every registered table."""
    from itsm.flow.check import faults
    from itsm.records import register

    return [Error(fault, id="itsm.E001") for flow in register.flows().values() for fault in faults(flow)]


def fill_edges(**_kwargs: Any) -> None:
    """Make the database's list of legal edges equal to the tables of the registered processes."""
    from itsm.records.edges import synchronise

    synchronise()
