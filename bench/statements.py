"""How many SQL statements a call costs, counted in this process."""

from __future__ import annotations

from typing import Any

from bench.load import Call, WrongAnswer

FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET ")


def count(calls: list[Call]) -> int:
    """Count the statements of the last of ``calls``; those before fill what processes remember.

    :raises WrongAnswer: if it is not answered as expected
    """
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    for call in calls:
        sent: dict[str, Any] = {"SERVER_NAME": "127.0.0.1", **{f"HTTP_{k.upper()}": v for k, v in call.headers.items()}}
        client, kind = Client(), call.headers.get("Content-Type", "application/octet-stream")
        with CaptureQueriesContext(connection) as captured:
            answer = client.generic(call.method, call.path, call.body, content_type=kind, **sent)
        if answer.status_code != call.good:
            raise WrongAnswer(f"{call.path}: {answer.status_code} {answer.content[:400]!r}")
    return sum(not query["sql"].startswith(FRAME) for query in captured.captured_queries)
