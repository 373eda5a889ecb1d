"""Notices: what is sent and shown."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    """Notices: what is sent and shown."""

    name = "itsm.notices"
    label = "notices"
    verbose_name = _("Notices: what is sent and shown")
