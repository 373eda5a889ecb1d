"""What the pages of configuration data share: who may do what, addresses, a page of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from configuration import access
from configuration.models import ConfigurationItem
from configuration.sampling import Known
from itsm.people.models import Person
from itsm.records import register
from itsm.records.models import Record

ROWS = 50
#: Who plans and counts audits beside those who keep the data.
COUNTERS = frozenset({"auditor", "engineer", "agent", "management_rep"})


def keeper(request: HttpRequest) -> Person:
    """This will give who asks, if that person keeps the configuration data.

    :raises PermissionDenied: if not
    """
    person: Any = request.user
    if not access.keeps(person):
        raise PermissionDenied(_("Only who keeps the configuration data may do this."))
    return person  # type: ignore[no-any-return]  # behind the sign-in it is a person


def counter(request: HttpRequest) -> Person:
    """This will give who asks, if that person may count: keepers, auditors and those who work at the things themselves.

    :raises PermissionDenied: if not
    """
    person: Any = request.user
    if not (access.keeps(person) or person.role_codes & COUNTERS):
        raise PermissionDenied(_("Only who keeps the configuration data or audits them may do this."))
    return person  # type: ignore[no-any-return]  # behind the sign-in it is a person


def address_of(record: Record | ConfigurationItem) -> str:
    """This will give the address of a record's page."""
    return f"/{register.process_of(record).section}/{record.number}/"


def items_at() -> str:
    """This will give what stands before the number in the address of an item."""
    return f"/{register.process('ci').section}/"


def paged(request: HttpRequest, rows: Any, *, size: int = ROWS) -> Page[Any]:
    """This will give the page of rows that the address asks for."""
    return Paginator(rows, size).get_page(request.GET.get("page", "1"))


def percent(share: float | None, *, decimals: int = 1) -> str:
    """This will write a share in per cent, cut off rather than rounded up; a dash where there is none."""
    if share is None:
        return "—"
    scale = 10**decimals
    cut = int(round(share * 100 * scale, 6)) / scale
    return f"{number_format(cut, decimal_pos=decimals)} %"


@dataclass(frozen=True, slots=True)
class ShownInterval:
    """A share in words, and the range in which it lies or that all were counted; a dash alone where nothing was looked at."""

    share: str
    range: str = ""

    def __str__(self) -> str:
        return f"{self.share} ({self.range})" if self.range else self.share


def known(found: Any) -> Known | None:
    """This will give a share of an audit, whether computed or kept with its result; None where nothing was looked at."""
    return Known(**found) if isinstance(found, dict) else found


def interval_text(found: Any) -> ShownInterval:
    """This will write a share with its interval, 96.2 % and 89.4 % to 98.7 %, or that it is that of a full count."""
    one = known(found)
    if one is None:
        return ShownInterval("—")
    if one.is_full_count:
        return ShownInterval(percent(one.share), _("full count"))
    bounds = {"low": percent(one.low), "high": percent(one.high)}
    return ShownInterval(percent(one.share), _("%(low)s to %(high)s") % bounds)
