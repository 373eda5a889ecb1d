"""What the moves of a change ask for."""

from itsm.flow import Choice, Input, Words
from itsm.tickets.asks import REASON as REASON

POINTS = (
    Choice("1", Words("1 low", "1 低")),
    Choice("3", Words("3 medium", "3 中")),
    Choice("5", Words("5 high", "5 高")),
)
KINDS = (
    Choice("fix", Words("Fix", "修復")), Choice("improve", Words("Improve", "改善")), Choice("legal", Words("Legal", "法規")),
    Choice("security", Words("Security", "資訊安全")), Choice("capacity", Words("Capacity", "容量")),
    Choice("lifecycle", Words("Life cycle", "生命週期")),
)  # fmt: skip


def _text(name: str, en: str, zh_hant: str, *, required: bool = True) -> Input:
    return Input(name, Words(en, zh_hant), "text", required=required, initial=name)


NO_CI = _text("no_ci_reason", "Why no configuration item is affected", "無受影響組態項目之理由", required=False)
WINDOW_START = Input("window_start", Words("Planned start", "預定開始"), "instant", initial="window_start")
WINDOW_END = Input("window_end", Words("Planned end", "預定結束"), "instant", initial="window_end")
IMPLEMENTER = Input("implementer", Words("Implementer", "變更執行人"), "agent", initial="implementer")
BACKOUT = _text("backout_plan", "Back-out plan", "回復計畫")
IMPACT = _text("impact_text", "Impact and risk", "影響與風險")
COMMUNICATION = _text("communication_plan", "Communication plan", "溝通計畫")
TEST_RESULT = _text("test_result", "Test result", "測試結果")
DOWNTIME = Input(
    "expected_downtime_min", Words("Expected downtime in minutes", "預估停機分鐘數"), "number", required=False,
    initial="expected_downtime_min",
)  # fmt: skip
#: Where a service change begins, in the words of the one who asks for it.
BOUNDARY = Words(
    "Yes where a service itself is new, ends, moves or becomes another for its customers: what it does, when, or what is "
    "promised. No where only what stands behind it changes.",
    "服務本身新增、終止、移轉，或對客戶之內容、時段、承諾有異動者，選「是」；僅其背後設備或程式異動者，選「否」。",
)
#: The same for a box that is ticked.
BOUNDARY_TICK = Words(
    "Tick it where a service itself is new, ends or moves. Leave it where only what stands behind the service changes.",
    "服務本身新增、終止或移轉者，請勾選；僅其背後設備或程式異動者，不勾選。",
)
BOUNDARY_WHY = _text(
    "service_change_reason",
    "Why it is a service change, or an ordinary one",
    "屬服務異動或一般變更之理由",
    required=False,
)
RFC = (
    Input("reason_kind", Words("Kind of reason", "變更原因類別"), "choice", choices=KINDS, initial="reason_kind"),
    _text("justification", "Reason for the change", "變更理由"), _text("benefit", "Benefit", "預期效益", required=False), IMPACT,
    _text("plan", "Implementation plan", "實施計畫"), _text("test_plan", "Test plan", "測試計畫"), BACKOUT, COMMUNICATION,
    WINDOW_START, WINDOW_END, DOWNTIME, NO_CI, BOUNDARY_WHY,
)  # fmt: skip
EMERGENCY_BASIS = Input(
    "emergency_basis", Words("Emergency basis", "緊急事由"), "choice",
    choices=(
        Choice("incident", Words("It ends a linked P1 or major incident", "解除已連結之 P1 或重大事故")),
        Choice("vulnerability", Words("A vulnerability is being exploited", "弱點正遭利用")),
        Choice("outage", Words("An outage is imminent", "服務即將中斷")),
        Choice("breach", Words("A breach of law or contract is imminent", "即將違反法令或契約")),
    ),
    help=Words("Haste because of late planning is no emergency.", "規劃過遲所致之急迫不屬緊急變更。"),
)  # fmt: skip
EMERGENCY = (
    Input("incident", Words("Incident that it ends", "所解除之事故"), "incident", required=False),
    _text("justification", "What, and why now", "變更內容與急迫理由"),
    EMERGENCY_BASIS,
    IMPACT,
    BACKOUT,
    IMPLEMENTER,
)
TEMPLATE = Input("template", Words("Code of the standard change", "標準變更範本代碼"))
ASSESSOR = Input("assessor", Words("Assessor", "評估人員"), "agent")
MISSING = Input("reason", Words("What is missing", "待補正事項"), "text")

