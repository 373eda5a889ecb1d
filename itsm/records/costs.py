"""What something costs on average, and beside it the rows whose cost nobody knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from itsm.records.counting import is_uncounted
from itsm.records.figures import WHOLE, Mean, Narrowing, Rows, Sides, averaged

#: The side of the rows that are left out, because they have minutes without a rate.
UNPRICED = "unpriced"


@dataclass(frozen=True, slots=True)
class Cost(Mean):
    """An average amount of money; ``unpriced`` are the rows left out of it, which add the minutes that have no rate.

    Of the rows averaged ``free`` add nothing: no time was entered on them, or it costs nothing.
    """

    unpriced: Rows = field(default_factory=Rows, compare=False, repr=False)
    free: int = field(default=0, compare=False)

    @property
    def sides(self) -> Sides:
        """The rows that were averaged, and those left out."""
        return {WHOLE: self.rows, UNPRICED: self.unpriced}

    def narrowed(self, to: Narrowing) -> Cost:
        """Average only what is asked for."""
        return cost(self.rows.narrowed(to), self.unpriced.narrowed(to))


def cost(rows: Rows, unpriced: Rows) -> Cost:
    """This will average what ``rows`` add, amounts of money, by one statement."""
    if is_uncounted():
        return Cost(0, 0, rows, unpriced=unpriced)
    amounts = [amount for _record, amount in rows.pairs()]
    found = averaged(rows, amounts)
    rows.known(found.count, found.total)
    return Cost(Fraction(found.total), found.count, rows, found.median, found.ninth_decile, unpriced, amounts.count(0))
