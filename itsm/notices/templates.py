"""The register of what may be told: events (rows of the preference matrix) and templates (the words)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

Text = str | Promise


class UnknownTemplate(LookupError):
    """No template is registered under that name."""


@dataclass(frozen=True)
class Happening:
    """A row of the preference matrix; a locked one is not in it: always mailed, never shown in the page."""

    code: str
    label: Text
    staff_only: bool = False
    locked: bool = False


@dataclass(frozen=True)
class Template:
    """The words of one message: the headline here, the rest in templates/mail/<body>.txt."""

    name: str
    headline: Text
    body: str = "plain"


_happenings: dict[str, Happening] = {}
_templates: dict[str, Template] = {}


def add_happening(code: str, *, label: Text, staff_only: bool = False, locked: bool = False) -> None:
    """Add a row to the preference matrix; the same code again replaces it."""
    _happenings[code] = Happening(code, label, staff_only, locked)


def add_template(name: str, *, headline: Text, body: str = "plain") -> None:
    """Register a template.

    ``headline`` may use %(actor)s, %(number)s, %(title)s and the facts of its messages; a fact that is missing is
    shown as an empty text. ``body`` names a file of templates/mail.
    """
    _templates[name] = Template(name, headline, body)


def happenings(*, staff: bool) -> list[Happening]:
    """List the rows of the preference matrix that concern a worker, or a requester."""
    return [row for row in _happenings.values() if not row.locked and (staff or not row.staff_only)]


def is_locked(code: str) -> bool:
    """Tell whether an event is always mailed, whatever was chosen."""
    return code in _happenings and _happenings[code].locked


def happening_label(code: str) -> Text:
    """Give the words of an event; the code itself for one that is not registered any more."""
    return _happenings[code].label if code in _happenings else code


def templates() -> list[Template]:
    """List every registered template."""
    return list(_templates.values())


def template_named(name: str) -> Template:
    """Find a template.

    :raises UnknownTemplate: if there is none
    """
    try:
        return _templates[name]
    except KeyError:
        raise UnknownTemplate(name) from None
