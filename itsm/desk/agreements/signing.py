"""The way of who is signed in to what they are asked to sign: the same page as that of the mailed link."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from itsm.notices import links
from itsm.people.requests import PersonRequest
from sla.agreement_signing import asked_of
from sla.agreement_telling import PURPOSE


@require_safe
def sign(request: PersonRequest, number: str) -> HttpResponse:
    """Lead to the page on which the person signs or declines; for customers too, who see no agreements."""
    asked = asked_of(request.user, number)
    if asked is None:
        raise Http404(_("Your signature is not asked for here."))
    token = links.sign(PURPOSE, record=asked.edition.agreement, person=request.user, at=timezone.now())
    return redirect("notices:link", token)
