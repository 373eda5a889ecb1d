"""Somebody who works on cases over the REST interface while the web server is killed under them."""

import json
import random
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from typing import Any

STEPS: dict[str, list[tuple[str, str]]] = {
    "reported": [("classify", "agent"), ("classify", "agent"), ("reply", "agent")],
    "classified": [("assign_first_line", "agent")],
    "l1_processing": [
        ("hold", "agent"),
        ("regrade", "agent"),
        ("resolve", "agent"),
        ("reply", "agent"),
        ("reply", "asker"),
    ],
    "on_hold": [("resume", "agent"), ("reply", "agent"), ("regrade", "agent"), ("", "")],
    "awaiting_confirmation": [("reject_resolution", "asker"), ("confirm_resolution", "asker")],
    "closed": [("reopen", "asker"), ("", ""), ("", "")],
}


class Worker(threading.Thread):
    """Raises cases and moves them at random until told to stop; refusals and broken connections are part of the day."""

    def __init__(self, *, port: int, tokens: dict[str, str], stop: threading.Event, seed: int) -> None:
        super().__init__(name=f"desk-{seed}")
        self.port, self.tokens, self.stop, self.random = port, tokens, stop, random.Random(seed)
        self.cases: dict[str, str] = {}
        self.done = self.broken = 0

    def run(self) -> None:
        """Work."""
        while not self.stop.is_set():
            try:
                self._act()
            except (OSError, HTTPException, ValueError):
                self.broken += 1
                time.sleep(0.3)
            time.sleep(self.random.uniform(0, 0.3))

    def _act(self) -> None:
        if not self.cases or self.random.random() < 0.12:
            self._raise()
            return
        number = self.random.choice(list(self.cases))
        step, who = self.random.choice(STEPS.get(self.cases[number], [("", "")]))
        if step == "reply":
            self._ask(who, f"/api/v1/tickets/{number}/comments", {"kind": "public", "body": "x"})
        elif step:
            self._ask(who, f"/api/v1/incidents/{number}/transitions/{step}", self._inputs(step))
        with suppress(KeyError):
            self.cases[number] = self._ask("agent", f"/api/v1/incidents/{number}", None)["state"]["code"]

    def _raise(self) -> None:
        made = self._ask("asker", "/api/v1/incidents", {"title": "chaos", "service": "documents"})
        self.cases[made["number"]] = made["state"]["code"]

    def _inputs(self, step: str) -> dict[str, Any]:
        grade = {"impact": self.random.choice("123"), "urgency": self.random.choice("123")}
        later = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=self.random.randint(2, 9))
        return {
            "classify": {"service": "documents", "category": "login", **grade},
            "regrade": {"reason": "x", **grade},
            "assign_first_line": {"assignee": "agent"},
            "hold": {"hold_reason": "user_postponed", "follow_up_at": later.isoformat()},
            "resolve": {"resolution_code": "fixed", "resolution_note": "x"},
            "reject_resolution": {"reason": "x"},
            "confirm_resolution": {"confirmation": "portal"},
            "reopen": {"reason": "x"},
        }.get(step, {})

    def _ask(self, who: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {
            "Authorization": f"Bearer {self.tokens[who]}",
            "Content-Type": "application/json",
            "Host": "localhost",
        }
        try:
            connection.request(
                "POST" if body is not None else "GET", path, json.dumps(body) if body is not None else None, headers
            )
            answer = connection.getresponse()
            found: dict[str, Any] = json.loads(answer.read())
        finally:
            connection.close()
        self.done += answer.status < 300
        return found
