"""What the moves of a complaint ask for."""

from itsm.flow import Choice, Input, Words
from itsm.tickets.asks import REASON as REASON

NATURES = (
    Choice("attitude", Words("Attitude", "服務態度")),
    Choice("timeliness", Words("Timeliness", "處理時效")),
    Choice("quality", Words("Quality", "服務品質")),
    Choice("communication", Words("Communication", "溝通")),
    Choice("price", Words("Price", "收費")),
    Choice("policy", Words("Rules and policy", "規定與政策")),
)
ORIGINS = (
    Choice("portal", Words("Portal", "入口網站")),
    Choice("phone", Words("Phone", "電話")),
    Choice("letter", Words("Letter or e-mail", "書面或電子郵件")),
    Choice("meeting", Words("Meeting", "會議")),
    Choice("survey", Words("Satisfaction survey", "客戶滿意度調查")),
)
SEVERITIES = (
    Choice("1", Words("1 grave", "1 嚴重")),
    Choice("2", Words("2 considerable", "2 中等")),
    Choice("3", Words("3 slight", "3 輕微")),
)
#: The processes that a complaint may be taken into; those that are not kept here yet are refused with a sentence.
PROCESSES = (
    Choice("incident", Words("Incident", "事故")),
    Choice("service_request", Words("Service request", "服務請求")),
    Choice("problem", Words("Problem", "問題")),
    Choice("change", Words("Change", "變更")),
    Choice("supplier_dispute", Words("Supplier dispute", "供應者爭議")),
    Choice("security_event", Words("Security event", "資通安全事件")),
    Choice("improvement", Words("Improvement", "改善")),
)

NATURE = Input("nature", Words("Category of the complaint", "抱怨類別"), "choice", choices=NATURES, initial="nature")
SERVICE = Input("service", Words("Service", "服務"), "service", initial="service")
SEVERITY = Input("severity", Words("Severity", "嚴重度"), "choice", choices=SEVERITIES, initial="severity")
COMPLAINANT = Input("requester", Words("Complainant", "抱怨人"), "person", initial="requester")
OWNER = Input(
    "assignee", Words("Handler", "處理負責人"), "agent", initial="assignee",
    help=Words("Never the person complained about.", "不得為被抱怨之人員。"),
)  # fmt: skip
ORIGIN = Input("origin", Words("How it reached us", "受理來源"), "choice", choices=ORIGINS, initial="origin")
ABOUT_PERSON = Input(
    "about_person", Words("Person complained about, if any", "被抱怨之人員（如有）"), "agent", required=False, initial="about_person",
    help=Words(
        "Then only the handler and the relationship manager see the complaint.", "指定後僅處理負責人與營運關係管理流程負責人可檢視。"
    ),
)  # fmt: skip
ABOUT_DESK = Input(
    "about_desk", Words("It is about the service desk itself: escalate at once", "抱怨對象為服務台本身：立即升級"), "flag",
    required=False, initial="about_desk",
)  # fmt: skip
PLAN = Input("plan", Words("How it will be handled", "處理規劃"), "text", initial="plan")
PROCESS = Input("process", Words("Process", "轉入流程"), "choice", choices=PROCESSES)
RECORD = Input(
    "handled_by", Words("Record that exists already", "既有單號"), "case", required=False,
    help=Words("Left empty, a new record is opened with the words of the complaint.", "留空時，將以抱怨內容另立新單。"),
)  # fmt: skip
ANSWER = Input(
    "answer", Words("Answer to the complainant", "對抱怨人之答覆"), "text", initial="answer",
    help=Words(
        "The complainant reads exactly this, and may agree or disagree with one press.", "抱怨人將看到此內容，並可一鍵表示同意或不同意。"
    ),
)  # fmt: skip
ACTIONS = Input("actions", Words("What was done", "已採取之措施"), "text", initial="actions")
ROOT_THEME = Input("root_theme", Words("Root theme", "根本主題"), required=False, initial="root_theme")
COMPENSATION = Input("compensation", Words("Compensation", "補償"), required=False, initial="compensation")
HOW_AGREED = Input(
    "consent_way", Words("How consent was given", "同意方式"), "choice", required=False,
    choices=(
        Choice("portal", Words("Portal", "入口網站")), Choice("mail", Words("Mail link", "郵件連結")),
        Choice("phone", Words("Phone", "電話")),
        Choice("in_person", Words("In person", "當面")),
    ),
)  # fmt: skip
CONSENT = Input(
    "reason", Words("Evidence of consent, when the desk records it", "同意之佐證（由服務台代為登錄時）"), "text", required=False,
    help=Words("Who said so, and when.", "何人於何時確認。"),
)  # fmt: skip
DISSENT = Input("reason", Words("What is still wrong", "不同意之原因"), "text")
DECIDER = Input("decided_by", Words("Decided by", "裁決人"), "agent")
BECOMES = Input(
    "becomes", Words("What it is instead", "改列為"), "choice", required=False,
    choices=(
        Choice("nothing", Words("Withdrawn", "撤回")), Choice("suggestion", Words("Suggestion", "建議")),
        Choice("compliment", Words("Compliment", "讚美")),
    ),
    help=Words("A suggestion or compliment is kept as such.", "建議或讚美將另行保存。"),
)  # fmt: skip
