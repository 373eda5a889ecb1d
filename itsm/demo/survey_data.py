"""What the demo's surveys ask, and what was said and decided."""
# ruff: noqa: E501  (sentences read best on one line)

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

#: kind, Chinese, English, answers to choose from, more columns (asked_if: the place of a former question)
Asking = tuple[str, str, str, tuple[tuple[str, str], ...], dict[str, Any]]

SERVICES = ("documents", "campus-network", "course-system", "desktop")


#: How content people are after a closure, out of five, and how much less so in the bad month.
MOOD, MOOD_OF_BAD_MONTH = 4.2, 3.3


@dataclass(frozen=True)
class Asked:
    """A questionnaire."""

    zh: str
    en: str
    intro_zh: str
    intro_en: str
    questions: tuple[Asking, ...]


@dataclass(frozen=True)
class Story:
    """How a survey went."""

    title: str
    purpose: str
    rate: float
    mood: float
    complains: bool
    comments: tuple[str, ...]
    texts: dict[str, str]
    minutes: str
    decided: str
    decisions: tuple[tuple[str, str, int], ...]
    done: str = ""
    more: dict[str, Any] = field(default_factory=dict)


PERIODIC = Asked(
    "資訊服務滿意度調查", "Satisfaction with IT services", "請就最近半年的使用經驗作答，約需三分鐘。", "Please answer from your experience of the last six months; it takes about three minutes.",
    (
        ("scale", "整體而言，您對資訊服務滿意嗎？", "All in all, are you satisfied with our IT services?", (), {"required": True, "complaint_at": 2}),
        ("text", "哪裡讓您不滿意？", "What are you dissatisfied with?", (), {"asked_if": 0, "asked_when": ["1", "2"]}),
        ("scale", "您對下列服務滿意嗎？", "Are you satisfied with this service?", (), {"per_service": True, "complaint_at": 1}),
        ("ces", "尋求協助容易嗎？", "How easy is it to get help?", (), {}),
        ("nps", "您會向同事推薦服務台嗎？", "Would you recommend the service desk to a colleague?", (), {}),
        ("multi", "您用過哪些管道？", "Which ways have you used?", (("入口網站", "Portal"), ("電話", "Phone"), ("電子郵件", "E-mail")), {}),
        ("text", "其他意見", "Anything else?", (), {}),
    ),
)  # fmt: skip

SHORT = Asked(
    "案件處理滿意度", "How was your case handled?", "只需一分鐘，謝謝您。", "It takes a minute. Thank you.",
    (
        ("scale", "您對這次的處理滿意嗎？", "Are you satisfied with how it was handled?", (), {"required": True, "complaint_at": 2}),
        ("ces", "解決這件事容易嗎？", "How easy was it to get this solved?", (), {}),
        ("text", "有什麼可以做得更好？", "What could we do better?", (), {}),
    ),
)  # fmt: skip

ACTIONS = (
    ("speed", "與二線檢討回應時間，公布預計完成時間。"), ("information", "於入口網站增列處理進度說明。"), ("quality", "交由服務負責人檢視設定。"),
    ("request", "列入年度需求規劃。"), ("staff", "轉達主管並安排服務禮儀課程。"),
)  # fmt: skip

SPRING = Story(
    "上學期資訊服務滿意度調查", "年度管理審查之輸入。", 0.62, 3.7, False,
    ("電話常常忙線。", "公文系統很慢。", "謝謝服務台同仁。", "希望有手機版。", "等待時間太長。"),
    {
        "conclusions": "整體滿意度尚可，主要不滿為電話等待時間與公文系統速度。", "improvements": "增加尖峰時段值班人力；檢討公文系統效能。",
        "trend": "首次以本問卷調查，作為後續比較之基準。",
    },
    "逐項審查回收率、各服務滿意度與意見。委員指出電話忙線為共同問題，要求於下學期前改善。", "照案通過，兩項改善列管。",
    (("報告照案通過。", "", 0), ("尖峰時段（09:00–11:00）增派一名服務台值班。", "huang", 45), ("檢討公文系統效能並提出報告。", "kuo", 60)),
    done="自學期初起增派一名，電話接通率由 71 % 提升至 88 %。",
)  # fmt: skip

AUTUMN = Story(
    "本學期資訊服務滿意度調查", "年度管理審查之輸入，並檢視上學期改善成效。", 0.68, 4.05, True,
    ("電話比以前好接通了。", "無線網路在圖書館三樓不穩。", "選課系統尖峰時段仍然很慢。", "謝謝協助，很有耐心。", "希望申請進度能主動通知。"),
    {
        "conclusions": "滿意度較上學期提升，電話接通改善最受肯定；選課系統尖峰效能仍待改善。", "improvements": "圖書館三樓增設基地台；選課系統於加退選前完成壓力測試。",
    },
    "審查各服務滿意度與趨勢，確認上學期兩項改善之成效。選課系統尖峰效能列為下學期重點。", "照案通過，三項改善列管，納入管理審查。",
    (
        ("報告照案通過，納入管理審查。", "", 0), ("圖書館三樓增設兩座無線基地台。", "liu", 30), ("加退選前完成選課系統壓力測試。", "kuo", 40),
        ("申請案狀態變更時主動通知申請人。", "yang", 75),
    ),
)  # fmt: skip

CLOSURE_COMMENTS = ("處理很快，謝謝。", "說明很清楚。", "等了兩天才有人回覆。", "希望能早點告知進度。")
