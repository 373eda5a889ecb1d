"""What goes wrong and what is asked for, over and over, at a university's computing centre."""

from __future__ import annotations

from dataclasses import dataclass

REPLIES = (
    "您好，已收到您的通報，正在查看中。",
    "已請同仁協助確認，稍後回覆您。",
    "感謝通報，我們正在處理，造成不便敬請見諒。",
)
ENGLISH = ("Thank you for the report, we are looking into it.", "We could see it too and are working on it.")


@dataclass(frozen=True)
class Fault:
    """A kind of incident: grade, who works on it and for how many working minutes."""

    title: str
    text: str
    service: str
    category: str
    impact: int
    urgency: int
    team: str
    minutes: int
    solution: str
    code: str = "fixed"
    weight: int = 4
    may_wait: bool = True
    note: str = "請協助處理，已於一線完成初步排除。"
    replies: tuple[str, ...] = REPLIES


@dataclass(frozen=True)
class Order:
    """A kind of order and how it ends."""

    item: str
    team: str
    minutes: int
    result: str
    texts: tuple[str, ...]
    weight: int = 4


FAULTS = (
    Fault(
        "無法登入校務系統",
        "輸入密碼後顯示帳號鎖定。",
        "mail-accounts",
        "sign-in",
        3,
        2,
        "",
        40,
        "已解除鎖定並協助重設密碼。",
        "user_guidance",
        9,
    ),
    Fault(
        "電子郵件收不到外部來信",
        "昨天下午起收不到外部信件。",
        "mail-accounts",
        "function",
        3,
        2,
        "systems",
        160,
        "信件被隔離，已加入允許名單並放行。",
    ),
    Fault(
        "Outlook 一直要求輸入密碼",
        "重開機後仍相同。",
        "mail-accounts",
        "sign-in",
        3,
        3,
        "",
        60,
        "已重新建立設定檔。",
        weight=5,
    ),
    Fault(
        "公文系統附件無法開啟",
        "PDF 附件顯示檔案毀損。",
        "documents",
        "function",
        3,
        2,
        "applications",
        180,
        "已修正附件轉檔服務。",
        weight=6,
    ),
    Fault(
        "公文系統簽核畫面很慢",
        "每頁要等三十秒以上。",
        "documents",
        "slow",
        2,
        2,
        "applications",
        240,
        "已調整資料庫索引，回應時間恢復。",
        weight=5,
    ),
    Fault(
        "公文系統電子印章沒有出現",
        "核判後未套印章。",
        "documents",
        "function",
        3,
        3,
        "applications",
        300,
        "已更新憑證元件。",
        "workaround",
        3,
    ),
    Fault(
        "eduroam 無法連線",
        "手機顯示無法加入網路。",
        "campus-network",
        "network",
        3,
        2,
        "network",
        90,
        "已重新核發無線憑證。",
        weight=7,
    ),
    Fault(
        "教室網路不通",
        "上課電腦無法上網。",
        "campus-network",
        "outage",
        2,
        1,
        "network",
        70,
        "更換故障交換器連接埠。",
        weight=4,
        may_wait=False,
    ),
    Fault(
        "宿舍網路速度很慢",
        "晚間特別明顯。",
        "campus-network",
        "slow",
        2,
        3,
        "network",
        420,
        "已調整流量管制設定。",
        weight=3,
    ),
    Fault(
        "選課系統送出失敗",
        "送出加選後出現錯誤代碼 500。",
        "course-system",
        "function",
        2,
        1,
        "applications",
        120,
        "已修正並重新部署。",
        weight=5,
        may_wait=False,
    ),
    Fault(
        "成績登錄頁面無法儲存",
        "按下儲存沒有反應。",
        "course-system",
        "function",
        3,
        2,
        "applications",
        150,
        "清除暫存後恢復，已修正程式。",
        "workaround",
        4,
    ),
    Fault(
        "VPN cannot connect",
        "The client stops at 98 per cent.",
        "vpn",
        "network",
        3,
        2,
        "network",
        110,
        "The client was updated and the profile renewed.",
        "fixed",
        3,
        replies=ENGLISH,
    ),
    Fault(
        "VPN 連線後無法開啟電子資料庫",
        "在家使用。",
        "vpn",
        "function",
        3,
        3,
        "",
        80,
        "已說明正確的連線設定。",
        "user_guidance",
        5,
    ),
    Fault(
        "虛擬主機無法遠端連線", "SSH 逾時。", "virtual-hosts", "outage", 3, 2, "systems", 90, "防火牆規則錯誤，已更正。"
    ),
    Fault(
        "虛擬主機硬碟空間不足",
        "根目錄使用率 98 %。",
        "virtual-hosts",
        "function",
        3,
        3,
        "systems",
        200,
        "已清理紀錄檔並擴充空間。",
        weight=3,
    ),
    Fault("電腦開機很慢", "開機要十分鐘。", "desktop", "slow", 3, 3, "", 180, "更換固態硬碟並重灌系統。", weight=6),
    Fault(
        "印表機卡紙無法列印", "面板顯示 E5。", "desktop", "hardware", 3, 2, "", 70, "已清除卡紙並更換滾輪。", weight=7
    ),
    Fault(
        "會議室投影機無畫面",
        "HDMI 無訊號。",
        "desktop",
        "hardware",
        2,
        1,
        "",
        35,
        "更換線材後正常。",
        weight=4,
        may_wait=False,
    ),
    Fault("螢幕閃爍", "使用一段時間後閃爍。", "desktop", "hardware", 3, 3, "", 240, "已更換螢幕。", weight=3),
    Fault(
        "機房溫度偏高告警",
        "R05 機櫃 28 °C。",
        "machine-room",
        "environment",
        2,
        1,
        "facility",
        60,
        "調整 CRAC-1 風量後恢復 24 °C。",
        "fixed",
        2,
        may_wait=False,
    ),
    Fault(
        "機房濕度過低",
        "濕度 42 %。",
        "machine-room",
        "environment",
        2,
        3,
        "facility",
        200,
        "加濕器補水後恢復。",
        weight=2,
        may_wait=False,
    ),
    Fault(
        "Matlab 授權過期",
        "啟動時顯示 license expired。",
        "software",
        "function",
        3,
        3,
        "systems",
        140,
        "已更新授權伺服器。",
        weight=3,
    ),
    Fault(
        "Office 啟用失敗",
        "顯示需要啟用。",
        "software",
        "function",
        3,
        3,
        "",
        60,
        "已協助重新啟用。",
        "user_guidance",
        5,
    ),
    Fault(
        "收到可疑釣魚信件",
        "主旨為薪資調整通知。",
        "mail-accounts",
        "advice",
        3,
        2,
        "",
        30,
        "已通報並封鎖寄件者，請勿點選連結。",
        "user_guidance",
        4,
    ),
)

