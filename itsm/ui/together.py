"""Several forms of one page as one, so that one summary at its head names everything that is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm, BaseFormSet, BoundField


class Together:
    """Forms and sets of forms; the summary of errors reads it as it reads one form."""

    def __init__(self, *parts: BaseForm | BaseFormSet[Any]) -> None:
        self.sets = [part for part in parts if isinstance(part, BaseFormSet)]
        self.forms: list[BaseForm] = [
            form for part in parts for form in (part if isinstance(part, BaseFormSet) else [part])
        ]

    @property
    def errors(self) -> list[str]:
        """Name what is wrong, each field once."""
        whole = [NON_FIELD_ERRORS] if self.non_field_errors() else []
        return whole + [name for form in self.forms for name in form.errors if name != NON_FIELD_ERRORS]

    def non_field_errors(self) -> list[str]:
        """Give the sentences about forms as a whole."""
        whole = [str(said) for form in self.forms for said in form.non_field_errors()]
        return whole + [str(said) for one in self.sets for said in one.non_form_errors()]

    def __iter__(self) -> Iterator[BoundField]:
        """Give the fields of all forms, in the order in which they stand."""
        for form in self.forms:
            yield from form
