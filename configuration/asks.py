"""What the moves of a configuration item ask for."""

from itsm.flow import Input, Words

REASON = Input("reason", Words("Reason", "原因"), "text")
CHANGE = Input(
    "change", Words("Change that authorises it", "授權之變更"), "change", required=False,
    help=Words("A change that is scheduled or being carried out and names this item.", "已排程或執行中、且列有本項目的變更。"),
)  # fmt: skip
CORRECTION = Input(
    "correction", Words("Or number of a verified correction", "或已查證之更正編號"), "number", required=False,
    help=Words("A correction of this item that a second person has verified.", "經第二人查證的本項目更正。"),
)  # fmt: skip
DISPOSAL_RECORD = Input("disposal_record", Words("Disposal record", "報廢紀錄"))
WIPE_EVIDENCE = Input("wipe_evidence", Words("Evidence that the data was wiped", "資料清除佐證"), "text")
AUDIT_LINE = Input("audit_line", Words("Audit and line", "稽核與項次"))
EVIDENCE = Input("evidence", Words("Evidence", "佐證"), "text")
