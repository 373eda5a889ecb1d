"""Wiring the board in at start: its process, its steps, its answers to the change, its rounds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from changes import (
    ballots,
    board_figures,
    board_shown,
    board_steps,
    board_telling,
    far,
    kpis,
    meetings,
    minutes_files,
    vote_links,
)
from changes.board_models import CabMeeting
from changes.board_querysets import OVERSEES


def register() -> None:
    """Register everything of the board."""
    from itsm.records.register import add, steps
    from sla import rounds

    add(_process())
    for step, function in (
        (steps.during, board_steps.during),
        (steps.journaled, board_steps.journaled),
        (steps.roles, board_steps.board_roles),
    ):
        if function not in step:
            step.append(function)  # type: ignore[arg-type]  # each list has its own shape
    board_telling.register()
    vote_links.register()
    far.answers.board = ballots.decision
    far.answers.stands = board_steps.stands
    far.answers.conditions = board_steps.conditions
    _in_the_rail()
    rounds.add(rounds.Round("board", timedelta(minutes=5), lambda at: meetings.tend(at=at), "changes.tasks.tend_board"))
    rounds.add(rounds.Round("minutes", timedelta(seconds=20), lambda at: minutes_files.draw_due(at=at)))


def _process() -> Any:
    """Give the meetings as siblings and pages know them."""
    from changes import board_querysets
    from itsm.records.register import Process

    return Process(
        "cab_meeting",
        CabMeeting,
        CabMeeting.flows,
        section="cab",
        workers=frozenset({"change_manager", "cab"}),
        page=board_shown.meeting_page,
        figures=kpis.BOARD,
        evidence=board_figures.EVIDENCE,
        owed=board_querysets.near,
    )


def _in_the_rail() -> None:
    from itsm.ui import navigation

    title, roles = _("Change advisory board"), OVERSEES
    navigation.register(
        navigation.Entry(title, "board:overview", "people", key="g b", roles=roles, section="processes", order=45)
    )