ORDERS = (
    Order("password-reset", "", 25, "密碼已重設。", ("忘記密碼。", "密碼過期。", "新進同仁首次登入。"), 9),
    Order("mailbox-quota", "systems", 90, "容量已調整為 20 GB。", ("信箱快滿了。", "需寄送大量附件。"), 5),
    Order("mailbox", "systems", 180, "信箱已建立並通知使用者。", ("單位公用信箱。", "研討會聯絡信箱。"), 4),
    Order("vpn-account", "network", 240, "VPN 帳號已開通。", ("居家辦公需要。", "出國研究期間使用。"), 4),
    Order("virtual-host", "systems", 900, "主機已交付，備份已設定。", ("研究計畫網站。",), 2),
    Order("host-change", "systems", 300, "資源已調整。", ("記憶體加到 16 GB。", "硬碟加 200 GB。"), 3),
    Order("software-key", "", 60, "序號已寄出。", ("系上新電腦三台。", "教學使用。"), 5),
    Order("meeting-room", "", 120, "已到場設定並測試。", ("視訊會議需要協助。", "校務會議。"), 5),
    Order("new-computer", "", 800, "已交機。", ("新進助理。",), 2),
    Order("guest-wifi", "network", 150, "已產生活動帳號 100 組。", ("國際研討會。", "校慶活動。"), 3),
    Order("document-role", "applications", 120, "權限已設定。", ("承辦人職務異動。", "新任主管。"), 5),
)

#: Which part of all cases are incidents.
FAULTY = 0.62


def frequency(row: Fault | Order) -> float:
    """Give the part of all cases that are of this kind."""
    if isinstance(row, Fault):
        return FAULTY * row.weight / sum(one.weight for one in FAULTS)
    return (1 - FAULTY) * row.weight / sum(one.weight for one in ORDERS)