#: The facts that make a change major by themselves (domain 5.5).
TRIGGERS: dict[str, Words] = {
    "service_change": Words("A service is new, removed or transferred", "新增、移除或移轉服務"),
    "promise": Words("A promise of the agreements or the catalogue changes", "變更服務水準協議或服務目錄之承諾"),
    "downtime": Words("Long downtime of a critical service", "關鍵服務長時間停機"),
    "many_users": Words("More than 500 users, or several sites or customers", "逾 500 名使用者，或多個據點或客戶"),
    "no_backout": Words("No tested back-out", "無經測試之回復方式"),
    "security": Words("Security architecture or personal data", "資安架構或個人資料"),
    "cost": Words("Cost over the limit", "費用超過上限"),
    "migration": Words("Data migration", "資料移轉"),
    "first_use": Words("First use of a technology", "首次使用之技術"),
    "continuity": Words("Continuity or availability plan affected", "影響持續或可用性計畫"),
}
#: The six questions of the risk score, each 1, 3 or 5 (domain 5.5).
QUESTIONS: dict[str, Words] = {
    "risk_complexity": Words("Technical complexity", "技術複雜度"),
    "risk_effect": Words("Effect on users and business", "對使用者與業務之影響"),
    "risk_backout": Words("Difficulty of back-out", "回復困難度"),
    "risk_tests": Words("Gaps in test coverage", "測試涵蓋不足程度"),
    "risk_history": Words("Trouble in recent changes", "近期變更之問題"),
    "risk_fan_out": Words("Dependent components", "相依元件範圍"),
}
AGREED = Input(
    "agreed_risk", Words("Agreed risk, 6 to 30", "議定風險（6 至 30）"), "number", required=False, initial="agreed_risk",
    help=Words("Kept beside the calculated one; the higher of both counts.", "與計算所得風險並存，以較高者為準。"),
)  # fmt: skip
ASSESSMENT = (
    *(Input(code, words, "choice", choices=POINTS, initial=code) for code, words in QUESTIONS.items()),
    AGREED,
    *(
        Input(f"trigger_{code}", words, "flag", required=False, initial=f"trigger_{code}")
        for code, words in TRIGGERS.items()
    ),
    BOUNDARY_WHY, IMPACT, _text("resources", "Resources and cost", "資源與成本"),
    *(
        _text(f"{code}_assessment", f"{en} assessment", f"{zh}評估")
        for code, en, zh in (
            ("security", "Security", "資訊安全"), ("capacity", "Capacity", "容量"), ("availability", "Availability", "可用性"),
            ("continuity", "Continuity", "持續性"), ("sla", "Service level", "服務水準"),
        )
    ),
    _text("override_reason", "Reason for another class than the rules give", "不採規則分類之理由", required=False),
)  # fmt: skip
CONDITIONS = _text("conditions", "Conditions", "核准條件", required=False)
NEEDS_TRANSITION = Input(
    "needs_transition", Words("Is design and transition needed?", "是否需要服務異動設計轉換？"), "choice",
    choices=(Choice("yes", Words("Yes", "是")), Choice("no", Words("No", "否"))),
    help=BOUNDARY,
)  # fmt: skip
NEXT_MEETING = Input("next_meeting", Words("Next meeting", "下次會議"), "day")
AUTHORISATION = (
    WINDOW_START, WINDOW_END, IMPLEMENTER, COMMUNICATION, BACKOUT,
    Input("backout_tested", Words("The back-out is tested", "回復計畫已測試"), "flag", required=False, initial="backout_tested"),
    _text("test_result", "Test result", "測試結果", required=False),
    _text("test_waiver", "Why no test is needed", "免測試之理由", required=False),
    _text("conflict_override", "Why a conflict is accepted", "接受排程衝突之理由", required=False),
)  # fmt: skip
ACTUAL_START = Input("actual_start", Words("Actual start", "實際開始"), "instant", initial="actual_start")
ACTUAL_END = Input("actual_end", Words("Actual end", "實際結束"), "instant")
OUTCOME = Input(
    "outcome", Words("Outcome", "執行結果"), "choice",
    choices=(
        Choice("successful", Words("Successful", "成功")), Choice("with_issues", Words("With issues", "成功但有問題")),
        Choice("failed", Words("Failed", "失敗")),
    ),
)  # fmt: skip
HURT = Input("hurt", Words("The service was hurt: open an incident", "服務受到影響：開立事故"), "flag", required=False)
RESTORED = Input("restored", Words("What was restored", "已回復之基準"), "text")
AUTHORISER = Input("authoriser", Words("Authorised by", "授權人"), "agent")
AUTH_CHANNEL = Input(
    "auth_channel", Words("How it was authorised", "授權方式"), "choice",
    choices=(Choice("tap", Words("On screen", "畫面點選")), Choice("phone", Words("By phone", "電話"))),
)  # fmt: skip
AUTHORISED_AT = Input(
    "authorised_at", Words("When it was authorised", "授權時間"), "instant", required=False,
    help=Words("Where it was said before it is written down, such as by phone; empty: now.", "電話授權等事後登錄時填寫；未填即為現在。"),
)  # fmt: skip
BREAK_GLASS_REASON = Input(
    "reason", Words("Why nobody else could be asked", "無法徵詢他人之理由"), "text", required=False
)
BREAK_GLASS = Input("break_glass", Words("The duty manager decides alone", "值班主管單獨授權"), "flag", required=False)
FOLLOW_UP = Input(
    "follow_up", Words("What follows where it did not succeed", "未成功時之後續"), "choice", required=False, initial="follow_up",
    choices=(
        Choice("change", Words("A new change", "另提變更")), Choice("problem", Words("A problem", "登錄問題")),
        Choice("nothing", Words("Nothing", "無")),
    ),
)  # fmt: skip
REVIEW = (
    Input("pir_met", Words("Were the objectives met?", "是否達成目標？"), "choice", choices=NEEDS_TRANSITION.choices, initial="pir_met"),
    _text("pir_incidents", "Incidents that it caused", "引發之事故"), _text("pir_sla", "Effect on service levels", "對服務水準之影響"),
    _text("lessons", "Lessons", "經驗教訓"), _text("pir_next", "Actions that follow", "後續行動"),
    _text("cmdb_note", "What was updated in the configuration data, or why nothing was", "組態資料更新內容，或無異動之理由",
        required=False),
    FOLLOW_UP,
)  # fmt: skip
