"""What the moves of several processes ask for."""

from itsm.flow import Choice, Input, Words

LEVELS = (
    Choice("1", Words("High", "高")),
    Choice("2", Words("Medium", "中")),
    Choice("3", Words("Low", "低")),
)

CATEGORY = Input("category", Words("Category", "分類"), "category", initial="category")
IMPACT = Input(
    "impact", Words("Impact", "影響度"), "choice", choices=LEVELS, initial="impact",
    help=Words(
        "High: the whole organisation or a critical service. Medium: a department. Low: one person.",
        "高：全機關或關鍵服務；中：一個部門；低：一個人。",
    ),
)  # fmt: skip
URGENCY = Input(
    "urgency", Words("Urgency", "急迫性"), "choice", choices=LEVELS, initial="urgency",
    help=Words(
        "High: work stands still or a deadline is near. Medium: can go on for hours. Low: can wait days.",
        "高：工作停擺或期限將至；中：尚可維持數小時；低：可等數日。",
    ),
)  # fmt: skip
REASON = Input("reason", Words("Reason", "原因"), "text")
PRIORITY = Input(
    "priority", Words("Priority", "優先順序"), "choice", initial="priority",
    choices=tuple(
        Choice(str(number), Words(f"P{number} {en}", f"P{number} {zh}"))
        for number, en, zh in ((1, "critical", "緊急"), (2, "high", "高"), (3, "medium", "中"), (4, "low", "低"), (5, "planned", "計畫"))
    ),
)  # fmt: skip
OVERRIDE = Input(
    "priority", Words("Other priority than the matrix gives", "不採矩陣結果之優先順序"), "choice", required=False, choices=PRIORITY.choices,
)  # fmt: skip
