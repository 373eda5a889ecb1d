"""Notices: what is sent and shown."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db import connection
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _

from itsm.notices.roles import ANNOUNCES
from itsm.ui import navigation
from itsm.ui.navigation import Entry

LOCAL = "itsm.notices.mailbox.LocalMailboxBackend"


class NoticesConfig(AppConfig):
    """Notices: what is sent and shown."""

    name = "itsm.notices"
    label = "notices"
    verbose_name = _("Notices: what is sent and shown")

    def ready(self) -> None:
        """Register the words, the steps that tell, and the places in the shell."""
        from itsm.notices import announcements, tell, words
        from itsm.notices.models import Announcement
        from itsm.records import register

        words.register()
        if tell.journaled not in register.steps.journaled:
            register.steps.journaled.append(tell.journaled)
            register.steps.opened.append(tell.opened)
        for signal in (post_save, post_delete):
            signal.connect(announcements.forget, sender=Announcement, dispatch_uid="notices-announced")
        _furnish()


def _furnish() -> None:
    """Put the pages of notices into the shell; the mailbox only where mails are kept here in a demo."""
    navigation.place("notifications", "notices:notifications")
    navigation.count_unread(_unread)
    navigation.register(Entry(_("Announcements"), "notices:news", "info", section="portal", order=70))
    navigation.register(
        Entry(
            _("Announcements"),
            "notices:announcements",
            "info",
            section="settings",
            order=60,
            roles=frozenset(ANNOUNCES),
        )
    )
    if settings.DEMO_MODE and settings.EMAIL_BACKEND == LOCAL:
        navigation.register(Entry(_("Mailbox"), "notices:mailbox", "mail", section="portal", order=95))
        navigation.register(Entry(_("Mailbox"), "notices:mailbox", "mail", section="desk", order=95))


def _unread(person: Any) -> int:
    with connection.cursor() as cursor:  # on every page: written out, it costs half of what the ORM takes
        cursor.execute(
            "SELECT count(*) FROM notices_notification WHERE person_id = %s AND read_at IS NULL", [person.pk]
        )
        count: int = cursor.fetchone()[0]
    return count
