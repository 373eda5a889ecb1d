"""Fields that a form asks only after a choice above them: conditions.js shows and hides them, without it the form asks again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

#: By the name of a field: the field that decides, and its values after which this one is asked.
When = Mapping[str, tuple[str, tuple[str, ...]]]
#: Names what the page has shown, so that what nobody has seen yet is never taken as left as it was.
SHOWN = "shown"


def is_asked(form: forms.BaseForm, name: str, when: When) -> bool:
    """Tell whether the form asks ``name`` as it is filled now; what hangs on a field that is not asked is not asked."""
    if name not in when:
        return True
    above, values = when[name]
    return is_asked(form, above, when) and str(form[above].value() or "") in values


def tie(form: forms.BaseForm, when: When) -> None:
    """Tie each field to the choice that decides about it; the page hides it where it is not asked now."""
    for name, (above, values) in when.items():
        control: Any = form.fields[name]
        away = not is_asked(form, name, when)
        control.when = {"name": above, "values": ",".join(values), "away": away, "code": name}


def settle(form: forms.BaseForm, when: When) -> None:
    """Drop the faults and values of what is not asked, in ``clean()``; ask once more for what a choice has just brought up."""
    data: Any = form.data
    shown = data.getlist(SHOWN) if hasattr(data, "getlist") else []
    for name in when:
        if not is_asked(form, name, when):
            form.errors.pop(name, None)
            form.cleaned_data.pop(name, None)
    if shown and any(is_asked(form, name, when) and name not in shown for name in when):
        form.add_error(None, _("Your choice brought up further fields: please look at them and send once more."))
