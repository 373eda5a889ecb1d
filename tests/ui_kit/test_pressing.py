"""What the press takes from the inside of WeasyPrint and tinyhtml5 is still there; where it is not, a sentence says what to look at."""

from __future__ import annotations

import inspect
import re
from copy import copy
from typing import Any

import pytest

from itsm.draw.pressing import MARGINS, PSEUDO_ELEMENT, Patterns, lighter

WHERE = "look at by_weasyprint() and lighter() in itsm/draw/pressing.py"


@pytest.fixture
def html() -> Any:
    """WeasyPrint's class of a page."""
    try:
        from weasyprint import HTML  # type: ignore[import-untyped]  # the library brings no types
    except (ImportError, OSError):
        pytest.skip("printing with WeasyPrint needs Pango")
    return HTML


@pytest.fixture
def sheet(html: Any) -> Any:
    """A copy of WeasyPrint's own style sheet, so that the test changes nothing."""
    made = copy(html(string="<p>x")._ua_stylesheets()[0])
    made.matcher = copy(made.matcher)
    return made


def test_weasyprint_still_asks_a_page_for_its_own_style_sheets_by_the_method_that_the_press_overrides(
    html: Any,
) -> None:
    asked = []

    class Page(html):  # type: ignore[misc]  # the library brings no types
        def _ua_stylesheets(self, *given: Any, **named: Any) -> Any:
            asked.append((given, named))
            return super()._ua_stylesheets(*given, **named)

    Page(string="<p>x").render()

    assert asked, f"WeasyPrint does not call HTML._ua_stylesheets any more: every rule is reckoned again; {WHERE}."


def test_weasyprint_still_has_no_public_way_to_its_own_style_sheets(html: Any) -> None:
    named = {*inspect.signature(html.__init__).parameters, *inspect.signature(html.write_pdf).parameters}

    public = {name for name in named if re.search(r"(^|_)ua(_|$)|user_agent", name)}
    assert not public, f"WeasyPrint takes {public} now: use that in the place of the private method; {WHERE}."


def test_its_rules_are_kept_where_the_press_looks_for_them(sheet: Any) -> None:
    rules = sheet.matcher.other_selectors
    named = {rule[PSEUDO_ELEMENT] for rule in rules}
    margins = {margin for rule in sheet.page_rules for _rule, margin, _more in rule[1]}

    known = all(name is None or isinstance(name, str) for name in named) and {None, "marker"} <= named
    assert known, f"WeasyPrint keeps the pseudo-element of a rule elsewhere, not at {PSEUDO_ELEMENT}; {WHERE}."
    assert margins - MARGINS, f"WeasyPrint keeps the margins of a sheet elsewhere, or has no empty ones; {WHERE}."


def test_the_press_takes_rules_out_and_leaves_those_of_elements(sheet: Any) -> None:
    before = len(sheet.matcher.other_selectors), len(sheet.page_rules)
    of_elements = [rule for rule in sheet.matcher.other_selectors if rule[PSEUDO_ELEMENT] is None]

    made = lighter(sheet)

    assert made.matcher.other_selectors == of_elements
    assert len(of_elements) < before[0]
    assert len(made.page_rules) < before[1]


def test_the_parser_still_looks_up_its_patterns_where_the_press_keeps_them(monkeypatch: pytest.MonkeyPatch) -> None:
    tinyhtml5 = pytest.importorskip("tinyhtml5")
    kept = Patterns()
    monkeypatch.setattr(tinyhtml5.inputstream, "characters_until_regex", kept)

    tinyhtml5.parse("<p class='a'>words &amp; more")

    assert kept, f"tinyhtml5 does not ask inputstream.characters_until_regex any more; {WHERE}."
