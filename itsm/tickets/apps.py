"""The app of tickets."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    """Cases, whatever their process."""

    name = "itsm.tickets"
    label = "tickets"
    verbose_name = _("Cases")

    def ready(self) -> None:
        """Add what tickets know of roles to the register."""
        from itsm.records import register
        from itsm.tickets.access import ticket_roles

        register.steps.roles.append(ticket_roles)
