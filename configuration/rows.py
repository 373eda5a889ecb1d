"""The rows of the list as HTML, made in Python: fifty of them cost about a millisecond."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from html import escape
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import get_language

from configuration import schema
from configuration.flow import CI
from configuration.models import ConfigurationItem
from itsm.flow import pick
from itsm.ui import chips
from itsm.ui.moments import iso, short_text


def rows_html(rows: Iterable[Any], *, at: datetime) -> SafeString:
    """Draw the rows of items."""
    classes, language = schema.present().classes, get_language() or ""
    return SafeString("".join(_row(row, classes[row.ci_class_id].name, language, at) for row in rows))


def _row(row: Any, class_name: str, language: str, at: datetime) -> str:
    number, title = row.number, escape(row.title)
    team = pick(row.team__name_zh or "", row.team__name_en or "")
    return (
        f'<tr data-row id="c{row.pk}"><td class="fit"><label class="select"><input type="checkbox" name="pick" value="{number}" '
        f'form="row-tools" data-select aria-label="{number}"></label></td>'
        f'<td class="fit"><a class="ref" data-open href="/cmdb/cis/{number}/">{number}</a></td>'
        f'<td class="subject" title="{title}"><a href="/cmdb/cis/{number}/">{title}</a></td>'
        f'<td class="fit">{escape(class_name)}</td><td class="fit">{_state(row.state, language)}</td>'
        f'<td class="fit less">{_environment(row.environment, language)}</td><td class="fit num">{row.criticality}</td>'
        f'<td class="fit less">{escape(team) or "—"}</td><td class="fit">{_moment(row.last_verified_at, at)}</td>'
        f'<td class="fit muted off-phone">{_moment(row.changed_at, at)}</td></tr>\n'
    )


def _moment(moment: datetime | None, at: datetime) -> str:
    return "—" if moment is None else f'<time datetime="{iso(moment)}">{short_text(moment, now=at)}</time>'


@lru_cache(maxsize=64)
def _state(state: str, language: str) -> str:
    return chips.state_chip(CI.states[state])


@lru_cache(maxsize=32)
def _environment(value: str, language: str) -> str:
    return escape(str(ConfigurationItem.Environment(value).label))
