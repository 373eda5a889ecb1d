"""What the moves of incidents and service requests ask for."""

from itsm.flow import Choice, Input, Words
from itsm.tickets.asks import CATEGORY as CATEGORY
from itsm.tickets.asks import IMPACT as IMPACT
from itsm.tickets.asks import LEVELS as LEVELS
from itsm.tickets.asks import OVERRIDE as OVERRIDE
from itsm.tickets.asks import PRIORITY as PRIORITY
from itsm.tickets.asks import REASON as REASON
from itsm.tickets.asks import URGENCY as URGENCY

SERVICE = Input("service", Words("Service", "服務"), "service", initial="service")
COMPONENT = Input(
    "component", Words("Affected component, if known", "受影響組件（若已知）"), required=False, initial="component"
)
JUDGED_WHY = Input(
    "reason", Words("Why is it judged so?", "判斷理由"), required=False,
    help=Words("One line, so that the next reader need not guess.", "一句話即可，讓後續接手者不必猜測。"),
)  # fmt: skip
MISSING = Input("reason", Words("What is missing?", "缺少什麼？"), "text")
STILL_FAILS = Input("reason", Words("What still fails?", "仍有什麼問題？"), "text")
STILL_DOWN = Input("still_down", Words("The service is down", "服務中斷中"), "flag", required=False)

FIRST_LINE = Input("team", Words("Desk team", "服務台群組"), "team", required=False, tier=1)
ASSIGNEE = Input("assignee", Words("Assignee", "承辦人"), "agent", tier=1)
SECOND_LINE = Input("team", Words("Second-line team", "二線群組"), "team", tier=2)
ENGINEER = Input("assignee", Words("Engineer, if known", "工程師（若已知）"), "agent", required=False, tier=2)
HAND_OVER = Input(
    "note", Words("Hand-over note", "移交說明"), "text",
    help=Words("Symptoms, what was tried, when the requester can be reached.", "症狀、已嘗試的處理、使用者可聯絡的時間。"),
)  # fmt: skip

HOLD_REASON = Input("hold_reason", Words("Waiting for", "等待原因"), "hold_reason")
FOLLOW_UP = Input("follow_up_at", Words("Follow-up time", "追蹤時間"), "instant")
QUESTION = Input(
    "comment", Words("Message to the requester", "給使用者的訊息"), "text", required=False,
    help=Words("Needed when you wait for the requester.", "等待使用者回覆時必填。"),
)  # fmt: skip
WORKAROUND = Input(
    "workaround", Words("A workaround helps meanwhile", "期間已有暫時性方案"), "flag", required=False,
    help=Words(
        "Only when you wait for a change (it has restored the service) or a problem (the requester has accepted it): "
        "the clock then stands still. Say in the note which workaround it is.",
        "僅限等待變更（服務已因此恢復）或等待問題處理（使用者已接受）：計時因此暫停。請在說明寫明是哪個方案。",
    ),
)  # fmt: skip
EVIDENCE = Input("reason", Words("Evidence or note", "佐證或說明"), "text", required=False)

RESOLUTION_CODE = Input(
    "resolution_code", Words("How it was solved", "解決方式"), "choice",
    choices=(
        Choice("fixed", Words("Fixed", "已修復")),
        Choice("workaround", Words("Workaround", "暫時性方案")),
        Choice("known_error", Words("Known error", "已知錯誤")),
        Choice("self_recovered", Words("Recovered by itself", "自行恢復")),
        Choice("user_guidance", Words("Guidance given", "使用指導")),
        Choice("no_fault", Words("No fault found", "查無異常")),
        Choice("supplier_fixed", Words("Fixed by the supplier", "供應者修復")),
    ),
)  # fmt: skip
RESOLUTION_NOTE = Input(
    "resolution_note", Words("Resolution, as the requester will read it", "解決說明（使用者會看到）"), "text"
)
CAUSE = Input("causal_component", Words("Causal component", "肇因組件"), required=False, initial="component")
RESTORED_AT = Input(
    "restored_at", Words("Service restored at", "服務恢復時間"), "instant", required=False,
    help=Words("Needed while an outage is open; ends it.", "服務仍中斷時必填，將結束中斷紀錄。"),
)  # fmt: skip
FULFILMENT_CODE = Input(
    "fulfilment_code", Words("Result", "處理結果"), "choice",
    choices=(
        Choice("delivered", Words("Delivered", "已交付")),
        Choice("partly", Words("Partly delivered", "部分交付")),
        Choice("not_needed", Words("No longer needed", "已不需要")),
    ),
)  # fmt: skip
FULFILMENT_NOTE = Input(
    "fulfilment_note", Words("What was done, as the requester will read it", "處理說明（使用者會看到）"), "text"
)
CONFIRMED_BY = Input(
    "confirmation", Words("Confirmed by", "確認方式"), "choice",
    choices=(
        Choice("portal", Words("Portal", "入口網站")),
        Choice("mail", Words("Mail link", "郵件連結")),
        Choice("phone", Words("Phone", "電話")),
        Choice("in_person", Words("In person", "當面")),
        Choice("timer", Words("No answer in time", "逾期未回覆")),
        Choice("alarm", Words("Alarm cleared", "告警解除")),
    ),
)  # fmt: skip
CONFIRMATION_EVIDENCE = Input(
    "reason", Words("Evidence, when the desk confirms", "佐證（由服務台代為確認時）"), "text", required=False,
    help=Words("Who said so, and when.", "何人於何時確認。"),
)  # fmt: skip

