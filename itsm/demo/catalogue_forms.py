"""What the demo's items ask, who approves them, and how their work is planned; and what is answered in its stories."""
# ruff: noqa: E501  (a table reads best with one row on one line)

from __future__ import annotations

from typing import Any

HOUR, DAY = 3600, 8 * 3600


def _choice(
    code: str, zh: str, en: str, *values: tuple[str, str, str], required: bool = True, **more: Any
) -> dict[str, Any]:
    choices = [{"value": value, "zh": words_zh, "en": words_en} for value, words_zh, words_en in values]
    return {
        "code": code,
        "kind": "choice",
        "label_zh": zh,
        "label_en": en,
        "required": required,
        "choices": choices,
        **more,
    }


def _field(kind: str, code: str, zh: str, en: str, *, required: bool = False, **more: Any) -> dict[str, Any]:
    return {"code": code, "kind": kind, "label_zh": zh, "label_en": en, "required": required, **more}


def _task(step: int, zh: str, en: str, hours: int) -> dict[str, Any]:
    return {"zh": zh, "en": en, "step": step, "target_seconds": hours * HOUR, "mandatory": True}


ITEMS: dict[str, dict[str, Any]] = {
    "mailbox-quota": {"form": [_choice("size", "需要容量", "How much", ("10", "10 GB", "10 GB"), ("50", "50 GB", "50 GB"))]},
    "mailbox": {
        "description_zh": "新進人員或單位共用的電子信箱。", "description_en": "A mailbox for a newcomer or shared by a unit.",
        "form": [
            _choice("use", "用途", "Used by", ("person", "個人", "One person"), ("shared", "單位共用", "A unit")),
            _field("person", "keeper", "共用信箱管理人", "Keeper of the shared mailbox", required=True, when={"field": "use", "is": ["shared"]}),
            _field("text", "wish", "希望的帳號", "Wished address", check="code", longest=40),
        ],
        "tasks": [_task(1, "建立信箱", "Create the mailbox", 4), _task(2, "通知使用者", "Tell the requester", 1)],
    },
    "vpn-account": {
        "form": [
            _field("date", "until", "使用期限", "Needed until", ahead_days=1), _field("text", "from_where", "使用地點", "From where", longest=120),
        ],
    },
    "virtual-host": {
        "description_zh": "執行教學、研究或行政系統的虛擬主機，含每日備份。", "description_en": "A virtual machine for teaching, research or administration, with a daily backup.",
        "approval": "policy", "approval_rule": "all", "approval_lead": True, "approval_owner": True,
        "form": [
            _choice("size", "規格", "Size", ("small", "2 核 4 GB", "2 cores, 4 GB"), ("medium", "4 核 16 GB", "4 cores, 16 GB"), ("large", "16 核 64 GB", "16 cores, 64 GB")),
            _field("text", "why", "為何需要大規格", "Why so large", required=True, longest=400, when={"field": "size", "is": ["large"]}),
            _choice("open", "開放範圍", "Reachable from", ("campus", "僅校內", "The campus"), ("world", "校外亦可", "Everywhere"), required=False),
            _field("person", "keeper", "系統管理人", "Administrator"), _field("file", "plan", "系統架構圖", "Drawing of the system"),
        ],
        "tasks": [
            _task(1, "配置資源", "Allocate resources", 8), _task(1, "登錄組態項目", "Register the configuration item", 4),
            _task(2, "安裝作業系統", "Install the system", 8), _task(3, "設定備份", "Set up backup", 4),
        ],
    },
    "host-change": {
        "form": [_field("ci", "host", "主機編號", "Number of the host", required=True), _field("text", "wish", "需要的資源", "What is needed", required=True, longest=200)],
    },
    "software-key": {"form": [_choice("which", "軟體", "Software", ("matlab", "MATLAB", "MATLAB"), ("office", "Office", "Office"), ("spss", "SPSS", "SPSS"))]},
    "meeting-room": {
        "form": [
            _field("text", "room", "會議室", "Room", required=True, longest=60), _field("date", "day", "日期", "Day"),
            _choice("need", "需要", "What is needed", ("video", "視訊會議", "Video meeting"), ("beamer", "投影", "Projector"), ("sound", "擴音", "Sound"), required=False),
        ],
    },
    "new-computer": {
        "form": [_choice("kind", "機型", "Kind", ("desktop", "桌上型", "Desktop"), ("laptop", "筆記型", "Laptop")), _field("person", "keeper", "保管人", "Who keeps it")],
        "tasks": [
            _task(1, "備機", "Prepare the device", 8), _task(1, "申請帳號", "Ask for the account", 4), _task(2, "安裝軟體", "Install software", 8),
            _task(3, "現場交機", "Hand over", 4),
        ],
    },
    "guest-wifi": {
        "form": [
            _field("text", "event", "活動名稱", "Event", required=True, longest=120), _field("text", "people", "人數", "How many people", required=True, check="number", longest=5),
            _field("date", "day", "起始日", "First day"),
        ],
    },
    "network-port": {
        "form": [_field("text", "room", "位置", "Room", required=True, longest=60)],
        "tasks": [_task(1, "現場勘查", "Survey", 8), _task(2, "佈線", "Cabling", 16)],
    },
    "document-role": {
        "form": [_choice("role", "角色", "Role", ("handler", "承辦人", "Handler"), ("registry", "收發", "Registry"), ("lead", "單位主管", "Lead"))],
    },
}  # fmt: skip

#: What the people of the stories answer.
ANSWERS: dict[str, dict[str, str]] = {
    "mailbox-quota": {"size": "50"}, "mailbox": {"use": "person"}, "vpn-account": {"from_where": "家中"}, "virtual-host": {"size": "medium", "open": "campus"},
    "host-change": {"host": "VM-017", "wish": "記憶體增為 16 GB"}, "software-key": {"which": "matlab"}, "meeting-room": {"room": "行政大樓 302", "need": "video"},
    "new-computer": {"kind": "laptop"}, "guest-wifi": {"event": "學術研討會", "people": "80"}, "network-port": {"room": "理學院 215"},
    "document-role": {"role": "handler"},
}  # fmt: skip
