"""The flowchart of releases and the states that stand on it."""

from itsm.flow import Chart, Lane, State, Words
from itsm.flow.chart import boxes, edges
from itsm.flow.table import states

CHART = Chart(
    lanes=(
        Lane("change_implementer", Words("Change implementer", "變更執行人")),
        Lane("release_requester", Words("Release requester", "發行與部署申請人")),
        Lane("release_manager", Words("Release manager (process owner)", "發行與部署管理流程負責人")),
        Lane("release_implementer", Words("Release implementer", "發行與部署執行人")),
    ),
    boxes=boxes(
        ("R1", "Major/minor change work", "重大、次要變更作業", "change_implementer", "start (from change)"),
        ("R2", "Emergency change work", "緊急變更作業", "change_implementer", "start (from change)"),
        ("R3", "Request release", "發行與部署需求申請", "release_requester", "step"),
        ("R4", "Implementation review", "發行與部署實施審查", "release_manager", "step"),
        ("R5", "Carry out release", "執行發行與部署作業", "release_implementer", "step"),
        ("R6", "Post-release review", "發行與部署後審查", "release_manager", "step"),
        ("R7", "Close", "結案", "release_manager", "end"),
        ("R8", "Carry out emergency release", "執行發行與部署作業（緊急）", "release_implementer", "step"),
        ("R9", "Fill in the forms afterwards", "補填相關表單", "release_implementer", "step"),
    ),
    edges=edges(
        ("RE1", "R1", "R3", "", ""),
        ("RE2", "R3", "R4", "", ""),
        ("RE3", "R4", "R5", "", ""),
        ("RE4", "R5", "R6", "", ""),
        ("RE5", "R6", "R7", "", ""),
        ("RE6", "R2", "R8", "", ""),
        ("RE7", "R8", "R9", "", ""),
        ("RE8", "R9", "R6", "", "", "inferred (could go straight to R7)"),
    ),
    state_box={
        "draft": "R3",
        "requested": "R3",
        "building": "R4",
        "implementation_review": "R4",
        "approved": "R5",
        "deploying": "R5",
        "emergency_deploying": "R8",
        "retro_documentation": "R9",
        "post_review": "R6",
        "closed": "R7",
        "rejected": "R7",
        "cancelled": "R7",
    },
)

STATES = states(
    State("draft", Words("Draft", "草稿"), phase="new", clock="-", tone="new"),
    State("requested", Words("Requested", "已申請"), phase="working", clock="run", tone="working"),
    State("building", Words("Build and test", "建置測試中"), phase="working", clock="-", tone="working"),
    State(
        "implementation_review",
        Words("Implementation review", "實施審查中"),
        phase="working",
        clock="run",
        tone="decision",
    ),
    State("approved", Words("Approved for deployment", "已核准待部署"), phase="waiting", clock="-", tone="waiting"),
    State("deploying", Words("Deploying", "部署中"), phase="working", clock="-", tone="working"),
    State(
        "emergency_deploying",
        Words("Emergency deploying", "緊急部署中"),
        phase="working",
        clock="-",
        tone="danger",
    ),
    State(
        "retro_documentation",
        Words("Filling in forms afterwards", "補填表單中"),
        phase="working",
        clock="run",
        tone="working",
    ),
    State("post_review", Words("Post-release review", "發行後審查中"), phase="working", clock="run", tone="decision"),
    State("closed", Words("Closed", "結案"), phase="done", clock="stop", tone="closed"),
    State("rejected", Words("Refused", "已駁回"), phase="done", clock="stop", tone="closed"),
    State("cancelled", Words("Cancelled", "已取消"), phase="done", clock="stop", tone="closed"),
)
