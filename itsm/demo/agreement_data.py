"""The words of the demo's agreements: the slides' two rows, and what teams promise each other."""
# ruff: noqa: E501  (a table reads best with one row on one line)

from __future__ import annotations

from typing import Any

MINUTE, HOUR = 60, 3600
LADDER = {
    "zh": "參閱事故管理程序書之事故層報機制",
    "en": "See the escalation ladder of the incident management procedure",
}
PROCEDURE = {"procedure_zh": "事故管理程序書", "procedure_en": "Incident management procedure"}
REMARK = {
    "zh": "天然災害不可抗力、固網通信障礙、其他無法掌控之突發意外不在此限",
    "en": "Natural disasters, faults of the fixed line, and other sudden events beyond control are excepted",
}
EXCLUSIONS = [
    {
        "code": "disaster",
        "text_zh": "天然災害不可抗力",
        "text_en": "Natural disaster",
        "effect": "both",
        "evidence_needed": "停班公告或災害通報",
    },
    {
        "code": "fixed-line",
        "text_zh": "固網通信障礙",
        "text_en": "Fault of the fixed line",
        "effect": "availability",
        "evidence_needed": "電信業者障礙通知",
    },
    {
        "code": "sudden",
        "text_zh": "其他無法掌控之突發意外",
        "text_en": "Other sudden events beyond control",
        "effect": "both",
        "evidence_needed": "事件經過與佐證",
    },
]
#: What the university gets where the machine room was not kept running as promised: more, the longer it stood.
REMEDIES: list[dict[str, Any]] = [
    {
        "basis": "missed", "metric": "availability", "service": "machine-room", "kind": "apology", "claim_needed": False,
        "trigger_zh": "機房可用率未達標，由主任具名致函說明", "trigger_en": "Machine room below its availability: a letter of the director",
    },
    {
        "basis": "band", "metric": "availability", "band_below": "99.9", "service": "machine-room", "kind": "gift", "amount": "1",
        "claim_days": 30, "trigger_zh": "加辦備援演練一場", "trigger_en": "One more exercise of the stand-by",
    },
]  # fmt: skip
#: What the house promises by priority: response, resolution, update, and by which hours (empty: those of the service).
BY_PRIORITY = {
    1: (15 * MINUTE, 4 * HOUR, 30 * MINUTE, "always"),
    2: (30 * MINUTE, 8 * HOUR, 2 * HOUR, ""),
    3: (2 * HOUR, 16 * HOUR, 8 * HOUR, "taiwan-office"),
    4: (4 * HOUR, 40 * HOUR, 16 * HOUR, "taiwan-office"),
    5: (8 * HOUR, 80 * HOUR, 40 * HOUR, "taiwan-office"),
}
#: What a second-line team promises: to accept, and to work, by priority.
BY_TEAM: dict[int | None, tuple[int, int]] = {
    1: (10 * MINUTE, 2 * HOUR),
    2: (20 * MINUTE, 4 * HOUR),
    3: (2 * HOUR, 8 * HOUR),
    None: (4 * HOUR, 16 * HOUR),
}
MAINTAINED = (
    ("發電機", "Generator", "month"),
    ("UPS", "UPS", "half_year"),
    ("空調", "Cooling", "quarter"),
    ("門禁", "Door control", "month"),
    ("消防", "Fire protection", "half_year"),
    ("環控", "Environment control", "month"),
)
OLA_TEAMS = ("applications", "facility", "network")


