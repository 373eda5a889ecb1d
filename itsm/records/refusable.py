"""How a form shows what a service has refused: one way for every form."""

from __future__ import annotations

from django import forms

from itsm.records.refusals import Refusal


def refuse(form: forms.BaseForm, refusal: Refusal) -> None:
    """Lay the sentences of a refusal beside the fields that it names, the others above the form; each stands once."""
    fields: dict[str, str] = getattr(refusal, "fields", {})
    for name, sentence in fields.items():
        form.add_error(name if name in form.fields else None, sentence)
    for sentence in dict.fromkeys(refusal.reasons):
        if sentence not in fields.values():
            form.add_error(None, sentence)


class Refusable(forms.Form):
    """A form whose service has the last word."""

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal beside the fields that it names, and above the form what names none."""
        refuse(self, refusal)
