"""Writing a case down, and where wanted classifying, taking and solving it in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from incidents.services import raise_incident, raise_request
from itsm.desk.intake_desk.finding import WRITES_DOWN
from itsm.records.perform import perform
from itsm.records.refusals import NotAllowed

if TYPE_CHECKING:
    from itsm.people.models import Person


def write_down(given: Mapping[str, Any], *, requester: Person, by: Person, at: datetime) -> Any:
    """Open the case that ``given`` (the form's clean data) describes and take it as far as ``given["then"]`` says.

    :raises NotAllowed: if ``by`` does not write down cases
    :raises Objected: if a guard refuses; then nothing is written
    """
    if not by.role_codes & WRITES_DOWN:
        raise NotAllowed
    with transaction.atomic():
        if given["kind"] == "request":
            return _request(given, requester, by, at)
        return _incident(given, requester, by, at)


def _incident(given: Mapping[str, Any], requester: Person, by: Person, at: datetime) -> Any:
    made: Any = raise_incident(
        by=by, requester=requester, title=given["subject"], description=given["rest"], service=given["service"], channel=given["channel"],
        at=at, confidential=given["confidential"],
    )  # fmt: skip
    if given["then"] == "triage":
        return made
    made = perform(
        made, "classify", by=by, at=at, channel=given["channel"], service=given["service"], category=given["category"],
        impact=given["impact"], urgency=given["urgency"],
    )  # fmt: skip
    made = perform(made, "assign_first_line", by=by, at=at, channel=given["channel"], assignee=by)
    if given["then"] == "take":
        return made
    made = perform(
        made,
        "resolve",
        by=by,
        at=at,
        channel=given["channel"],
        resolution_code="user_guidance",
        resolution_note=given["solution"],
    )
    return _confirm(made, "confirm_resolution", given, by, at)


def _request(given: Mapping[str, Any], requester: Person, by: Person, at: datetime) -> Any:
    item = given["item"]
    service = item.service if item else given["service"]
    made: Any = raise_request(
        by=by, requester=requester, title=given["subject"], description=given["rest"], service=service, channel=given["channel"],
        at=at, confidential=given["confidential"],
    )  # fmt: skip
    if given["then"] == "triage":
        return made
    channel = given["channel"]
    made = perform(
        made,
        "judge_as_request",
        by=by,
        at=at,
        channel=channel,
        service=service,
        title=made.title,
        requester=requester,
        contact_channel=channel,
    )
    made = perform(
        made, "classify", by=by, at=at, channel=channel, request_item=item, category=given["category"], priority="4"
    )
    made = perform(made, "assign_first_line", by=by, at=at, channel=channel, assignee=by)
    if given["then"] == "take":
        return made
    made = perform(
        made, "fulfil", by=by, at=at, channel=channel, fulfilment_code="delivered", fulfilment_note=given["solution"]
    )
    return _confirm(made, "confirm_done", given, by, at)


def _confirm(made: Any, name: str, given: Mapping[str, Any], by: Person, at: datetime) -> Any:
    """Close it when the requester said so, with that as evidence."""
    if not given["confirmed"]:
        return made
    how = "in_person" if given["channel"] == "walk_in" else "phone"
    evidence = gettext("%(name)s said so while the case was written down.") % {"name": made.requester.name}
    return perform(made, name, by=by, at=at, channel=given["channel"], confirmation=how, reason=evidence)