CLAUSES: dict[str, Any] = {
    "review_every_months": 12, "hours": "service-hours",
    "workload_zh": "每月至多 800 件", "workload_en": "At most 800 cases a month",
    "workload": [{"metric": "cases", "most": 800, "per": "month"}],
    "exceptions_zh": "定期維護時段與除外條款所列情形不計。", "exceptions_en": "Scheduled maintenance and what the exclusions name do not count.",
    "provider_duties_zh": "提供單一窗口、依約處理並按月提出報告。", "provider_duties_en": "A single point of contact, work as agreed, a report every month.",
    "customer_duties_zh": "經服務台提出需求，並於三個工作日內回覆確認。", "customer_duties_en": "Ask through the desk and confirm within three working days.",
    "charging_zh": "免費", "charging_en": "Free of charge",
}  # fmt: skip
MACHINE_ROOM: dict[str, Any] = {
    "service": "machine-room",
    "availability_zh": "電力及空調 99.9%以上", "availability_en": "Power and cooling 99.9% or more",
    "response_zh": LADDER["zh"], "response_en": LADDER["en"], "reporting_zh": "無", "reporting_en": "None",
    "safeguards_zh": "氣冷+水冷空調\n雙外電及發電機", "safeguards_en": "Air and water cooling\ntwo mains feeds and a generator",
    **PROCEDURE,
    "maintenance_zh": "發電機：每月\nUPS：每半年\n空調：每季\n門禁：每月\n消防：每半年\n環控：每月",
    "maintenance_en": "Generator: monthly\nUPS: half-yearly\nCooling: quarterly\nDoor control: monthly\nFire protection: half-yearly\nEnvironment control: monthly",
    "remarks_zh": REMARK["zh"], "remarks_en": REMARK["en"],
}  # fmt: skip
DOCUMENTS: dict[str, Any] = {
    "service": "documents",
    "items": [
        {"name_zh": "系統功能更新", "name_en": "Updates of functions"}, {"name_zh": "電話與電子郵件諮詢", "name_en": "Advice by telephone and mail"},
        {"name_zh": "現場技術支援", "name_en": "Support on site"},
    ],
    "availability_zh": "98%以上", "availability_en": "98% or more", "response_zh": LADDER["zh"], "response_en": LADDER["en"],
    "reporting_zh": "依權限提供報表檔案於系統下載", "reporting_en": "Report files for download in the system, by role",
    "report_frequency": "month", "report_delivery": "download", "report_roles": "service_owner, slm",
    "continuity_zh": "分公司異地備援六小時內啟用", "continuity_en": "Stand-by at the branch within six hours",
    "continuity_exclusions_zh": "不含兩地同時失效", "continuity_exclusions_en": "not where both places fail at once",
    "rto_seconds": 6 * HOUR, **PROCEDURE,
    "maintenance_zh": "每月一次約1小時，週一18:00-20:00；硬體更新致中斷者一週前公告",
    "maintenance_en": "Once a month for about one hour, Mondays 18:00-20:00; interruptions by new hardware are announced a week before",
    "remarks_zh": REMARK["zh"], "remarks_en": REMARK["en"],
}  # fmt: skip
DOCUMENTS_PROMISES: list[dict[str, Any]] = [
    {"metric": "availability", "op": "ge", "value": "98"},
    {"metric": "continuity", "op": "le", "seconds": 6 * HOUR, "words_zh": "六小時內啟用異地備援", "words_en": "Stand-by within six hours"},
    {"metric": "report", "op": "ge", "value": "1", "words_zh": "每月一份", "words_en": "One a month"},
    {"metric": "custom", "op": "ge", "words_zh": "每月更新公文操作手冊", "words_en": "Manual brought up to date every month"},
]  # fmt: skip
DOCUMENTS_PLAN: dict[str, Any] = {
    "subject_zh": "系統維護", "subject_en": "System maintenance", "interval": "month", "duration_minutes": 60, "weekday": 0,
    "window_start": "18:00", "window_end": "20:00", "notice_days": 7, "interrupts": True, "team": "applications",
}  # fmt: skip

