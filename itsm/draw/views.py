"""Shows every drawing in every state, for the style guide."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from itsm.draw.figures import Bar, Part, bars, clock_bar, sparkline
from itsm.draw.rail import steps
from itsm.draw.swimlane import swimlane, swimlane_rows
from itsm.flow.chart import Chart, Lane, boxes, edges
from itsm.flow.words import Words

LANES = (
    Lane("user", Words("User", "使用者")),
    Lane("agent", Words("Service desk", "服務台")),
    Lane("engineer", Words("Second line", "二線工程師")),
)
SPECIMEN = Chart(
    LANES,
    boxes(
        ("A1", "Report a fault", "提出報修", "user", "start"),
        ("A2", "Incident or request?", "事故/服務請求判斷", "agent", "decision"),
        ("A3", "Classify and grade", "分類/分級", "agent", "step"),
        ("A4", "Second line needed?", "是否需二線支援", "agent", "decision"),
        ("A5", "Desk resolves", "服務台人員處理", "agent", "step"),
        ("A6", "Second line resolves", "二線工程師處理", "engineer", "step"),
        ("A7", "Confirm the result", "處理結果確認", "agent", "decision"),
        ("A8", "Record of the work", "工作紀錄單", "engineer", "document"),
        ("A9", "Close", "結案", "agent", "end"),
        ("A10", "Request process", "服務請求流程", "agent", "external"),
    ),
    edges(
        ("E1", "A1", "A2", "", ""),
        ("E2", "A2", "A10", "Request", "服務請求"),
        ("E3", "A2", "A3", "Incident", "事故"),
        ("E4", "A3", "A4", "", ""),
        ("E5", "A4", "A5", "No", "否"),
        ("E6", "A4", "A6", "Yes", "是"),
        ("E7", "A5", "A7", "", ""),
        ("E8", "A6", "A7", "", ""),
        ("E9", "A7", "A4", "Not done", "未完成"),
        ("E10", "A7", "A9", "Done", "完成"),
        ("E11", "A6", "A8", "", ""),
    ),
)
EDGES, BOXES = ("E1", "E3", "E4", "E6"), ("A1", "A2", "A3", "A4")


def _clock() -> dict[str, object]:
    parts = [Part("counted", 7200), Part("paused", 1080), Part("counted", 3600), Part("soon", 1500), Part("late", 900)]
    return {
        "name": _("Resolution"),
        "chip": {"look": "missed", "text": _("%(time)s late") % {"time": _("%(minutes)s min") % {"minutes": 15}}},
        "bar": clock_bar(parts, target=12_300, ident="clock", title=_("Resolution")),
        "ledger": [
            {"label": _("Started"), "text": "09:12"},
            {"label": _("Paused · %(reason)s") % {"reason": _("waiting for the requester")}, "text": "18"},
            {"label": _("Due"), "text": "12:55", "sum": True},
        ],
    }


@login_not_required
def drawings(request: HttpRequest) -> HttpResponse:
    """This will show a swim lane with its table, a step rail, a clock and small charts."""
    why = {"A9": _("Mandatory tasks are still open.")}
    month = [Bar(_("Computer room"), 99.898, "99.898%"), Bar(_("Official documents"), 98.246, "98.246%", missed=True)]
    page = {
        "flow": swimlane(SPECIMEN, walked_edges=EDGES, walked_boxes=BOXES, now_box="A6", blocked=why),
        "flow_rows": swimlane_rows(SPECIMEN, walked_edges=EDGES, walked_boxes=BOXES, now_box="A6", blocked=why),
        "steps": steps(SPECIMEN, walked_boxes=BOXES, now_box="A6", blocked=why, notes={"A1": "09:12", "A6": "23"}),
        "clock": _clock(),
        "bars": bars(month, title=_("Availability"), target=99.5, target_text="99.5%"),
        "line": sparkline(
            [99, 98.2, 99.5, 97, 99.1, 99.9], title=_("Six months"), missed=[False, False, False, True, False, False]
        ),
    }
    return render(request, "drawings.html", page)
