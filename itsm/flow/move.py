"""One move of one record: who, when, through which channel, with what."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass
class Move:
    """What guards and effects may know of the move that is being made.

    ``by`` is None when the system itself acts. ``fired_by`` is the move that fired this one: then the
    journal names that move's actor and no role is asked. ``judged`` keeps what guards have answered for this move.
    """

    name: str
    by: Any
    at: datetime
    channel: str = "web"
    on_behalf_of: Any = None
    inputs: dict[str, Any] = field(default_factory=dict)
    fired_by: "Move | None" = None
    source: str = ""
    target: str = ""
    judged: dict[str, bool] = field(default_factory=dict)

    def given(self, name: str, default: Any = None) -> Any:
        """Give the input ``name``, or ``default`` when it is missing or empty."""
        value = self.inputs.get(name)
        return default if value is None or value == "" else value

    @property
    def is_system(self) -> bool:
        """Tell whether the system acts, not a person."""
        return self.by is None
