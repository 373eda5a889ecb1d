"""The app of imports and figures."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

#: Who is shown the way to the state of the configuration data.
CMDB_READERS = frozenset(
    {
        "config_manager",
        "auditor",
        "change_manager",
        "change_implementer",
        "release_manager",
        "engineer",
        "management_rep",
    }
)


class IntakeConfig(AppConfig):
    """Imports and figures."""

    name = "itsm.intake"
    label = "intake"
    verbose_name = _("Imports and figures")

    def ready(self) -> None:
        """Put the imported histories into the rail of those who oversee the cases; let the tick go on with imports."""
        from datetime import timedelta

        from itsm.intake import verdicts
        from itsm.intake.cmdb import answering, work
        from itsm.intake.post import fetching
        from itsm.tickets.querysets import SEES_ALL
        from itsm.ui import navigation
        from sla import rounds
        from sla.simulation import recorded

        answering.answer()
        recorded.add(verdicts.of)
        rounds.add(
            rounds.Round("imports of configuration data", timedelta(seconds=10), work.go_on, "itsm.intake.tasks.go_on")
        )
        rounds.add(rounds.Round("incoming mail", timedelta(seconds=30), fetching.tend, "itsm.intake.tasks.read_mail"))
        navigation.register(
            navigation.Entry(
                _("Configuration data"), "cmdb:home", "tree", roles=CMDB_READERS, section="management", order=40
            )
        )
        navigation.register(
            navigation.Entry(
                _("Imported histories"), "intake:histories", "book", roles=SEES_ALL, section="management", order=80
            )
        )
