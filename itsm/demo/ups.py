"""The battery of UPS-02 from one process to the next: problem, known error, major change before the board, release.

The incident that runs while somebody looks around is told with the others (``stories.ups_battery``); here it meets what
was known of the battery before.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from changes.models import Change
from configuration.models import ConfigurationItem
from itsm.demo.stories import lead
from itsm.demo.world import Case, World
from itsm.records.links import link
from itsm.records.models import Link, LinkKind
from itsm.tickets.edits import edit
from releases.receive import draft_release

DAY = timedelta(days=1)
TITLE = "UPS-02 備援時間逐月縮短"
CHANGE = "更換 UPS-02 電池組"


def change_asked(world: World, *, at: datetime) -> Case:
    """Lead the problem to the solution that was adopted at ``at``; gives the change that was drafted for it."""
    case = Case.problem(
        world, TITLE, "每月放電測試之備援時間由 12 分鐘降至 3 分鐘。", service="machine-room", at=at - 12 * DAY
    )
    lead(case, "chen", "environment", cause_in=10, solution_in=30).after(2900)
    case.move(
        "propose_root_cause", "chen", root_cause="電池組已使用四年八個月，超過三年壽命，內阻升高。", rc_method="5why",
        rc_evidence="40 顆電池內阻量測表，26 顆超過出廠值 1.5 倍。", causal_component="UPS-02",
        whys="備援時間不足\n電池容量下降\n內阻升高\n超過使用年限\n更換年限未列入維護計畫",
    )  # fmt: skip
    case.after(900).move("accept_root_cause", "huang").after(20).move("seek_solution", "chen").after(700)
    case.move(
        "establish_workaround", "chen", workaround="將 R07、R08 機櫃切至市電 B 路供電，UPS-02 轉旁路。",
        workaround_applies="UPS-02 電池模組告警，或備援時間低於 5 分鐘。", workaround_risk="市電 B 路中斷時兩機櫃立即斷電。",
        workaround_tested_by=case.person("chen"),
    )  # fmt: skip
    case.at = max(case.at, at)
    case.move(
        "adopt_solution", "chen", solution="全數更換 UPS-02 之 40 顆電池，並更新監控門檻。",
        solution_value="費用 125 萬元；避免兩機櫃無備援及公文系統停機。", change_needed="yes",
    )  # fmt: skip
    made = Link.objects.get(target=case.record, kind=LinkKind.FIXES_PROBLEM).source_id
    known = {"title": CHANGE, "cost_estimate": 1_250_000}
    change = edit(Change.objects.get(pk=made), known, by=case.person("chen"), at=case.at)
    for item in ConfigurationItem.objects.filter(title="UPS-02"):
        link(change, item, kind=LinkKind.AFFECTS, by=case.person("chen"), at=case.at)
    return Case(world, change, at=case.at)


def meet(world: World, *, at: datetime) -> None:
    """Connect the incident of today with the problem, and draft the release that carries out the change."""
    incident, problem = (
        Case.named(world, "UPS-02 電池模組告警，備援時間不足 3 分鐘"),
        Case.problem_of(world, TITLE, at=at),
    )
    link(incident.record, problem.record, kind=LinkKind.ESCALATED_TO_PROBLEM, by=world.people["huang"], at=incident.at)
    for item in ConfigurationItem.objects.filter(title="UPS-02"):
        link(incident.record, item, kind=LinkKind.AFFECTS, by=world.people["chen"], at=incident.at)
    change = Change.objects.get(title=CHANGE, requester__is_demo=True)
    draft_release([change], title="UPS-02 電池更換與監控門檻更新", by=world.people["yang"], at=at - DAY)
