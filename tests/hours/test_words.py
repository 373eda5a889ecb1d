"""Every sentence that the calendars can say is translated, with the same values in it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

SAYING = {"BadHours", "NoHours", "OutOfReach", "NothingChanged", "BadFile", "_", "gettext"}
VALUE = re.compile(r"%\(\w+\)s|%s")


def sentences() -> Iterator[str]:
    """Find the texts given to gettext and to the exceptions whose sentence a page translates."""
    for path in sorted((Path(settings.BASE_DIR) / "itsm" / "hours").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING
            if named and isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value)


@pytest.fixture(scope="module")
def chinese() -> dict[str, str]:
    """Give the translations of this part."""
    with open(Path(settings.BASE_DIR) / "locale" / "parts" / "hours.po", "rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file, locale="zh_Hant")}


def test_every_sentence_has_its_translation_with_the_same_values(chinese: dict[str, str]) -> None:
    said = set(sentences())

    assert len(said) > 40
    assert not said - set(chinese)
    assert not [text for text in said if sorted(VALUE.findall(text)) != sorted(VALUE.findall(chinese[text]))]
