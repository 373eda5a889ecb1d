"""Chips, prose and tags: what a person sees, and that no text becomes markup."""

import time
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from itsm.ui import chips
from itsm.ui.prose import markdown

EVIL = '<script>alert("x")</script>'


@pytest.mark.parametrize(
    "html",
    [
        chips.chip(EVIL, tone="new"),
        chips.state_chip(SimpleNamespace(label=EVIL, tone=f'"{EVIL}')),
        chips.person_name(EVIL),
        chips.person_name(EVIL, avatar=False),
        chips.sla_chip({"look": "running", "text": EVIL, "title": f'"{EVIL}', "due": f'"{EVIL}'}),
        chips.icon(f'"{EVIL}'),
    ],
)
def test_no_text_becomes_markup(html: str) -> None:
    assert "<script" not in html
    assert '""' not in html


def test_a_state_is_a_word_beside_a_glyph() -> None:
    html = chips.state_chip(SimpleNamespace(label="等待使用者", tone="waiting"))

    assert "#pause" in html
    assert "等待使用者" in html
    assert 'aria-hidden="true"' in html


@pytest.mark.parametrize(("level", "bars"), [(1, 4), (2, 3), (3, 2), (4, 1), (5, 0)])
def test_priority_can_be_read_in_grey(level: int, bars: int) -> None:
    html = chips.priority(level)

    assert html.count('class="on"') == bars
    assert f"P{level}" in html


def test_a_clock_says_what_it_shows() -> None:
    with translation.override("zh-hant"):
        assert chips.clock_words("running", seconds=13_200) == "剩 3 小時 40 分"
        assert chips.clock_words("missed", seconds=2_520) == "逾時 42 分"
        assert chips.clock_words("paused", seconds=0, reason="等待使用者") == "暫停 · 等待使用者"


def test_only_a_running_clock_counts_on_in_the_browser() -> None:
    clock = {"look": "running", "text": "x", "left": 90}

    assert "data-left" in chips.sla_chip({**clock, "ticking": True})
    assert "data-left" not in chips.sla_chip({**clock, "ticking": False})


def test_fifty_rows_of_chips_cost_a_few_milliseconds() -> None:
    state, clock = (
        SimpleNamespace(label="處理中", tone="working"),
        {"look": "soon", "text": "剩 18 分", "left": 1080, "ticking": True},
    )
    best = 1.0
    for _round in range(5):
        start = time.perf_counter()
        for _row in range(50):
            chips.state_chip(state), chips.priority(1), chips.sla_chip(clock), chips.person_name("林怡君")
        best = min(best, time.perf_counter() - start)

    assert best < 0.005


@pytest.mark.parametrize(
    ("text", "seen", "unseen"),
    [
        ("**bold** `x`", "<strong>bold</strong>", "**"),
        (EVIL, "&lt;script&gt;", "<script"),
        ("[x](javascript:alert(1))", "javascript:alert(1)", "href"),
        ("https://example.org/a", 'href="https://example.org/a"', "target"),
        ("![cat](https://evil.example/cat.png)", "cat</a>", "<img"),
        ("![cat](/attachments/7)", '<img src="/attachments/7"', "https"),
        ("![cat](//evil.example/cat.png)", "cat</a>", "<img"),
        ("# Big", "<h3>Big</h3>", "<h1"),
        ('<img src=x onerror="alert(1)">', "&lt;img", "<img"),
    ],
)
def test_markdown_becomes_clean_html(text: str, seen: str, unseen: str) -> None:
    html = markdown(text)

    assert seen in html
    assert unseen not in html


def render(text: str, address: str = "/", **given: object) -> str:
    request = RequestFactory().get(address)
    return Template("{% load ui %}" + text).render(Context({"request": request, **given}))


def test_an_address_keeps_its_other_parameters() -> None:
    html = render('{% url_with sort="due" after=None %}', "/q?state=open&after=9&sort=number")

    assert html == "?state=open&amp;sort=due"


@pytest.mark.parametrize(
    ("address", "state", "following"),
    [("/", "", "?sort=due"), ("/?sort=due", "ascending", "?sort=-due"), ("/?sort=-due", "descending", "?sort=due")],
)
def test_a_heading_sorts_and_says_so(address: str, state: str, following: str) -> None:
    html = render('{% sort_header "Due" "due" %}', address)

    assert (f'aria-sort="{state}"' in html) == bool(state)
    assert f'href="{following}"' in html


class Case(forms.Form):
    subject = forms.CharField(help_text="One sentence.")
    note = forms.CharField(required=False, widget=forms.Textarea)
    urgent = forms.BooleanField(required=False)


def test_a_field_is_tied_to_its_help_and_its_errors() -> None:
    form = Case({})
    with translation.override("en"):
        html = render("{% field form.subject %}", form=form)

    assert '<label for="id_subject">' in html
    assert 'aria-invalid="true"' in html
    for described in ("id_subject_helptext", "id_subject_error"):
        assert f'id="{described}"' in html
        assert described in html.split('aria-describedby="')[1].split('"')[0]


def test_only_an_optional_field_is_marked() -> None:
    form = Case()
    with translation.override("en"):
        assert "(optional)" in render("{% field form.note %}", form=form)
        assert "(optional)" not in render("{% field form.subject %}{% field form.urgent %}", form=form)
