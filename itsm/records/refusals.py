"""The ways in which a move can be refused, each with sentences for the person who tried."""

from collections.abc import Sequence

from django.utils.translation import gettext


class Refusal(Exception):
    """A move was not made; ``reasons`` are sentences a person may read."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons: Sequence[str] = reasons


class NotAllowed(Refusal):
    """The person lacks the role for this move on this record (HTTP 403)."""

    def __init__(self) -> None:
        super().__init__(gettext("Your role may not do this on this record."))


class MovedOn(Refusal):
    """The record is no longer in a state from which this move starts (HTTP 409)."""

    def __init__(self, state: str) -> None:
        super().__init__(gettext("The record has moved on: it is now “%(state)s”. Reload the page.") % {"state": state})


class Stale(Refusal):
    """The page that was sent shows an older version of the record (HTTP 409)."""

    def __init__(self) -> None:
        super().__init__(gettext("This record was changed by someone else meanwhile. Look at the new version first."))


class Objected(Refusal):
    """Inputs are missing or guards object (HTTP 422); ``fields`` names the inputs that are missing or wrong."""

    def __init__(self, *reasons: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(*reasons, *(fields or {}).values())
        self.fields = fields or {}


class UnknownMove(Refusal):
    """The process has no such transition (HTTP 404)."""

    def __init__(self, name: str) -> None:
        super().__init__(gettext("There is no step called “%(name)s” here.") % {"name": name})
