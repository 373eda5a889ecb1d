"""What is wrong with a drafted term is said below it, and belongs to it for those who hear the page."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.simulator.test_pages import browser as browser
from tests.simulator.test_pages import filled

pytestmark = pytest.mark.django_db


def test_the_sentence_belongs_to_its_input(browser: Client) -> None:
    page = browser.post("/simulator/new/", filled(browser) | {"t0": "soon", "c1": "nowhere"}).content.decode()

    for name, tag in (("t0", "input"), ("c1", "select")):
        [widget] = re.findall(rf'<{tag}[^>]* name="{name}"[^>]*>', page)
        assert 'aria-invalid="true"' in widget
        assert f'aria-describedby="id_{name}_error"' in widget
        assert f'<ul class="errorlist" id="id_{name}_error">' in page