#: What teams of the centre agree with the desk, in place of what a customer reads.
OLA_CLAUSES: dict[str, Any] = {
    "workload_zh": "每月至多 200 件二線案件", "workload_en": "At most 200 second-line cases a month",
    "workload": [{"metric": "cases", "most": 200, "per": "month"}],
    "exceptions_zh": "核准之變更時段及等待供應商期間不計。", "exceptions_en": "Approved change windows and time with a supplier do not count.",
    "customer_duties_zh": "轉派前完成分類、紀錄與初步排除；聯絡窗口：服務台 黃志明，分機 2300。",
    "customer_duties_en": "Classify, record and try the known steps before handing over; contact: Huang Chih-ming, desk, ext. 2300.",
    "charging_zh": "內部服務，不計價", "charging_en": "Internal, not charged",
}  # fmt: skip
#: Duties of each team with its contact: Chinese, English.
OLA_DUTIES = {
    "applications": (
        "維運公文與校務應用系統，接手後即回報處理狀況；聯絡窗口：郭俊傑，分機 2404。",
        "Runs the document and campus applications and reports on progress once taken; contact: Kuo Chun-chieh, ext. 2404.",
    ),
    "facility": (
        "維運機房電力、空調、門禁與消防，P1 全天候輪值；聯絡窗口：陳柏宇，分機 2401。",
        "Runs power, cooling, doors and fire protection, on call around the clock for P1; contact: Chen Po-yu, ext. 2401.",
    ),
    "network": (
        "維運校園骨幹與無線網路，P1 全天候輪值；聯絡窗口：劉建宏，分機 2402。",
        "Runs the campus backbone and wireless network, on call around the clock for P1; contact: Liu Chien-hung, ext. 2402.",
    ),
}
#: Services of a team for which the OLA has a row of its own.
OLA_SERVICES: dict[str, tuple[str, ...]] = {
    "applications": ("documents",),
    "facility": ("machine-room",),
    "network": ("campus-network",),
}
OLA_ROW: dict[str, Any] = {
    "response_zh": "依優先順序接手與處理，詳見承諾", "response_en": "Accepted and worked by priority, see the promises",
    "reporting_zh": "每月於團隊會議檢視", "reporting_en": "Looked at in the monthly meeting of the teams",
    "remarks_zh": "逾時依事故層報機制升級", "remarks_en": "What is late is escalated by the ladder of incidents",
}  # fmt: skip
UC_POWER: dict[str, Any] = {
    "workload_zh": "每年定期保養十二次，到場維修不限次數", "workload_en": "Twelve maintenance visits a year, repairs without limit",
    "workload": [{"metric": "visits", "most": 12, "per": "year"}],
    "exceptions_zh": "外電中斷超過四小時及天然災害不在此限。", "exceptions_en": "Mains failures of more than four hours and natural disasters are excepted.",
    "provider_duties_zh": "備品存放本校；技師具甲級證照；聯絡窗口：高經理，02-2345-1000（24 小時）。",
    "provider_duties_en": "Keeps spare parts on campus; certified technicians; contact: Mr Kao, +886 2 2345 1000, day and night.",
    "customer_duties_zh": "提供機房進出與停電時段；聯絡窗口：機電組 陳柏宇，分機 2401。",
    "customer_duties_en": "Gives access and windows without power; contact: Chen Po-yu, Facilities team, ext. 2401.",
    "charging_zh": "年費新臺幣 1,200,000 元，按季支付", "charging_en": "NT$ 1,200,000 a year, paid quarterly",
    "remedies": [{"trigger_zh": "當月 UPS 可用率未達 99.95%", "trigger_en": "UPS below 99.95% in a month", "basis": "missed", "metric": "availability", "kind": "credit_percent", "amount": "5", "cap": "20", "claim_days": 30}],
}  # fmt: skip
UC_DOCUMENTS: dict[str, Any] = {
    "workload_zh": "每月至多 40 工時之系統功能更新", "workload_en": "At most 40 hours of changes to functions a month",
    "workload": [{"metric": "hours", "most": 40, "per": "month"}],
    "exceptions_zh": "校方自行修改程式所致障礙不在此限。", "exceptions_en": "Faults of what the university has altered itself are excepted.",
    "provider_duties_zh": "提供電話、電子郵件與遠端支援，重大障礙到場；聯絡窗口：客服中心，02-2345-2000。",
    "provider_duties_en": "Support by telephone, mail and remotely, on site for major faults; contact: support centre, +886 2 2345 2000.",
    "customer_duties_zh": "提供遠端連線與測試資料；聯絡窗口：應用組 郭俊傑，分機 2404。",
    "customer_duties_en": "Gives remote access and test data; contact: Kuo Chun-chieh, Applications team, ext. 2404.",
    "charging_zh": "年費新臺幣 1,200,000 元，按季支付", "charging_en": "NT$ 1,200,000 a year, paid quarterly",
    "remedies": [{"trigger_zh": "當月逾時案件超過一成", "trigger_en": "More than a tenth of a month's cases late", "basis": "band", "metric": "resolution", "band_below": "90", "kind": "credit_percent", "amount": "3", "cap": "15", "claim_days": 30}],
}  # fmt: skip
POWER_ROW: dict[str, Any] = {
    "service": "machine-room",
    "availability_zh": "UPS 99.95%以上", "availability_en": "UPS 99.95% or more",
    "response_zh": "來電即受理，P1 一小時內到場修復", "response_en": "Taken at the call; P1 on site and repaired within one hour",
    "reporting_zh": "每次保養後五日內送交紀錄", "reporting_en": "A record within five days of each visit",
    "continuity_zh": "備用機組兩小時內運抵", "continuity_en": "A stand-by unit within two hours", "rto_seconds": 2 * HOUR,
    "maintenance_zh": "發電機每月、UPS 每半年，十四日前排定", "maintenance_en": "Generator monthly, UPS half-yearly, set 14 days before",
    "remarks_zh": REMARK["zh"], "remarks_en": REMARK["en"],
}  # fmt: skip
DOCUMENT_SYSTEM_ROW: dict[str, Any] = {
    "service": "documents",
    "items": [{"name_zh": "公文系統軟體", "name_en": "Software of the document system"}],
    "availability_zh": "軟體 98.5%以上", "availability_en": "Software 98.5% or more",
    "response_zh": "重大障礙三小時內修復，其餘四個工作小時", "response_en": "Major faults within three hours, others within four office hours",
    "reporting_zh": "每季服務報告", "reporting_en": "A report every quarter", "report_frequency": "quarter", "report_delivery": "mail",
    "continuity_zh": "異地系統八小時內啟用", "continuity_en": "The stand-by system within eight hours",
    "maintenance_zh": "更新七日前通知，於週一 18:00-20:00 施作", "maintenance_en": "Updates announced seven days before, Mondays 18:00-20:00",
    "remarks_zh": REMARK["zh"], "remarks_en": REMARK["en"],
}  # fmt: skip
DOCUMENT_SYSTEM_PROMISES: list[dict[str, Any]] = [
    {"metric": "availability", "op": "ge", "value": "98.5"},
    {"metric": "continuity", "op": "le", "seconds": 8 * HOUR, "words_zh": "八小時內啟用異地系統", "words_en": "Stand-by within eight hours"},
]  # fmt: skip
OFFICE_ROW: dict[str, Any] = {
    "service": "documents", "items": [{"name_zh": "公文收發與簽核", "name_en": "Receiving and signing of documents"}],
    "availability_zh": "98%以上", "availability_en": "98% or more", "response_zh": LADDER["zh"], "response_en": LADDER["en"],
    "reporting_zh": "每月服務報告", "reporting_en": "A report every month", "report_frequency": "month", "report_delivery": "mail",
    "remarks_zh": REMARK["zh"], "remarks_en": REMARK["en"],
}  # fmt: skip
