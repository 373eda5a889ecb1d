"""What the moves of an agreement ask for."""

from itsm.flow import Choice, Input, Words

PROVIDER_SIGNER = Input("provider_signer", Words("Signed for us by", "我方簽署人"), "agent")
CUSTOMER_SIGNER = Input("customer_signer", Words("Signed for the other side by", "對方簽署人"))
CUSTOMER_TITLE = Input("customer_title", Words("Title of the other side's signatory", "對方簽署人職稱"), required=False)
OUR_SIGNER = Input(
    "provider_signer", Words("Signs for us", "我方簽署人"), "agent", initial="owner",
    help=Words("Whoever asks for their own signature gives it by asking.", "由本人發起時即視為簽署。"),
)  # fmt: skip
OTHER_SIGNER = Input(
    "other_signer", Words("Signs for the other side", "對方簽署人"), "person", initial="proposed_signer",
    help=Words(
        "The lead of the unit or its named representative; a link for signing is mailed, no sign-in is needed.",
        "單位主管或其指定代表；系統寄出簽署連結，無須登入。",
    ),
)  # fmt: skip
HOW = Input(
    "how", Words("How it was signed", "簽署方式"), "choice",
    choices=(
        Choice("paper", Words("On paper", "紙本")),
        Choice("official", Words("By official letter", "公文")),
        Choice("electronic", Words("With an electronic signature", "電子簽章")),
        Choice("system", Words("In this system", "系統內確認")),
    ),
)  # fmt: skip
EDITION = Input(
    "edition", Words("Version", "版次"), initial="edition_number",
    help=Words("Two numbers with a dot, such as 01.00.", "以點分隔的兩組數字，例如 01.00。"),
)  # fmt: skip
EFFECTIVE = Input("effective_on", Words("In force from", "生效日期"), "day", initial="planned_start")
MINUTES = Input("minutes", Words("Minutes of the review", "審查紀錄"), "text")
NEXT_REVIEW = Input(
    "next_review_on", Words("Next review", "下次審查"), "day", required=False,
    help=Words("Empty: after the agreed interval.", "留白時依約定間隔計算。"),
)  # fmt: skip
CHANGE = Input("change", Words("Approved change", "核准之變更單"), "change")
REASON = Input("reason", Words("Reason", "原因"), "text")
