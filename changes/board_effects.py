"""What the moves of a meeting change beside its state."""

from __future__ import annotations

from typing import Any

from itsm.flow import Move


def publish(record: Any, move: Move) -> None:
    """Put everything on the agenda that waits, and keep when it was published."""
    from changes import agendas

    agendas.fill(record, at=move.at)
    record.published_at = move.at


def begin(record: Any, move: Move) -> None:
    """Keep who is there; what came in the meantime is put on the agenda."""
    from changes import agendas
    from changes.board_guards import names_in
    from changes.seats import attend

    agendas.fill(record, at=move.at)
    attend(record, names=set(names_in(move.given("attendees", ""))), at=move.at)
    record.opened_at = move.at


def end(record: Any, move: Move) -> None:
    """Stop the timer and write the minutes."""
    from changes import agendas, minutes

    agendas.halt(record, at=move.at)
    record.ended_at = move.at
    record.minutes = minutes.compiled(record)


def sign(record: Any, move: Move) -> None:
    """Seal the minutes with the name of who confirms them; they are drawn as files afterwards."""
    from changes import minutes

    record.signed_by, record.signed_at = move.by, move.at
    record.minutes_sha256 = minutes.digest(record.minutes)


def cancel(record: Any, move: Move) -> None:
    """Take what was not decided to the next meeting."""
    from changes import agendas

    agendas.hand_on(record, at=move.at)
