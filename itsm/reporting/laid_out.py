"""Values of figures laid out to be kept: the numbers, and of rows that are cases the newest, so that a page finds them at once."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.db.models import QuerySet

from itsm.records.costs import UNPRICED, Cost
from itsm.records.figures import WHOLE, Breakdown, Count, Durations, Kept, Mean, Rows, Share
from itsm.records.grouped import GroupedShare, KeptGroupedShare, named_groups
from itsm.records.kept_figures import KeptDurations
from itsm.reporting import listing
from itsm.tickets.models import Ticket

#: How many rows of each side are kept, and of those that only Python finds: four pages, and twenty.
ROWS_KEPT, ROWS_KEPT_BY_HAND = 4 * listing.PAGE, 20 * listing.PAGE
#: From so many rows of confidential cases on it is not kept which they are.
MOST_SECRET = 500


def kept(value: Any) -> dict[str, Any] | None:
    """Lay a value out without its rows; None for what cannot be kept so, a breakdown."""
    if isinstance(value, Breakdown):
        return None
    sides = {side: [rows.count(), float(rows.total()), rows.of, rows.service] for side, rows in value.sides.items()}
    found: dict[str, Any] = {"sides": sides}
    if isinstance(value, GroupedShare):
        groups = [[key, part, whole] for key, (_name, part, whole) in value.groups.items()]
        found |= {"way": value.way, "groups": groups}
    if isinstance(value, Share):
        return found | {"kind": "share", "part": value.part, "whole": value.whole}
    if isinstance(value, Cost):
        found["free"] = value.free
    if isinstance(value, Mean):
        spread = {"middle": value.median, "ninth": value.ninth_decile}
        return found | {
            "kind": "cost" if isinstance(value, Cost) else "mean",
            "total": str(value.total),
            "count": value.count,
            **spread,
        }
    if isinstance(value, Durations):
        return found | {"kind": "durations", "middle": value.median, "average": value.mean, "ninth": value.ninth_decile}
    return found | {"kind": "count", "amount": int(value)}


def restored(found: dict[str, Any]) -> Any:
    """Give a value back that was laid out."""
    sides = {
        side: Kept(of=of, service=service, number=count, adds=total)
        for side, (count, total, of, service) in found["sides"].items()
    }
    only: Rows = next(iter(sides.values()))
    match found["kind"]:
        case "share" if "way" in found:
            groups = named_groups(found["way"], {key: (part, whole) for key, part, whole in found["groups"]})
            return KeptGroupedShare(found["part"], found["whole"], sides, found["way"], groups=groups)
        case "share":
            return Share(found["part"], found["whole"], sides)
        case "mean":
            return Mean(Fraction(found["total"]), found["count"], only, found.get("middle"), found.get("ninth"))
        case "cost":
            total, spread = Fraction(found["total"]), (found["middle"], found["ninth"])
            return Cost(total, found["count"], sides[WHOLE], *spread, sides[UNPRICED], found["free"])
        case "durations":
            return KeptDurations((), only, found["middle"], found["average"], found["ninth"])
        case _:
            return Count(only)


def newest(value: Any) -> dict[str, Any]:
    """Lay out the newest rows of each side whose rows are cases, and which rows are of confidential ones.

    ``rows`` holds key, times and amount of each, ``secret`` key and times; ``more`` tells that there are others, and ``by_hand``
    that finding them takes as long as counting.
    """
    if isinstance(value, Breakdown):
        return {}
    return {side: found for side, rows in value.sides.items() if (found := _newest(rows)) is not None}


def _newest(rows: Rows) -> dict[str, Any] | None:
    if rows.of != "record" or listing.models_of(rows) - {Ticket}:
        return None
    by_hand = not isinstance(rows.found, QuerySet)
    made, secret = _by_hand(rows) if by_hand else _by_database(rows)
    if len(secret) > MOST_SECRET:
        return None
    most = ROWS_KEPT_BY_HAND if by_hand else ROWS_KEPT
    lines = [[key, int(times), _number(amount)] for key, (times, amount) in sorted(made.items(), reverse=True)]
    told = [[key, int(times)] for key, (times, _amount) in secret.items()]
    return {"rows": lines[:most], "more": len(lines) > most, "secret": told, "by_hand": by_hand}


def _by_database(rows: Rows) -> tuple[listing.Summed, listing.Summed]:
    if not rows.count():
        return {}, {}
    keys = listing.newest_keys(rows, Ticket.objects.all(), before=None, most=ROWS_KEPT + 1)
    confidential = Ticket.objects.filter(confidential=True).order_by().values("pk")
    return listing.summed_of(rows, keys), listing.summed_of(rows, confidential)


def _by_hand(rows: Rows) -> tuple[listing.Summed, listing.Summed]:
    made = listing.summed(rows.pairs())
    secret = Ticket.objects.filter(confidential=True, pk__in=listing.among(list(made))).values_list("pk", flat=True)
    return made, {key: made[key] for key in secret}


def _number(amount: Any) -> float:
    return int(amount) if amount == int(amount) else float(amount)
