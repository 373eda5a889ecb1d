"""The links by which people answer: signed, one for each invitation, no sign-in, used once."""

from __future__ import annotations

from django.conf import settings

from itsm.notices.links import seal, unseal
from relationships.survey_models import Invitation

SALT = "relationships.survey_links"


def path_of(invitation: Invitation) -> str:
    """Make the path of the page on which the invited person answers."""
    return f"/s/{seal(SALT, [invitation.pk])}/"


def address(invitation: Invitation) -> str:
    """Make the whole address for a mail."""
    return f"{settings.SITE_URL}{path_of(invitation)}"


def find(token: str) -> Invitation | None:
    """Find the invitation that a token was made for; of somebody who left, none.

    :raises BadLink: if it was not made here
    """
    key = unseal(SALT, token)[0]
    rows = Invitation.objects.select_related("campaign__questionnaire__questionnaire", "person", "case", "response")
    return rows.filter(pk=key, person__is_active=True, sent=True).first()
