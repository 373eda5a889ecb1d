"""What the moves of releases and deployments ask for."""

from itsm.flow import Choice, Input, Words
from itsm.tickets.asks import REASON as REASON

TYPES = (
    Choice("major", Words("Major", "重大")),
    Choice("minor", Words("Minor", "次要")),
    Choice("emergency", Words("Emergency", "緊急")),
)
METHODS = (
    Choice("big_bang", Words("All at once", "一次到位")), Choice("phased", Words("In phases", "分階段")),
    Choice("pilot", Words("Pilot first", "先行試點")), Choice("blue_green", Words("Blue-green", "藍綠部署")),
)  # fmt: skip
YES_NO = (Choice("yes", Words("Yes", "是")), Choice("no", Words("No", "否")))


def _text(name: str, en: str, zh_hant: str, *, required: bool = True, help: Words | None = None) -> Input:
    return Input(name, Words(en, zh_hant), "text", required=required, initial=name, help=help)


CHANGE = Input(
    "change", Words("Change that it carries out", "所實施之變更"), "change", required=False,
    help=Words("Needed unless one is linked already; link further ones on the page.", "尚未連結變更時必填；其他變更可於頁面連結。"),
)  # fmt: skip
TYPE = Input("release_type", Words("Kind of release", "發行類別"), "choice", choices=TYPES, initial="release_type")
LABEL = Input("label", Words("Version of the release", "發行版本"), initial="label")
CONTENTS = Input(
    "contents", Words("Contents, one line each", "發行內容（每行一項）"), "text", required=False,
    help=Words(
        "Number or name of the item, colon, old version -> new version. Lines are added to the contents.",
        "組態項目編號或名稱、冒號、舊版本 -> 新版本；每行新增一項內容。",
    ),
)  # fmt: skip
TARGETS = _text(
    "targets", "Environments and targets, one wave each line", "環境與部署目標（每行一波）",
    help=Words(
        "Environment (test, staging, production, recovery), colon, targets with commas between.",
        "環境（測試、預備、正式、備援）、冒號、以逗號分隔之部署目標。",
    ),
)  # fmt: skip
STARTS = Input("planned_at", Words("Planned start", "預定開始"), "instant", initial="planned_at")
ENDS = Input("planned_end", Words("Planned end", "預定結束"), "instant", initial="planned_end")
METHOD = Input("method", Words("Way of deployment", "部署方式"), "choice", choices=METHODS, initial="method")
CRITERIA = Input(
    "criteria", Words("Acceptance criteria, one each line", "驗收準則（每行一項）"), "text", required=False,
    help=Words("Lines are added to the criteria.", "每行新增一項準則。"),
)  # fmt: skip
ROLLBACK = _text("rollback_plan", "Roll-back plan", "退版計畫")
ROLLBACK_TESTED = Input(
    "rollback_tested", Words("The roll-back is tested", "退版計畫已測試"), "flag", required=False, initial="rollback_tested"
)  # fmt: skip
FIXES = _text(
    "fixes", "Problems and known errors that it closes, or “none”", "一併解決之問題與已知錯誤（若無請填「無」）",
    help=Words("What is named by its number is linked, and settled when the release closes.", "以單號列出者將自動連結，並於結案時處理。"),
)  # fmt: skip
EARLY_LIFE = Input(
    "early_life_days", Words("Days of early-life support", "上線觀察天數"), "number", required=False, initial="early_life_days"
)  # fmt: skip
ONLY_CONFIGURATION = Input(
    "only_configuration", Words("Nothing but configuration: no build is needed", "僅變更設定，無須建置"), "flag",
    required=False, initial="only_configuration",
)  # fmt: skip
PLAN = (
    CHANGE, TYPE, LABEL, CONTENTS, TARGETS, STARTS, ENDS, METHOD, CRITERIA, ROLLBACK, FIXES, EARLY_LIFE, ONLY_CONFIGURATION,
)  # fmt: skip
ENVIRONMENT = Input("test_environment", Words("Test environment", "測試環境"), initial="test_environment")
ACCEPTANCE = _text("acceptance_record", "Acceptance record", "驗收紀錄")
IMPLEMENTER = Input("implementer", Words("Release implementer", "發行與部署執行人"), "agent", initial="implementer")
DELIVERABLES = _text("deliverables", "Deliverables", "交付項目")
APPROVAL = (STARTS, ENDS, METHOD, DELIVERABLES, IMPLEMENTER, ROLLBACK, ROLLBACK_TESTED)
EMERGENCY_TARGETS = Input("targets", TARGETS.label, "text", required=False, initial="targets", help=TARGETS.help)
EMERGENCY = (CHANGE, EMERGENCY_TARGETS, CONTENTS)
OUTCOME = Input(
    "outcome", Words("Outcome", "執行結果"), "choice",
    choices=(
        Choice("successful", Words("Successful", "成功")), Choice("with_issues", Words("With issues", "成功但有問題")),
        Choice("failed", Words("Failed", "失敗")),
    ),
)  # fmt: skip
APPROVER = Input(
    "approver", Words("Approved afterwards by", "事後核准人"), "agent",
    help=Words("A release manager who neither asked for it nor carried it out.", "非申請人、亦非執行人之流程負責人。"),
)  # fmt: skip
RETRO = (*PLAN, ROLLBACK_TESTED, APPROVER)
REVIEW = (
    Input("success", Words("Was the release a success?", "發行是否成功？"), "choice", choices=YES_NO),
    _text("incidents_note", "Incidents that it caused", "引發之事故"),
    _text("customer_effect", "Effect on the customer", "對客戶之影響"),
    _text("lessons", "Lessons", "經驗教訓"),
    _text("pir_next", "Actions that follow", "後續行動"),
    Input(
        "cmdb_note",
        Words("What was updated in the configuration data, or why nothing was", "組態資料更新內容，或無異動之理由"),
        "text",
        required=False,
        initial="cmdb_note",
    ),
)

VERSION = Input("version_put", Words("Version that runs now", "部署後版本"), initial="new_version")
EVIDENCE = Input("evidence", Words("Evidence", "佐證"), "text")
DOWNTIME = Input(
    "downtime_minutes", Words("Minutes of downtime", "停機分鐘數"), "number", required=False, initial="downtime_minutes"
)
ERROR = Input("error", Words("What went wrong", "錯誤內容"), "text")
