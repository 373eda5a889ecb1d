"""What can be wrong with a file, a mapping or a cell: sentences kept beside their values, so that a page may translate."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

LONGEST_VALUE = 200  # characters of a wrong cell that are kept and shown


class Refused(Exception):
    """Nothing was written; the sentence says why and what to do."""

    def __init__(self, sentence: str, **values: object) -> None:
        """This will hold ``sentence % values``, still untranslated."""
        super().__init__(sentence % values if values else sentence)
        self.sentence, self.values = sentence, values

    def said(self) -> str:
        """This will say it in the reader's language."""
        return spoken(self.sentence, self.values)


class BadMapping(Refused):
    """The mapping file cannot be followed."""


class BadFile(Refused):
    """The file cannot be read as the mapping says."""


class Running(Refused):
    """Another import of the same source runs now."""


class Unreadable(Refused):
    """One cell cannot be read."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One cell that was not understood: where, what stood there, and why it was refused."""

    line: int
    column: str
    value: str
    sentence: str
    values: dict[str, Any] = field(default_factory=dict)

    def said(self) -> str:
        """This will say why in the reader's language."""
        return spoken(self.sentence, self.values)

    def __str__(self) -> str:
        place = {"line": self.line, "column": self.column or "-", "value": self.value, "reason": self.said()}
        return gettext("Line %(line)s, %(column)s, “%(value)s”: %(reason)s") % place


def spoken(sentence: str, values: dict[str, Any]) -> str:
    """This will translate a sentence and put its values in."""
    return gettext(sentence) % values if values else gettext(sentence)


def fault(line: int, column: str, value: str, bad: Refused) -> Fault:
    """This will make the report line of one refused cell."""
    return Fault(line, column, value[:LONGEST_VALUE].replace("\x00", "�"), bad.sentence, dict(bad.values))
