"""Notices: what is sent and shown."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    """Notices: what is sent and shown."""

    name = "itsm.notices"
    label = "notices"
    verbose_name = _("Notices: what is sent and shown")

    def ready(self) -> None:
        """Register the words, the steps that tell, and the places in the shell."""
        from itsm.notices import tell, words
        from itsm.records import register

        words.register()
        if tell.journaled not in register.steps.journaled:
            register.steps.journaled.append(tell.journaled)
            register.steps.opened.append(tell.opened)
        _furnish()


def _furnish() -> None:
    """Put the pages of notices into the shell."""
    from itsm.ui import navigation

    navigation.place("notifications", "notices:notifications")
    navigation.count_unread(_unread)
    navigation.register(
        navigation.Entry(_("Notifications"), "notices:notifications", "bell", section="portal", order=80, badge=None)
    )
    navigation.register(
        navigation.Entry(
            _("Announcements"), "notices:announcements", "info", section="settings", order=60,
            roles=frozenset({"incident_manager", "slm", "service_owner"}),
        )
    )  # fmt: skip


def _unread(person: Any) -> int:
    from itsm.notices.models import Notification

    return Notification.objects.unread().filter(person=person.pk).count()
