"""What versions of items hold, in words: the names of fields, the rows behind keys, states and choices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from configuration import field_values
from configuration.flow import CI
from configuration.services import FIELDS
from itsm.people.models import Organisation, Person, Site, Team

#: Columns that hold the key of a row.
NAMES: dict[str, Any] = {"site_id": Site, "owner_id": Person, "team_id": Team, "supplier_id": Organisation}
STATE = "state"


class VersionWords:
    """Labels of fields and the names behind keys, each looked up once."""

    def __init__(self, versions: Iterable[Mapping[str, Any]] = ()) -> None:
        """Look up the rows that ``versions`` point to, in one statement for each kind of row."""
        self._known: dict[tuple[str, Any], str] = {}
        held = list(versions)
        for name, model in NAMES.items():
            keys = {data[name] for data in held if data.get(name)}
            rows = model._default_manager.in_bulk(keys) if keys else {}
            self._known |= {(name, key): str(row) for key, row in rows.items()}
        self._words = field_values.named()

    def label(self, name: str, *, class_id: int) -> str:
        """Give the words of a field or attribute."""
        if name == STATE:
            return _("state")
        short = name.removesuffix("_id")
        return field_values.label_of(short if short in FIELDS else name, class_id=class_id, words=self._words)

    def text(self, name: str, value: Any) -> str:
        """Tell a value as it is kept, but keys by the names behind them, and states by their labels."""
        if value in (None, ""):
            return ""
        if name == STATE:
            return str(CI.states[value].label) if value in CI.states else str(value)
        if name not in NAMES:
            return str(value)
        if (name, value) not in self._known:
            self._known[name, value] = str(NAMES[name]._default_manager.filter(pk=value).first() or value)
        return self._known[name, value]

    def words(self, name: str, value: Any, *, class_id: int) -> str:
        """Say a value as people read it: choices by their labels too, yes or no."""
        if value in (None, "") or name in NAMES or name == STATE:
            return self.text(name, value)
        if name in FIELDS:
            return field_values.choice_words(name, value)
        return field_values.attribute_words(name, value, class_id=class_id, words=self._words)
