"""What the moves of supplier cases, contracts, disputes and service reviews ask for."""

from itsm.flow import Choice, Input, Words
from itsm.tickets.asks import REASON as REASON


def _text(name: str, en: str, zh_hant: str, *, required: bool = True, initial: str = "") -> Input:
    return Input(name, Words(en, zh_hant), "text", required=required, initial=initial)


# ---- supplier cases -------------------------------------------------------------------------
CONTRACT = Input("contract", Words("Contract", "合約"), "contract", initial="under")
REFERENCE = Input("reference", Words("Supplier's reference", "供應者案號"), required=False, initial="reference")
CONTACT = Input(
    "contact", Words("Contact at the supplier", "供應者窗口"), required=False, initial="contact",
    help=Words(
        "With an e-mail address, or the name of a contact in the register that has one, the question is mailed.",
        "寫電子郵件地址，或供應者名冊中有地址的窗口姓名，系統即寄出問題。",
    ),
)  # fmt: skip
QUESTION = _text("question", "What is asked of the supplier", "請供應者處理之事項", initial="question")
ANSWER = _text("answer", "Supplier's answer", "供應者答覆")
MISSING = _text("missing", "What is missing", "不足之處")
OUTCOME = Input(
    "outcome", Words("Outcome", "結果"), "choice",
    choices=(
        Choice("solved", Words("Solved by the supplier", "供應者已解決")), Choice("advice", Words("Advice given", "提供建議")),
        Choice("no_help", Words("No help", "未能協助")), Choice("refused", Words("Refused", "供應者拒絕")),
    ),
)  # fmt: skip

# ---- contracts ------------------------------------------------------------------------------
MINUTES = _text("minutes", "Minutes of the review", "審查紀錄")
NEXT_REVIEW = Input("review_on", Words("Next review", "下次審查日期"), "day", initial="review_on")
NEW_END = Input("ends_on", Words("New end of the contract", "新的合約迄日"), "day", initial="ends_on")

# ---- disputes -------------------------------------------------------------------------------
STEP = _text("step", "What was agreed, and the next step", "協商內容與下一步")
RESULT = _text("result", "Result", "結果")
FAVOUR = Input(
    "favour", Words("In whose favour", "結果對誰有利"), "choice",
    choices=(
        Choice("ours", Words("Ours", "我方")), Choice("theirs", Words("The supplier's", "供應者")),
        Choice("compromise", Words("Compromise", "折衷")),
    ),
)  # fmt: skip

# ---- service reviews ------------------------------------------------------------------------
ATTENDEES = _text("attendees", "Attendees", "出席人員")
DECISIONS = _text("decisions", "Decisions and actions", "決議與行動")
BUSINESS_CHANGES = _text("business_changes", "Changes in the customer's business", "客戶業務變化", required=False)
NEW_NEEDS = _text("new_requirements", "New requirements", "新的需求", required=False)
SIGNED_BY = Input("signed_by", Words("Signed for the customer by", "客戶簽署人"))
NEXT_ON = Input("next_on", Words("Next review", "下次審查日期"), "day")
