"""Compares the simulator with a real incident log: its own flag, and times that are counted here from the raw file.

``python -m tools.check_simulator`` works on the configured database. It imports the log where ``check_history.py`` has
not done so already; where the data is absent, it says that it is left out.
"""

from __future__ import annotations

import csv
import gzip
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import itsm.settings

DATA = Path(itsm.settings.SHARED_DIR) / "data" / "uci_incident"
LOG = DATA / "incidents_event_log.csv.gz"
SOURCE = "history-check"
HOURS = {1: 8, 2: 8, 3: 117.4, 4: 264}  # the targets of the closure clock that the data's own page gives
DAY, OPENS = 86_400, 6 * 3600
WEEK = {str(day): [["06:00", "00:00"]] for day in range(5)}
Row = dict[str, str]


def manage(*arguments: str) -> Any:
    """Run a command of the product and read the JSON that it prints."""
    done = subprocess.run([sys.executable, "manage.py", *arguments], text=True, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def is_imported() -> bool:
    """Tell whether the log is there already."""
    asked = [sys.executable, "manage.py", "figures", "--source", SOURCE, "--json"]
    return subprocess.run(asked, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


def draft(stop: str) -> dict[str, Any]:
    """Write the policy: these targets and hours, no pauses, one clock to ``stop``."""
    rows = [
        {"metric": "resolution", "process": "incident", "priority": priority, "seconds": round(hours * 3600), "calendar": "log"}
        for priority, hours in HOURS.items()
    ]  # fmt: skip
    return {
        "scope": {"kinds": ["incident"], "source": SOURCE},
        "targets": rows,
        "calendars": {"log": {"zone": "Etc/UTC", "weekly": WEEK}},
        "measures": {"resolution": {"stop": stop, "pauses": False}},
        "against": "recorded",
    }


def simulated(stop: str, folder: Path) -> tuple[dict[str, Any], dict[str, Row]]:
    """Run the policy; gives its figures and its rows by the log's own numbers."""
    paper, out = folder / f"{stop}.json", folder / f"{stop}.csv"
    paper.write_text(json.dumps(draft(stop)))
    found = manage("simulate", str(paper), "--title", f"check {stop}", "--rows", str(out), "--json")
    with out.open(newline="") as file:
        rows = {row["source_number"]: row for row in csv.DictReader(file) if row["metric"] == "resolution"}
    print(f"{stop}: {found['records']} records in {found['seconds']} s")
    return found["figures"], rows


def incidents() -> Iterator[list[Row]]:
    """Read the raw log, record by record, in the order of the file."""
    with gzip.open(LOG, "rt", encoding="utf-8-sig", newline="") as file:
        kept: list[Row] = []
        for row in csv.DictReader(file):
            if kept and kept[0]["number"] != row["number"]:
                yield kept
                kept = []
            kept.append(row)
        yield kept


def seconds_at(text: str) -> int:
    """Read a naive time of the log as seconds; Monday 0:00 of some week is a multiple of a week."""
    moment = datetime.strptime(text, "%d/%m/%Y %H:%M")  # noqa: DTZ007 - the log's own wall time
    return (moment.toordinal() - 1) * DAY + moment.hour * 3600 + moment.minute * 60


def open_until(at: int) -> int:
    """Count Monday to Friday 6:00 to 24:00 from the beginning of time, in closed form."""
    weeks, rest = divmod(at, 7 * DAY)
    days, second = divmod(rest, DAY)
    today = max(0, second - OPENS) if days < 5 else 0
    return (weeks * 5 + min(days, 5)) * (DAY - OPENS) + today


def counted(rows: list[Row], state: str) -> int | None:
    """Count open seconds from the opening to the last row in ``state``."""
    ends = [row["sys_updated_at"] for row in rows if row["incident_state"] == state]
    if not ends:
        return None
    return max(0, open_until(seconds_at(ends[-1])) - open_until(seconds_at(rows[0]["opened_at"])))


def differences(folder: Path) -> Iterator[str]:
    """Name everything in which simulator and raw file differ."""
    want = json.loads((DATA / "expected.json").read_text())["sla"]
    closed_figures, closed = simulated("closed", folder)
    _figures, answered = simulated("answer", folder)
    agree = sum(row["base"] == row["drafted"] for row in closed.values())
    whole = next(row for row in closed_figures["all"] if row["metric"] == "resolution")
    got = {"met": whole["draft_met"], "missed": whole["draft_missed"], "agree_with_source": agree}
    print(f"closure policy: {agree} of {len(closed)} agree with the log's own flag")
    if got != want:
        yield f"closure policy: {got} should be {want}"
    for rows in incidents():
        yield from one(rows, closed.get(rows[0]["number"]), "Closed")
        yield from one(rows, answered.get(rows[0]["number"]), "Resolved")


def one(rows: list[Row], found: Row | None, state: str) -> Iterator[str]:
    """Compare one incident: seconds and verdict."""
    number, used = rows[0]["number"], counted(rows, state)
    target = round(HOURS[int(rows[-1]["priority"][0])] * 3600)
    want = None if used is None else (used, "met" if used <= target else "missed")
    got = None if found is None or found["drafted"] == "none" else (int(found["draft_used"]), found["drafted"])
    if got != want:
        yield f"{number} to {state}: {got} should be {want}"


def main() -> int:
    """Print what differs; 1 when anything does."""
    if not LOG.exists():
        print(f"Simulator on real data: left out, because {LOG} is not here.")
        return 0
    if not is_imported():
        manage("import_history", str(LOG), "--mapping", "servicenow-event-log", "--source", SOURCE, "--json")
    with tempfile.TemporaryDirectory() as folder:
        found = list(differences(Path(folder)))
    print(*found[:50], sep="\n")
    print(f"{len(found)} differences" if found else "The simulator agrees with the raw file.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