CANCEL_CODE = Input(
    "code", Words("Why", "取消原因"), "choice",
    choices=(
        Choice("duplicate", Words("Duplicate", "重複案件")),
        Choice("false_alarm", Words("False alarm", "誤報")),
        Choice("withdrawn", Words("Withdrawn", "已撤回")),
    ),
)  # fmt: skip
PARENT = Input("parent", Words("Incident it duplicates", "重複於哪一件事故"), "incident", required=False)

TITLE = Input("title", Words("Subject", "主旨"), initial="title")
REQUESTER = Input("requester", Words("Requester", "申請人"), "person", initial="requester")
CONTACT = Input(
    "contact_channel", Words("How they reached us", "受理管道"), "choice", initial="channel",
    choices=(
        Choice("portal", Words("Portal", "入口網站")),
        Choice("mail", Words("E-mail", "電子郵件")),
        Choice("phone", Words("Phone", "電話")),
        Choice("chat", Words("Chat", "即時訊息")),
        Choice("walk_in", Words("Walk-in", "臨櫃")),
        Choice("monitor", Words("Monitoring", "監控")),
        Choice("api", Words("Interface", "介接")),
    ),
)  # fmt: skip
REQUEST_ITEM = Input("request_item", Words("Request item", "請求項目"), "request_item", initial="request_item")
REQUESTED_FOR = Input(
    "requested_for", Words("Requested for", "使用對象"), "person", required=False, initial="requested_for"
)
COMMENT = Input("reason", Words("Comment", "意見"), "text", required=False)

CRITERION = Input(
    "criterion", Words("Criterion met", "符合之準則"), "choice",
    choices=(
        Choice("critical_down", Words("Critical service down for 15 minutes", "關鍵服務中斷達 15 分鐘")),
        Choice("many_users", Words("30 % or 500 of a service's users", "影響某服務 30% 或 500 位使用者")),
        Choice("data_loss", Words("Data lost or wrong in official records", "公務紀錄資料遺失或錯誤")),
        Choice("leak", Words("Personal data leaked, or security level 3", "個資外洩或資安等級 3 以上")),
        Choice("facility", Words("Power, cooling or fire in the data centre", "機房電力、空調或火警")),
        Choice("continuity", Words("The continuity plan may be invoked", "可能啟動持續計畫")),
        Choice("flood", Words("10 similar incidents in 30 minutes", "30 分鐘內 10 件相似事故")),
        Choice("public", Words("Media or legislators ask", "媒體或民意代表關注")),
        Choice("overdue_p1", Words("A P1 open for 120 minutes", "P1 逾 120 分鐘未解")),
        Choice("ladder", Words("A step of the escalation ladder", "層報階梯提報")),
    ),
)  # fmt: skip
LEAD = Input("lead", Words("Lead", "指揮"), "agent", initial="lead")
COMMS_OWNER = Input("comms_owner", Words("Communications owner", "通訊負責人"), "agent", initial="comms_owner")
NEXT_UPDATE = Input("next_update_at", Words("Next update", "下次更新時間"), "instant")
WAR_ROOM = Input("war_room", Words("War room", "應變中心"), required=False, initial="war_room")
RESTORED = Input("restored_at", Words("Restored at", "復原時間"), "instant", initial="restored_at")
HOW = Input("how", Words("How", "復原方式"), "text")
REVIEWED_ON = Input("reviewed_on", Words("Review date", "檢討日期"), "day")
ATTENDEES = Input("attendees", Words("Attendees", "與會人員"), "text")
LESSONS = Input("lessons", Words("Lessons", "學到的事"), "text")
ACTIONS = Input("actions", Words("Actions", "後續行動"), "text")
