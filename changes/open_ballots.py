"""The rounds that take votes, as their list and REST show them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from changes.board_models import Ballot, Board, CabVote
from changes.models import Change

MOST = 50


def waiting(person: Any, *, most: int = MOST) -> list[dict[str, Any]]:
    """List the open rounds, those first in which ``person`` has a seat and has not voted; two statements for any number.

    A confidential change is listed only for who may read it or has a seat.
    """
    mine = CabVote.objects.filter(Q(member=person.pk) | Q(cast_by=person.pk), ballot=OuterRef("pk"))
    seat = Board.objects.filter(Q(members__person=person.pk) | Q(proxies__person=person.pk), pk=OuterRef("board_id"))
    rows = Ballot.objects.visible_to(person).open().select_related("change", "board").annotate(
        voted=Exists(mine), seated=Exists(seat), cast=Count("votes", filter=~Q(votes__vote="recused")),
        void_before=Exists(Ballot.objects.filter(change=OuterRef("change_id"), outcome="void")),
    )  # fmt: skip
    found = sorted(rows.order_by("closes_at", "pk")[:most], key=lambda row: row.voted or not row.seated)
    keys = [row.change_id for row in found]
    visible = set(Change.objects.visible_to(person).filter(pk__in=keys).values_list("pk", flat=True))
    return [
        {"ballot": row, "needs_me": row.seated and not row.voted}
        for row in found
        if row.change_id in visible or row.seated
    ]
