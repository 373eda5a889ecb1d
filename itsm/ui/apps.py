"""Registers the kit as an app, for its tags, its bundle and its style guide."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """The UI kit."""

    name = "itsm.ui"
    label = "ui"
