"""What the background does for imports: writes and takes back what a page left to it, piece by piece."""

from __future__ import annotations

from datetime import datetime

from configuration.models import ImportBatch
from itsm.intake.cmdb import applying, undoing
from itsm.intake.cmdb.matching import match_named

MOST_PIECES = 50  # in one go, so that nothing else waits long


def go_on(at: datetime) -> int:
    """This will go on with every import that waits; gives how many pieces were done. Any number may run at once."""
    done = 0
    for key, state in list(ImportBatch.objects.waiting().values_list("pk", "state")):
        step = undoing.piece if state == ImportBatch.State.UNDOING else applying.piece
        while done < MOST_PIECES and step(key, at=at):
            done += 1
    if done:
        match_named()
    return done
