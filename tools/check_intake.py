"""Compares what the product reports of imported real data with figures computed from the raw files.

``python -m tools.check_intake`` works on the configured database, which should be empty and migrated. The files and the
figures stand in the data folder that the settings name; where it is absent, each check says that it is left out.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import itsm.settings

DATA = Path(itsm.settings.SHARED_DIR) / "data"
NEAR = 0.00011  # hours are rounded to four decimals on both sides
PRIORITIES = {"Major": "1", "High": "2", "Medium": "3", "Low": "4"}
Figures = dict[str, Any]


def manage(*arguments: str) -> Figures:
    """Run a command of the product and read the JSON that it prints."""
    done = subprocess.run([sys.executable, "manage.py", *arguments], text=True, stdout=subprocess.PIPE, check=True)
    found: Figures = json.loads(done.stdout)
    return found


def differences(path: str, want: Any, got: Any) -> Iterator[str]:
    """Name every place where ``got`` is not what it should be; what nobody asked for is not looked at."""
    if isinstance(want, dict):
        for key, value in want.items():
            yield from differences(f"{path}.{key}", value, got.get(key) if isinstance(got, dict) else None)
    elif isinstance(want, float):
        if not isinstance(got, int | float) or abs(got - want) > NEAR:
            yield f"{path}: {got!r} should be {want}"
    elif got != want:
        yield f"{path}: {got!r} should be {want!r}"


def imported_twice(*command: str, records: int) -> Iterator[str]:
    """Import a file twice: everything the first time, nothing the second."""
    first, second = manage(*command, "--json"), manage(*command, "--json")
    if (first["records"], first["created"], first["rejected"]) != (records, records, 0):
        yield f"first import: {first}"
    if second["created"] or second["changed"]:
        yield f"second import of the same file was not a no-op: {second}"


def problems(expected: Figures) -> Iterator[str]:
    """The problem log of 1,487 problems."""
    raw, label = expected["bpi13_closed_problems"], "check-problems"
    log = str(DATA / "bpi2013" / "closed_problems.xes.gz")
    command = ["import_history", log, "--mapping", "vinst-problems-xes", "--source", label]
    yield from imported_twice(*command, records=raw["cases"])
    hours = raw["throughput_hours"]
    medians = {
        PRIORITIES[name]: {"median": value} for name, value in raw["throughput_hours_median_by_last_impact"].items()
    }
    want = {
        "records": raw["cases"],
        "history_rows": raw["events"],
        "by_priority": {PRIORITIES[name]: count for name, count in raw["cases_by_last_impact"].items()},
        "reopened": {"records": raw["reopened_cases"], "times": raw["reopen_transitions(Completed -> other)"]},
        "ping_pong_records": raw["pingpong_cases(A-B-A)"],
        "multi_group_records": raw["cases"] - raw["cases_with_1_team"],
        "closure_hours": {"all": {name: hours[name] for name in ("median", "mean", "p90")}} | medians,
        "top_groups": raw["top10_teams_by_last_event"],
    }
    yield from differences("problems", want, manage("figures", "--source", label, "--json"))


def changes(expected: Figures) -> Iterator[str]:
    """A year of 8,508 deployed changes, those that were backed out, and the items that they touched."""
    raw, label = expected["changes_wikimedia/dev(deployed<2023-10-25)"], "check-changes"
    log = str(DATA / "changes_wikimedia" / "changes.csv.gz")
    command = ["import_history", log, "--mapping", "wikimedia-changes", "--source", label]
    yield from imported_twice(*command, records=raw["changes"])
    lead = {"median": raw["lead_hours_median(authored->deployed)"], "p90": raw["lead_hours_p90"]}
    want = {
        "records": raw["changes"],
        "closure_hours": {"all": lead},
        "changes": {
            "executed": raw["changes"],
            "backed_out": raw["backed_out_changes(in set)"],
            "failure_rate": raw["failure_rate"],
            "hours_to_back_out": {"median": raw["median_hours_to_back_out"]},
            "item_links": raw["change_ci_rows"],
            "items_named": raw["distinct_ci"],
            "records_with_items": raw["changes_with_ci"],
            "top_items": raw["top5_ci_by_changes"],
        },
    }
    yield from differences("changes", want, manage("figures", "--source", label, "--json"))


def hosts(expected: Figures) -> Iterator[str]:
    """371 hosts, their 1,280 relationships and the two that lead nowhere."""
    raw, label = expected["cmdb_fedora"], "check-hosts"
    command = ["import_cmdb", str(DATA / "cmdb_fedora"), "--mapping", "fedora-hosts", "--source", label, "--json"]
    first, second = manage(*command), manage(*command)
    if second["created"] or second["changed"]:
        yield f"second import of the same files was not a no-op: {second}"
    lost = raw["vmhost_targets_missing_from_cis"]
    kinds = raw["by_kind"]
    held = raw["relations"] | {"runs_on": raw["relations"]["runs_on"] - first["dangling"]}
    want = {
        "items_in_files": raw["cis"],
        "by_class": {"virtual-machine": kinds["vm"], "server": kinds["hypervisor"] + kinds["other"]},
        "relationships_told": raw["relations"],
        "relationships": held,
        "dangling": lost,
    }
    yield from differences("hosts", want, manage("figures", "--source", label, "--json")["configuration"])


def components(expected: Figures) -> Iterator[str]:
    """The items and service components that 35,208 incidents name."""
    raw, label = expected["bpi2014_at_open"], "check-components"
    file = str(DATA / "bpi2014" / "detail_incident_at_open_35208.csv.gz")
    command = ["import_cmdb", file, "--mapping", "rabobank-incidents", "--source", label, "--json"]
    first, second = manage(*command), manage(*command)
    if second["created"] or second["changed"]:
        yield f"second import of the same file was not a no-op: {second}"
    services = raw["distinct"]["Service_Component_WBS_aff"]
    want = {
        "items": raw["distinct"]["CI_Name_aff"] + services,
        "by_class": {"service": services},
        "relationships": {"part_of": raw["edges_ci_service"]},
        "items_with_several_targets": {"part_of": raw["ci_with_2plus_services"]},
    }
    yield from differences("components", want, manage("figures", "--source", label, "--json")["configuration"])
    if first["rows"] != 2 * raw["rows"] + raw["rows"]:
        yield f"rows read: {first['rows']}, for three parts of {raw['rows']}"


CHECKS: dict[str, Callable[[Figures], Iterator[str]]] = {
    "bpi2013": problems,
    "changes_wikimedia": changes,
    "cmdb_fedora": hosts,
    "bpi2014": components,
}


def main() -> int:
    """Run every check whose data is there; the exit status is 1 when a figure differs."""
    if not (DATA / "figures.json").is_file():
        print(f"left out, because {DATA} is not here")
        return 0
    expected = json.loads((DATA / "figures.json").read_text())
    wrong = 0
    for folder, check in CHECKS.items():
        if not (DATA / folder).is_dir():
            print(f"{check.__name__}: left out, because {DATA / folder} is not here")
            continue
        faults = list(check(expected))
        wrong += len(faults)
        print(*faults, sep="\n") if faults else print(f"{check.__name__}: agree with the raw files")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
