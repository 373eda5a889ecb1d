"""What the pages of the two registers share: adding and changing a row, adding who is to be asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from itsm.ui.answers import done
from relationships.listing import reader
from relationships.supplier_querysets import keeps


@dataclass(frozen=True)
class Register:
    """One register: how a row is found, written and shown, and what its pages are called."""

    name: str
    form: type[Any]
    contact_form: type[Any]
    find: Callable[[HttpRequest, str], Any]
    draw: Callable[..., HttpResponse]
    titles: tuple[Any, Any]

    def place(self, row: Any) -> str:
        """Give the address of the page of ``row``."""
        return reverse(f"relationships:{self.name}", args=[row.organisation.code])


def only_keepers(request: HttpRequest) -> None:
    """Let only those go on who keep the registers.

    :raises PermissionDenied: for everybody else
    """
    if not keeps(reader(request)):
        raise PermissionDenied(_("The registers are kept by the service level and the relationship manager."))


def edit(request: HttpRequest, register: Register, code: str = "") -> HttpResponse:
    """Add a row, or change one."""
    only_keepers(request)
    row = register.find(request, code) if code else None
    form = register.form(request.POST or None, instance=row)
    if form.is_bound and form.is_valid():
        with transaction.atomic():
            made = form.save()
        return done(request, register.place(made), say=_("%(name)s is in the register.") % {"name": made})
    add, change = register.titles
    context = {"form": form, "title": change if row else add, "back": reverse(f"relationships:{register.name}s")}
    return render(request, "suppliers/form.html", context, status=422 if form.is_bound else 200)


def contact(request: HttpRequest, register: Register, code: str) -> HttpResponse:
    """Add who is to be asked there."""
    only_keepers(request)
    row = register.find(request, code)
    form = register.contact_form(request.POST)
    if not form.is_valid():
        return register.draw(request, row, status=422, forms={"contact_form": form}, opened="contact")
    setattr(form.instance, register.name, row)
    form.save()
    return done(request, register.place(row), say=_("The contact was added."))
