"""Who may write configuration data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from configuration.authority import Grounds

if TYPE_CHECKING:
    from itsm.people.models import Person


def keeps(person: Person | None) -> bool:
    """Tell whether the person keeps the configuration data; None is the system itself."""
    return person is None or person.holds("config_manager", process="ci")


def may_write(person: Person | None, grounds: Grounds) -> bool:
    """Tell whether the person may write on these grounds: who keeps the data, or who carries the change out."""
    if keeps(person):
        return True
    change = grounds.change
    assert person is not None
    return change is not None and person.pk in (getattr(change, "implementer_id", None), change.assignee_id)
