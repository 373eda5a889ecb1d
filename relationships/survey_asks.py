"""What the moves of surveys must be given."""

from itsm.flow import Choice, Input, Words

REASON = Input("reason", Words("Reason", "原因"), "text")
NEW_END = Input("ends_on", Words("New end", "新的截止日"), "day")

POPULATIONS = (
    Choice("everyone", Words("Everybody", "全體人員")),
    Choice("units", Words("People of the chosen units", "所選單位人員")),
    Choice("case_users", Words("Those whose cases were closed in the dates", "期間內有案件結案者")),
    Choice("service_users", Words("Those with cases about the chosen services in the dates", "期間內使用所選服務者")),
)
SAMPLINGS = (
    Choice("all", Words("Everybody in the population", "全數調查")),
    Choice("random", Words("Random sample", "隨機抽樣")),
    Choice("stratified", Words("Random sample, each unit by its share", "依單位分層抽樣")),
)
LAUNCH = (
    Input("ends_on", Words("Last day", "截止日"), "day", required=False, initial="ends_on"),
    Input("population", Words("Population", "調查母體"), "choice", choices=POPULATIONS, initial="population"),
    Input("sampling", Words("Sampling", "抽樣方式"), "choice", choices=SAMPLINGS, initial="sampling"),
    Input("sample_size", Words("Sample size", "樣本數"), "number", required=False, initial="sample_size"),
)
REPORT_VERSION = Input(
    "report_version",
    Words("Version of the report", "報告版本"),
    "number",
    initial="report_version",
    help=Words("The version that you have read and submit.", "您已核閱並提送的版本。"),
)
DECISIONS = Input(
    "decisions",
    Words("Decisions in short", "決議摘要"),
    "text",
    help=Words("What was decided; the actions stand on the page of the review.", "會議決議；行動項目請登錄於審查頁。"),
)
THEMES = (
    Choice("quality", Words("Quality of the service", "服務品質")),
    Choice("speed", Words("Speed", "處理速度")),
    Choice("staff", Words("Manner of the staff", "服務態度")),
    Choice("information", Words("Information and reachability", "資訊與聯繫")),
    Choice("request", Words("Wish for something new", "新需求")),
    Choice("praise", Words("Praise", "讚美")),
    Choice("none", Words("No comment", "無意見")),
    Choice("other", Words("Other", "其他")),
)
FEEDBACK = (
    Input("theme", Words("Theme", "主題"), "choice", choices=THEMES),
    Input(
        "action",
        Words("Action", "處理措施"),
        "text",
        help=Words("What is done about it, or why nothing is.", "採取的措施，或不採取的理由。"),
    ),
)
ANSWERS = Input(
    "answers",
    Words("Answered questions", "已回答題數"),
    "number",
    help=Words("The answers themselves are given on the page behind the link.", "答案由連結頁面填寫。"),
)
