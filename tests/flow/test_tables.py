"""The tables are sound, and the check that says so can fail."""

import dataclasses
import json
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import translation

from itsm.flow import Flow, State, Transition, Words
from itsm.flow.check import faults
from itsm.flow.table import states, transitions
from itsm.records import register


@pytest.mark.parametrize(
    "key",
    [
        "incident",
        "service_request",
        "major_incident",
        "problem",
        "known_error",
        "change",
        "cab_meeting",
        "service_transition",
        "ci",
        "complaint",
        "release",
        "deployment",
        "survey_campaign",
        "survey_response",
        "supplier_case",
        "contract",
        "supplier_dispute",
        "service_review",
        "agreement",
    ],
)
def test_every_registered_table_is_sound(key: str) -> None:
    assert faults(register.flows()[key]) == []


def broken(**changes: object) -> Flow:
    """A small sound table with ``changes``."""
    sound = Flow(
        key="door", model="x.Door", title=Words("Door", "門"), initial="shut", final=("gone",),
        states=states(
            State("shut", Words("Shut", "關"), phase="new", clock="run"),
            State("gone", Words("Gone", "拆"), phase="done", clock="stop"),
        ),
        transitions=transitions(Transition("remove", Words("Remove", "拆除"), source=("shut",), target="gone", roles=("agent",))),
    )  # fmt: skip
    return dataclasses.replace(sound, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"initial": "ajar"}, "not in the table"),
        ({"transitions": {}}, "never reached"),
        ({"final": ()}, "dead end"),
        (
            {"transitions": transitions(Transition("r", Words("", ""), ("shut",), "gone", roles=("king",)))},
            "unknown 'king'",
        ),
        (
            {
                "transitions": transitions(
                    Transition("r", Words("", ""), ("shut",), "gone", ("agent",), guards=("g_x",))
                )
            },
            "unknown 'g_x'",
        ),
        (
            {
                "states": {
                    "shut": State("shut", Words("", ""), "asleep", "run"),
                    "gone": State("gone", Words("", ""), "done", "stop"),
                }
            },
            "unknown phase",
        ),
    ],
)
def test_a_broken_table_is_told(changes: dict[str, object], fault: str) -> None:
    assert faults(broken()) == []
    assert any(fault in text for text in faults(broken(**changes)))


def test_labels_follow_the_language() -> None:
    label = register.flows()["incident"].states["reported"].label
    with translation.override("en"):
        assert str(label) == "Reported"
    with translation.override("zh-hant"):
        assert str(label) == "已通報"


def test_the_machines_agree_with_the_specification(capsys: pytest.CaptureFixture[str]) -> None:
    check = settings.SHARED_DIR / "checks" / "check_flows.py"
    if not check.exists():
        pytest.skip("SHARED_DIR has no checks/check_flows.py")
    call_command("flows", "--json")
    printed = capsys.readouterr().out
    json.loads(printed)

    done = subprocess.run(
        [
            sys.executable,
            str(check),
            "service_request",
            "incident",
            "major_incident",
            "problem",
            "known_error",
            "change",
            "cab_meeting",
            "service_transition",
            "release",
            "deployment",
            "survey_campaign",
            "survey_response",
        ],
        input=printed,
        text=True,
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
