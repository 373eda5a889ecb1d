"""What the moves of problems and known errors ask for."""

from itsm.flow import Choice, Input, Words

REASON = Input("reason", Words("Reason", "原因"), "text")
CONFIRMED_WHY = Input(
    "reason", Words("Why is it a problem?", "成立理由"), "text", required=False,
    help=Words(
        "Its cause is unknown, and it repeats, threatens to, or did great harm. A hard case alone is no problem.",
        "原因未明，且已重複發生、恐再發生，或曾造成重大影響；僅是難以處理之案件不屬問題。",
    ),
)  # fmt: skip
TEAM = Input("team", Words("Second-line team", "二線群組"), "team", required=False, initial="team", tier=2)
LEAD = Input("assignee", Words("Problem lead", "問題處理負責人"), "agent", initial="assignee", tier=2)
CAUSE_DUE = Input("cause_due_on", Words("Root cause due", "根因期限"), "day", initial="cause_due_on")
SOLUTION_DUE = Input("solution_due_on", Words("Solution due", "解決方案期限"), "day", initial="solution_due_on")

HYPOTHESES = Input("hypotheses", Words("Hypotheses tested, with the result", "已檢驗的假設與結果"), "text")
NEXT_STEP = Input("next_step", Words("Next step", "下一步"), "text")
WHYS = Input(
    "whys", Words("5 whys, one for each line", "5 個為什麼（每行一個）"), "text", required=False,
    help=Words("Each line answers why the line above happened.", "每一行說明上一行為何發生。"),
)  # fmt: skip
FISHBONE = Input(
    "fishbone", Words("Fishbone, one cause for each line", "魚骨圖（每行一個原因）"), "text", required=False,
    help=Words(
        "Begin a line with people, method, machine, material, measurement or environment and a colon.",
        "每行以「人員、方法、設備、材料、量測、環境」之一加冒號開頭。",
    ),
)  # fmt: skip

ROOT_CAUSE = Input("root_cause", Words("Root cause", "根因"), "text", initial="root_cause")
RC_METHOD = Input(
    "rc_method", Words("Method", "分析方法"), "choice", initial="rc_method",
    choices=(
        Choice("5why", Words("5 whys", "5 個為什麼")),
        Choice("fishbone", Words("Fishbone", "魚骨圖")),
        Choice("kepner_tregoe", Words("Kepner-Tregoe", "KT 法")),
        Choice("fault_tree", Words("Fault tree", "故障樹")),
        Choice("timeline", Words("Time line", "時間軸")),
        Choice("other", Words("Other", "其他")),
    ),
)  # fmt: skip
RC_EVIDENCE = Input("rc_evidence", Words("Evidence", "佐證"), "text", initial="rc_evidence")
CAUSAL_COMPONENT = Input("causal_component", Words("Causal component", "肇因組件"), initial="causal_component")

WORKAROUND = Input(
    "workaround", Words("Workaround, step by step", "暫時性方案（逐步說明）"), "text", initial="workaround",
    help=Words(
        "The desk reads it at once on every open incident that is linked.", "所有已連結且未結案的事故會立即顯示。"
    ),
)  # fmt: skip
APPLIES = Input("workaround_applies", Words("When it applies", "適用情況"), "text", initial="workaround_applies")
RISK = Input("workaround_risk", Words("Risk", "風險"), "text", initial="workaround_risk")
TESTED_BY = Input("workaround_tested_by", Words("Tested by", "測試人員"), "agent", initial="workaround_tested_by")

TRIED = Input("tried", Words("What was tried", "已嘗試的作法"), "text")
REVIEW_ON = Input("review_on", Words("Look again on", "下次檢視日期"), "day")

SOLUTION = Input("solution", Words("Solution", "解決方案"), "text", initial="solution")
SOLUTION_VALUE = Input("solution_value", Words("Cost and benefit", "成本與效益"), "text", initial="solution_value")
CHANGE_NEEDED = Input(
    "change_needed", Words("Is a change needed?", "是否需要變更？"), "choice", initial="change_needed",
    choices=(Choice("yes", Words("Yes", "是")), Choice("no", Words("No", "否"))),
)  # fmt: skip
RISK_OWNER = Input("risk_owner", Words("Risk owner", "風險負責人"), "agent")
DONE_EVIDENCE = Input("solution_evidence", Words("Evidence", "佐證"), "text")
CLOSURE_CODE = Input(
    "closure_code", Words("Result", "結案結果"), "choice", initial="outcome",
    choices=(Choice("fixed", Words("Fixed", "已解決")), Choice("accepted", Words("Accepted", "接受已知錯誤"))),
)  # fmt: skip
EFFECT = Input("effectiveness_note", Words("How effective was it?", "成效說明"), "text")
PARENT = Input("parent", Words("Problem it is merged into", "併入的問題"), "problem")
INCIDENT = Input("incident", Words("The new incident", "新發生的事故"), "incident")

SYMPTOMS = Input("symptoms", Words("Symptoms", "症狀"), "text", initial="symptoms")
CAUSE = Input("cause", Words("Cause", "原因"), "text", initial="cause")
KE_WORKAROUND = Input(
    "workaround", Words("Workaround, or “none”", "暫時性方案（若無請填「無」）"), "text", initial="workaround"
)
FIXED_IN = Input("fixed_in", Words("Fixed by which release or change", "由哪個發行或變更解決"), initial="fixed_in")
