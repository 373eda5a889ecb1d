"""The relationship report on paper."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext

from itsm.draw.paper import Bars, Block, Facts, Grid, Heading, NewPage, Prose, Signatures, document
from itsm.ui.moments import day_text
from relationships import survey_shown as shown
from relationships.survey_models import RelationshipReport, SurveyCampaign


def report(campaign: SurveyCampaign, found: RelationshipReport) -> bytes:
    """Set the report with its figures, drawings and review, in the active language."""
    title = gettext("Relationship report")
    subtitle = gettext("%(number)s %(title)s · version %(version)s") % {
        "number": campaign.number, "title": campaign.title, "version": found.version,
    }  # fmt: skip
    return document(
        title, list(_blocks(campaign, found)), subtitle=subtitle, foot=f"{campaign.number} {campaign.title}"
    )


def _blocks(campaign: SurveyCampaign, found: RelationshipReport) -> Iterator[Block]:
    figure = found.figures
    rate = "—" if figure.get("rate") is None else f"{figure['rate']:g} %"
    yield Facts([
        (gettext("In charge"), campaign.owner.name),
        (gettext("Invited"), str(figure.get("invited", "—"))),
        (gettext("Answered"), str(figure.get("answered", "—"))),
        (gettext("Response rate"), rate),
        *((str(one["label"]), one["words"]) for one in shown.report(campaign, found)["scores"]),
    ])  # fmt: skip
    for section in shown.report(campaign, found)["sections"]:
        yield Heading(str(section["title"]))
        yield Prose(section["text"] or "—")
        if section["note"]:
            yield Prose(section["note"])
        if section["bars"]:
            yield Bars(section["bars"])
    if found.met_on:
        yield NewPage()
        yield from _review(found)


def _review(found: RelationshipReport) -> Iterator[Block]:
    yield Heading(gettext("Review by the committee"))
    yield Facts(
        [
            (gettext("Meeting on"), day_text(found.met_on) if found.met_on else "—"),
            (gettext("Attendees"), found.attendees),
        ]
    )
    yield Prose(found.minutes)
    rows = found.decisions.select_related("owner").order_by("pk")
    head = [gettext("Decision"), gettext("Who does it"), gettext("Until")]
    body = [
        [row.text, row.owner.name if row.owner else "—", day_text(row.due_on) if row.due_on else "—"] for row in rows
    ]
    yield Grid(head, body, (0.6, 0.2, 0.2))
    if found.decided:
        yield Prose(found.decided)
    yield Signatures([(gettext("Chair of the review board"), ""), (gettext("Business relationship manager"), "")])
