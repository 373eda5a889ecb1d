"""What a transition must be given: typed inputs from which dialogs, REST schemas and checks are made."""

from dataclasses import dataclass
from typing import Any

from itsm.flow.words import Words

#: The kinds that the interfaces know how to ask for and to read.
KINDS = (
    "line",  # one line of text
    "text",  # several lines of text
    "choice",  # one of ``choices``
    "flag",  # yes or no
    "number",  # a whole number, 0 or more
    "instant",  # date and time
    "day",  # a date
    "person",  # somebody who may sign in
    "agent",  # somebody who works cases
    "team",  # an active team
    "service",  # a live service of the catalogue
    "category",  # a category of cases
    "request_item",  # something that may be ordered
    "hold_reason",  # why a case waits
    "incident",  # another incident
    "problem",  # another problem
    "change",  # another change
    "release",  # another release
    "ci",  # a configuration item
    "contract",  # a contract with a supplier that is in force
    "case",  # another case of any process
)


@dataclass(frozen=True)
class Choice:
    """One allowed value of a choice and its words."""

    value: str
    label: Words


@dataclass(frozen=True)
class Input:
    """One thing that a transition asks for.

    ``initial`` names the record's attribute that fills the field at first; ``tier`` limits teams and agents.
    """

    name: str
    label: Words
    kind: str = "line"
    required: bool = True
    choices: tuple[Choice, ...] = ()
    initial: str = ""
    help: Words | None = None
    tier: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"Input {self.name}: unknown kind {self.kind}.")

    def accepts(self, value: Any) -> bool:
        """Tell whether ``value`` may be stored: any, or one of the choices."""
        return not self.choices or value in ("", None) or str(value) in {choice.value for choice in self.choices}
