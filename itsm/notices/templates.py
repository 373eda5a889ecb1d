"""The register of what may be told: events (rows of the preference matrix) and templates (the words)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

Text = str | Promise


class UnknownTemplate(LookupError):
    """No template is registered under that name."""


@dataclass(frozen=True)
class Happening:
    """A row of the preference matrix."""

    code: str
    label: Text
    staff_only: bool = False


@dataclass(frozen=True)
class Template:
    """The words of one message: the headline here, the body in templates/mail/<name>.txt."""

    name: str
    headline: Text


_happenings: dict[str, Happening] = {}
_templates: dict[str, Template] = {}


def add_happening(code: str, *, label: Text, staff_only: bool = False) -> None:
    """Add a row to the preference matrix; the same code again replaces it."""
    _happenings[code] = Happening(code, label, staff_only)


def add_template(name: str, *, headline: Text) -> None:
    """Register a template; ``headline`` may use %(number)s, %(title)s, %(actor)s and the facts of its messages."""
    _templates[name] = Template(name, headline)


def happenings(*, staff: bool) -> list[Happening]:
    """List the rows of the preference matrix that concern a worker, or a requester."""
    return [row for row in _happenings.values() if staff or not row.staff_only]


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
