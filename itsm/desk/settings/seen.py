"""What somebody saw of a setting, as a number: whoever changes it must have seen the newest, on the pages and over REST."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db.models import Model
from django.forms import BaseForm, ModelForm
from django.forms.models import model_to_dict
from django.http import Http404

from itsm.records.refusals import Stale

Form = type[ModelForm[Any]] | ModelForm[Any]


def number(form: Form, row: Any) -> int:
    """Give a number for what ``form`` shows of ``row``: another as soon as anything of that is other."""
    said = {name: _plain(value) for name, value in model_to_dict(row, fields=form._meta.fields).items()}
    text = json.dumps(said, sort_keys=True, default=str)
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16)


def _plain(value: Any) -> Any:
    """Name rows that are chosen by their keys, whatever order they come in."""
    rows = isinstance(value, list) and all(isinstance(one, Model) for one in value)
    return sorted(one.pk for one in value) if rows else value


def newest(row: Any) -> Any:
    """Read a row anew and hold it until the transaction ends; one that is not written yet is given back as it is.

    :raises Http404: if it was removed meanwhile
    """
    found = type(row)._base_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if found is None and not row._state.adding:
        raise Http404
    return found or row


def of_form(form: BaseForm) -> str:
    """Give the number that a page sends along; empty for what is not written yet."""
    is_there = isinstance(form, ModelForm) and not form.instance._state.adding
    return str(number(form, form.instance)) if is_there else ""  # type: ignore[attr-defined,arg-type]  # a form of a row


def is_newest(form: BaseForm, seen: str) -> bool:
    """Tell whether ``seen`` is what the row still says, or nothing was seen; if it is not, the form says so."""
    if not (seen and isinstance(form, ModelForm)) or str(number(form, newest(form.instance))) == seen:
        return True
    form.add_error(None, str(Stale()))
    return False
