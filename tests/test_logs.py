"""The server's log says who was refused in one line, and shows the trace of faults only."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils.log import log_response

from itsm.people.models import Person

BROKEN = "it broke"


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What the server writes to its console."""
    handler = next(one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler)
    written = StringIO()
    before = handler.setStream(written)
    yield written
    if before is not None:
        handler.setStream(before)


def test_a_refused_page_is_one_line(log: StringIO, requester: Person, client: Client) -> None:
    client.force_login(requester)
    answer = client.get("/settings/")

    assert answer.status_code == 403
    assert log.getvalue().count("\n") == 1
    assert "/settings/" in log.getvalue()


def test_a_fault_keeps_its_trace(log: StringIO) -> None:
    log_response("it failed", response=HttpResponse(status=500), exception=ValueError(BROKEN))

    assert f"ValueError: {BROKEN}" in log.getvalue()
