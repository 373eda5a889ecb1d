"""Translations merged from parts, and the rules for templates and style sheets."""

from pathlib import Path

import pytest

from tools import lint_pages, messages

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def part(folder: Path, name: str, text: str, translated: str) -> Path:
    path = folder / f"{name}.po"
    path.write_text(f'{HEAD}msgid "{text}"\nmsgstr "{translated}"\n')
    return path


def test_parts_become_one_catalogue(tmp_path: Path) -> None:
    files = [
        part(tmp_path, "desk", "Save", "儲存"),
        part(tmp_path, "hours", "Close", "關閉"),
        part(tmp_path, "ui", "Save", "儲存"),
    ]

    merged = messages.merge(files)

    assert {message.id: message.string for message in merged if message.id} == {"Save": "儲存", "Close": "關閉"}


def test_two_translations_of_one_text_are_named(tmp_path: Path) -> None:
    files = [part(tmp_path, "desk", "Close", "結案"), part(tmp_path, "ui", "Close", "關閉")]

    with pytest.raises(messages.Contradiction, match=r"ui\.po: 'Close' is '關閉' here and '結案' elsewhere"):
        messages.merge(files)


def test_texts_of_templates_are_found() -> None:
    template = (
        '{% load i18n %}<p title="{% translate "Save it" %}">{% translate "Due" context "noun" %}'
        "{% blocktranslate count n=days %}one {{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}</p>"
        '{% blocktranslate trimmed %}\n  a "quoted" (text)\n  goes on{% endblocktranslate %}'
    )

    python = messages._as_python(template, "page.html").splitlines()

    assert python == [
        "gettext(u'Save it')",
        "pgettext(u'noun', u'Due')",
        "ngettext(u'one %(n)s day', u'%(n)s days', count)",
        "gettext(u'a \"quoted\" (text) goes on')",
    ]


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ('<p style="color: red">', "has an inline style"),
        ("<script>go()</script>", "has an inline script"),
        ('<a href="/" onclick="go()">', "has an inline handler"),
        ("<button>Go</button>", "has a button without a type"),
        ('<button type="submit" {% if a > b %}disabled{% endif %}>Go</button><script src="a.js"></script>', ""),
    ],
)
def test_a_template_that_breaks_a_rule_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str, words: str
) -> None:
    monkeypatch.setattr(lint_pages, "PROJECT", tmp_path)
    (tmp_path / "page.html").write_text(page)

    assert list(lint_pages.template_breaches()) == ([f"page.html:1 {words}"] if words else [])


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        ("@layer parts { .a { color: #fff } }", "names the colour #fff (only tokens.css does)"),
        ("@layer parts { .a .b .c { margin: 0 } }", "has the deep selector “.a .b .c”"),
        (".a { margin: 0 }", "is outside the layers"),
        ('@layer parts { @media (width > 40rem) and (height > 1rem) { .a > [data-b="c d"] { margin: 0 } } }', ""),
    ],
)
def test_a_sheet_that_breaks_a_rule_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sheet: str, words: str
) -> None:
    monkeypatch.setattr(lint_pages, "PROJECT", tmp_path)
    (tmp_path / "part.css").write_text(sheet)

    assert list(lint_pages.sheet_breaches()) == ([f"part.css:1 {words}"] if words else [])
