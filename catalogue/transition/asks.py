"""What the moves of a service transition ask for."""

from itsm.flow import Choice, Input, Words

REASON = Input("reason", Words("Reason", "原因"), "text")
KINDS = (
    Choice("new", Words("New service", "新增服務")),
    Choice("change", Words("Changed service", "變更服務")),
    Choice("remove", Words("Removed service", "刪除服務")),
    Choice("transfer", Words("Transferred service", "轉移服務")),
)


def _text(name: str, en: str, zh_hant: str, *, required: bool = True, help: Words | None = None) -> Input:
    return Input(name, Words(en, zh_hant), "text", required=required, initial=name, help=help)


KIND = Input("transition_kind", Words("Kind", "異動種類"), "choice", choices=KINDS, initial="transition_kind")
SERVICE = Input(
    "service",
    Words("Service (not for a new one)", "服務（新增服務免填）"),
    "service",
    required=False,
    initial="service",
)
CODE = Input(
    "service_code", Words("Code of the new service", "新服務代碼"), required=False, initial="service_code",
    help=Words("Small letters, digits and hyphens.", "小寫英文字母、數字與連字號。"),
)  # fmt: skip
NAME_ZH = Input(
    "name_zh", Words("Name of the new service (Chinese)", "新服務名稱（中文）"), required=False, initial="name_zh"
)
NAME_EN = Input(
    "name_en", Words("Name of the new service (English)", "新服務名稱（英文）"), required=False, initial="name_en"
)
OWNER = Input(
    "owner", Words("Service owner", "服務負責人"), "agent", required=False, initial="owner",
    help=Words("Needed for a new service.", "新增服務時必填。"),
)  # fmt: skip
CUSTOMER = Input("customer", Words("Customer", "客戶"), initial="customer")
NEED = _text("need", "What is needed, and why", "需求與理由")
BUDGET = Input("budget_source", Words("Budget source", "經費來源"), initial="budget_source")
DIRECTION = Input(
    "transfer_direction", Words("Direction of the transfer", "移轉方向"), "choice", required=False, initial="transfer_direction",
    choices=(
        Choice("in", Words("We take it over", "由我方接手")),
        Choice("out", Words("We hand it over", "由我方移出")),
    ),
    help=Words("Needed for a transfer.", "移轉時必填。"),
)  # fmt: skip
PROPOSAL = (KIND, DIRECTION, SERVICE, CODE, NAME_ZH, NAME_EN, OWNER, CUSTOMER, NEED, BUDGET)

PLAN = (
    _text("authorities", "Authorities and responsibilities", "權責"),
    _text("activities", "Activities of all parties", "各方作業項目"),
    _text("resources", "Resources", "資源"),
    _text("timescales", "Timescales", "時程"),
    _text("risks", "Risks", "風險"),
    _text("dependencies", "Dependencies", "相依事項"),
    _text("test_approach", "Test approach", "測試方式"),
    _text("outcomes", "Measurable outcomes", "可衡量之成果"),
)
CRITERIA = Input(
    "criteria", Words("Acceptance criteria, one for each line", "驗收準則（每行一項）"), "text", initial="criteria_text",
    help=Words(
        "After a bar say how it is tested: “Signs in within 2 seconds | load test”.",
        "可於豎線後註明驗證方法：「登入 2 秒內完成 | 壓力測試」。"
    ),
)  # fmt: skip
DESIGN = (
    _text("design_roles", "Duties and roles", "職責與角色"),
    _text("design_parties", "Parties and their activities", "參與各方"),
    _text("design_resources", "People, skills, money and technology", "人力、技能、經費與技術"),
    _text("design_agreements", "Changes of agreements, catalogue and contracts", "協議、目錄與合約之異動"),
    _text("design_measures", "Procedures and measures", "程序與量測"),
    _text("design_security", "Information security", "資訊安全"),
    _text("design_continuity", "Continuity and availability", "持續性與可用性"),
)
BUILD = _text("build_record", "Build record", "建置紀錄")
RESULTS = _text("acceptance_note", "Results against the criteria, in short", "依準則之驗收結果摘要")
FAILED = _text("failed_criteria", "Criteria that were not met", "未通過之準則")
DECISION = _text("failure_decision", "What the interested parties decided", "利害相關者之決定")
LIVE_ON = Input("live_on", Words("Live since (removed since)", "上線（停用）日期"), "day", initial="live_on")
ACHIEVED = _text("achieved", "Achieved outcomes beside the planned ones", "實際成果與規劃成果之比較")
REPORTED_TO = _text("reported_to", "Reported to", "報告對象")
