"""Planning a survey: opened by the relationship manager, and changed until it is launched."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from itsm.flow import Move
from itsm.records import journal
from itsm.records.clock import whole
from itsm.records.models import Event
from itsm.records.perform import lock, open_record, saving
from itsm.records.refusals import NotAllowed, Objected, Stale
from relationships import survey_access as access
from relationships.survey_models import SurveyCampaign

if TYPE_CHECKING:
    from itsm.people.models import Person

#: What a plan holds beside the rows it points to.
FIELDS = (
    "title", "mode", "questionnaire", "purpose", "opens_on", "ends_on", "population", "population_from", "population_to", "sampling",
    "sample_size", "by_mail", "in_portal", "anonymous", "min_interval_days", "reminders", "reminder_days", "sampling_rate",
    "case_kinds", "low_scores",
)  # fmt: skip
MANY = ("services", "units")


def open_campaign(fields: Mapping[str, Any], *, by: Person, at: datetime, channel: str = "web") -> SurveyCampaign:
    """Begin to plan a survey; ``by`` is in charge.

    :raises NotAllowed: if ``by`` does not plan surveys
    :raises Objected: if the plan contradicts itself
    """
    if not access.plans(by):
        raise NotAllowed
    given = {name: fields[name] for name in FIELDS if name in fields}
    _refuse_odd(SurveyCampaign(**given))
    with transaction.atomic():
        made: SurveyCampaign = open_record(SurveyCampaign, by=by, at=at, channel=channel, owner=by, **given)
        _set_many(made, fields)
    return made


def edit_campaign(
    campaign: Any, fields: Mapping[str, Any], *, by: Person, at: datetime, version: int | None = None, channel: str = "web"
) -> SurveyCampaign:  # fmt: skip
    """Change the plan of a survey that is not launched yet, journaled with what changed.

    :raises NotAllowed: if ``by`` does not plan surveys
    :raises Stale: if it has another version than ``version``
    :raises Objected: if it is launched already, or the plan contradicts itself
    """
    with transaction.atomic():
        locked: SurveyCampaign = lock(campaign)
        if not access.plans(by):
            raise NotAllowed
        if version is not None and version != locked.version:
            raise Stale
        if locked.state != "planning":
            raise Objected(gettext("The survey is launched: its plan does not change any more."))
        changed = [name for name in FIELDS if name in fields and getattr(locked, name) != fields[name]]
        move = Move("plan", by, whole(at), channel)
        with saving(locked):
            for name in changed:
                setattr(locked, name, fields[name])
            _refuse_odd(locked)
            locked.version += 1
            locked.changed_at = move.at
        _set_many(locked, fields)
        journal.write(locked, kind=Event.Kind.EDITED, name="plan", move=move, fields=changed)
    return locked


def _set_many(campaign: SurveyCampaign, fields: Mapping[str, Any]) -> None:
    for name in MANY:
        if name in fields:
            getattr(campaign, name).set(fields[name])


def _refuse_odd(campaign: SurveyCampaign) -> None:
    """Say kindly what the database would refuse."""
    faults = {}
    if campaign.anonymous and campaign.is_standing:
        faults["anonymous"] = gettext("A survey after single cases cannot be anonymous: the case tells who answers.")
    if campaign.opens_on and campaign.ends_on and campaign.ends_on < campaign.opens_on:
        faults["ends_on"] = gettext("The last day lies before the first.")
    if campaign.population_from and campaign.population_to and campaign.population_to < campaign.population_from:
        faults["population_to"] = gettext("The last day lies before the first.")
    if not 1 <= campaign.sampling_rate <= 100:
        faults["sampling_rate"] = gettext("Write a number from 1 to 100.")
    if campaign.sample_size == 0:
        faults["sample_size"] = gettext("A sample has at least one person.")
    if campaign.questionnaire is not None and not campaign.questionnaire.is_published:
        faults["questionnaire"] = gettext("Choose a published version.")
    if faults:
        raise Objected(fields=faults)
