"""The desk's screens."""

from datetime import timedelta

from django.apps import AppConfig
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    """The desk's screens."""

    name = "itsm.desk"
    label = "desk"
    verbose_name = _("The desk's screens")

    def ready(self) -> None:
        """Fill the rail, and forget the small tables when one of them changes."""
        from catalogue.editions import services as editions
        from catalogue.models import Category, Service
        from configuration import health_months
        from itsm.desk import rail, tables
        from itsm.desk.account import places as account
        from itsm.desk.availability import places as availability
        from itsm.desk.cmdb import answering
        from itsm.desk.cmdb import telling as ci_telling
        from itsm.desk.portal import places as portal
        from itsm.desk.services import telling, words
        from itsm.desk.settings import rail as settings_rail
        from itsm.desk.simulator import places as simulator
        from itsm.people.models import Person, RoleGrant, Team
        from itsm.tickets.models import HoldReason
        from sla import rounds

        rail.fill()
        portal.fill()
        account.fill()
        settings_rail.fill()
        simulator.fill()
        answering.fill()
        words.fill()
        telling.register()
        availability.fill()
        ci_telling.register()
        rounds.add(rounds.Round("ci-health", timedelta(hours=12), health_months.keep))
        rounds.add(rounds.Round("editions", timedelta(hours=1), lambda at: editions.take_effect(at=at)))
        for model in (Service, Category, Team, Person, RoleGrant, HoldReason):
            post_save.connect(tables.forget, sender=model, dispatch_uid=f"desk-saved-{model.__name__}")
            post_delete.connect(tables.forget, sender=model, dispatch_uid=f"desk-deleted-{model.__name__}")
        m2m_changed.connect(tables.forget, sender=Team.members.through, dispatch_uid="desk-members")
