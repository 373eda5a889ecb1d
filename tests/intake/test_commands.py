"""What the command prints: counts alone on standard output, the rest on standard error."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import translation

from itsm.intake.progress import ProgressBar
from tests.intake.logs import SOURCE, row, usual, write


def run(path: Path, **given: object) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command(
        "import_history", str(path), mapping="servicenow-event-log", source=SOURCE, stdout=out, stderr=err, **given
    )
    return out.getvalue(), err.getvalue()


@pytest.mark.django_db
def test_json_is_alone_on_standard_output(tmp_path: Path) -> None:
    out, err = run(write(tmp_path / "log.csv", usual()), json=True)

    assert json.loads(out) == {"records": 1, "rows": 5, "created": 1, "changed": 0, "unchanged": 0, "rejected": 0}
    assert "100%" in err


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"), [("en", "The mapping knows no such state."), ("zh-hant", "對照檔沒有這個狀態。")]
)
def test_a_refused_cell_is_told_with_its_place(tmp_path: Path, language: str, words: str) -> None:
    with translation.override(language):
        _, err = run(write(tmp_path / "log.csv", [row(incident_state="Dormant")]))

    told = next(line for line in err.splitlines() if "Dormant" in line)
    assert "incident_state" in told
    assert "2" in told
    assert words in told


@pytest.mark.django_db
def test_a_dry_run_says_so(tmp_path: Path) -> None:
    with translation.override("en"):
        out, _ = run(write(tmp_path / "log.csv", usual()), dry_run=True)

    assert out.endswith("1 created, 0 changed, 0 unchanged, 0 rejected. Dry run: nothing was written.\n")


@pytest.mark.parametrize("label", ["", "two words", "a" * 41, "../up"])
def test_an_odd_label_is_refused(tmp_path: Path, label: str) -> None:
    with pytest.raises(CommandError):
        call_command("import_history", "log.csv", mapping="servicenow-event-log", source=label)


@pytest.mark.django_db
def test_a_missing_file_is_a_sentence_not_a_traceback(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"log\.csv|No such file"):
        run(tmp_path / "log.csv")


def test_the_bar_says_how_much_is_left() -> None:
    class Stream:
        said = ""

        def write(self, text: str, ending: str = "\n") -> None:
            self.said += text + ending

        def flush(self) -> None:
            self.said += ""

    stream = Stream()
    with translation.override("en"):
        bar = ProgressBar(stream, started=0)
        bar.show(500, 1000)
        bar.show(510, 1000)

    assert stream.said.startswith("[###############               ]  50% 500 of 1,000 rows")
    assert stream.said.count("\n") == 1
