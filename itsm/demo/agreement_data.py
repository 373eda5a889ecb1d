"""The words of the demo's agreements: the slides' two rows, and what teams promise each other."""
# ruff: noqa: E501  (a table reads best with one row on one line)

from __future__ import annotations

from typing import Any

MINUTE, HOUR = 60, 3600
LADDER = {
    "zh": "參閱事故管理程序書之事故層報機制",
    "en": "See the escalation ladder of the incident management procedure",
}
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
    "continuity_zh": "氣冷+水冷空調；雙外電及發電機", "continuity_en": "Air and water cooling; two mains feeds and a generator",
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
    "continuity_zh": "分公司異地備援六小時內啟用；不含兩地同時失效", "continuity_en": "Stand-by at the branch within six hours; not where both places fail at once",
    "rto_seconds": 6 * HOUR,
    "maintenance_zh": "每月一次約1小時，週一18:00-20:00；硬體更新致中斷者一週前公告",
    "maintenance_en": "Once a month for about one hour, Mondays 18:00-20:00; interruptions by new hardware are announced a week before",
    "remarks_zh": REMARK["zh"], "remarks_en": REMARK["en"],
}  # fmt: skip
DOCUMENTS_PROMISES: list[dict[str, Any]] = [
    {"metric": "availability", "op": "ge", "value": "98"},
    {"metric": "continuity", "op": "le", "seconds": 6 * HOUR, "words_zh": "六小時內啟用異地備援", "words_en": "Stand-by within six hours"},
    {"metric": "report", "op": "ge", "value": "1", "words_zh": "每月一份", "words_en": "One a month"},
]  # fmt: skip
DOCUMENTS_PLAN: dict[str, Any] = {
    "subject_zh": "系統維護", "subject_en": "System maintenance", "interval": "month", "duration_minutes": 60, "weekday": 0,
    "window_start": "18:00", "window_end": "20:00", "notice_days": 7, "interrupts": True, "team": "applications",
}  # fmt: skip
