"""What versions of items hold, in words: the names of fields, the rows behind keys, states and choices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from configuration import field_values
from configuration.flow import CI
from configuration.services import FIELDS

#: Columns that hold the key of a row, by the field as people and files name it.
NAMES = {f"{name}_id": name for name in field_values.POINTERS}
STATE = "state"


class VersionWords:
    """Labels of fields and the names behind keys, each looked up once."""

    def __init__(self, versions: Iterable[Mapping[str, Any]] = ()) -> None:
        """Look up the rows that ``versions`` point to, in one statement for each kind of row."""
        self._known: dict[tuple[str, Any], Any] = {}
        held = list(versions)
        for name in NAMES:
            keys = {data[name] for data in held if data.get(name)}
            rows: dict[Any, Any] = _model(name)._default_manager.in_bulk(keys) if keys else {}
            self._known |= {(name, key): row for key, row in rows.items()}
        self._words = field_values.named()

    def label(self, name: str, *, class_id: int) -> str:
        """Give the words of a field or attribute."""
        if name == STATE:
            return _("state")
        return field_values.label_of(NAMES.get(name, name), class_id=class_id, words=self._words)

    def text(self, name: str, value: Any) -> str:
        """Tell a value as files and corrections do: the rows behind keys by their codes; states by their labels."""
        if value in (None, ""):
            return ""
        if name == STATE:
            return str(CI.states[value].label) if value in CI.states else str(value)
        row = self._row(name, value) if name in NAMES else None
        return str(value) if name in NAMES and row is None else field_values.plain(NAMES.get(name, name), row or value)

    def _row(self, name: str, value: Any) -> Any:
        if (name, value) not in self._known:
            self._known[name, value] = _model(name)._default_manager.filter(pk=value).first()
        return self._known[name, value]

    def words(self, name: str, value: Any, *, class_id: int) -> str:
        """Say a value as people read it: the names of the rows behind keys, choices by their labels, yes or no."""
        if value in (None, "") or name == STATE:
            return self.text(name, value)
        if name in NAMES:
            return str(self._row(name, value) or value)
        if name in FIELDS:
            return field_values.choice_words(name, value)
        return field_values.attribute_words(name, value, class_id=class_id, words=self._words)


def _model(name: str) -> Any:
    """Give the model of the rows to which the column ``name`` points."""
    return field_values.POINTERS[NAMES[name]][0]
