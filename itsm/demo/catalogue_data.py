"""The fictitious catalogue of the demo; the first two services come from the slides."""
# ruff: noqa: E501  (a table reads best with one row on one line)

#: code, Chinese, English, type zh, type en, calendar, second line, owner, criticality, content zh, content en
SERVICES = [
    (
        "machine-room", "電腦機房維運營運", "Computer-room operation", "機房維運", "Infrastructure", "always", "facility", "sun", 1,
        "提供電力與空調，溫度 24±2 °C、濕度 50±5 %；雙外電、發電機與不斷電系統。發電機每月、UPS 每半年、空調每季保養。",
        "Power and cooling at 24±2 °C and 50±5 % humidity; two mains feeds, a generator and UPS. Generator serviced monthly, UPS half-yearly, cooling quarterly.",
    ),
    (
        "documents", "電子公文資訊服務", "Electronic official documents", "應用系統", "Application", "service-hours", "applications", "sun", 1,
        "系統功能更新、電話與電子郵件諮詢、現場技術支援。每月一次約一小時維護，週一 18:00-20:00；異地備援六小時內啟用。",
        "Upgrades, advice by phone and e-mail, on-site support. About one hour of maintenance a month, Monday 18:00-20:00; off-site standby within six hours.",
    ),
    (
        "campus-network", "校園網路與無線", "Campus network and Wi-Fi", "網路", "Network", "always", "network", "director", 1,
        "有線網路、eduroam 無線網路與對外連線。", "Wired network, eduroam Wi-Fi and the uplink.",
    ),
    (
        "mail-accounts", "電子郵件與帳號", "E-mail and accounts", "帳號", "Accounts", "service-hours", "systems", "sun", 2,
        "校園帳號、電子信箱、密碼重設與容量調整。", "Campus accounts, mailboxes, password resets and quota.",
    ),
    (
        "course-system", "教務／選課系統", "Academic and course system", "應用系統", "Application", "service-hours", "applications", "director", 1,
        "選課、成績與學籍。選課期間全天服務。", "Course selection, grades and student records; all day in selection weeks.",
    ),
    (
        "vpn", "VPN 遠端連線", "VPN", "網路", "Network", "taiwan-office", "network", "sun", 3,
        "校外連回校內資源。", "Reach campus resources from outside.",
    ),
    (
        "virtual-hosts", "虛擬主機租用", "Virtual hosts", "主機", "Hosting", "taiwan-office", "systems", "sun", 3,
        "虛擬主機的申請、調整與備份。", "Virtual machines: orders, changes and backup.",
    ),
    (
        "desktop", "個人電腦維修", "Desktop support", "終端", "End-user devices", "taiwan-office", "systems", "sun", 3,
        "公務電腦、印表機與會議室設備的檢修。", "Repair of office computers, printers and meeting-room equipment.",
    ),
    (
        "software", "軟體授權", "Software licences", "授權", "Licences", "taiwan-office", "systems", "sun", 4,
        "校園授權軟體的下載與序號。", "Downloads and keys of campus-licensed software.",
    ),
]  # fmt: skip

#: code, Chinese, English
CATEGORIES = [
    ("sign-in", "登入與帳號", "Sign-in and accounts"),
    ("slow", "速度緩慢", "Slowness"),
    ("outage", "服務中斷", "Outage"),
    ("function", "功能異常", "Malfunction"),
    ("hardware", "硬體", "Hardware"),
    ("network", "網路", "Network"),
    ("environment", "機房環境", "Machine-room environment"),
    ("order", "申請", "Orders"),
    ("advice", "諮詢", "Advice"),
]

DAY = 8 * 3600
#: code, service, Chinese, English, target seconds, approval, tasks, search words
ITEMS = [
    ("password-reset", "mail-accounts", "重設密碼", "Reset a password", 4 * 3600, "none", [], "忘記密碼 password 登入"),
    ("mailbox-quota", "mail-accounts", "電子郵件容量", "More mailbox space", DAY, "none", [], "信箱 容量 quota"),
    ("mailbox", "mail-accounts", "申請電子信箱", "New mailbox", DAY, "unit_lead", [["建立信箱", "Create the mailbox"], ["通知使用者", "Tell the requester"]], "信箱 mailbox account"),
    ("vpn-account", "vpn", "VPN 帳號", "VPN account", 2 * DAY, "unit_lead", [["開通帳號", "Enable the account"]], "遠端 在家 vpn"),
    ("virtual-host", "virtual-hosts", "申請虛擬主機", "New virtual host", 5 * DAY, "service_owner", [["配置資源", "Allocate resources"], ["安裝作業系統", "Install the system"], ["設定備份", "Set up backup"]], "主機 server vm"),
    ("host-change", "virtual-hosts", "調整虛擬主機資源", "Change a virtual host", 3 * DAY, "none", [["調整資源", "Change resources"]], "cpu 記憶體 硬碟"),
    ("software-key", "software", "軟體授權序號", "Software licence key", DAY, "none", [], "軟體 序號 office matlab"),
    ("meeting-room", "desktop", "會議室設備支援", "Meeting-room equipment", DAY, "none", [["現場設定", "Set up on site"]], "投影機 視訊 會議"),
    ("new-computer", "desktop", "新進人員電腦", "Computer for a newcomer", 5 * DAY, "unit_lead", [["備機", "Prepare the device"], ["安裝軟體", "Install software"], ["現場交機", "Hand over"]], "電腦 筆電 新人"),
    ("guest-wifi", "campus-network", "活動用無線帳號", "Wi-Fi accounts for an event", 2 * DAY, "none", [], "無線 活動 guest wifi"),
    ("network-port", "campus-network", "新增網路節點", "New network socket", 5 * DAY, "service_owner", [["現場勘查", "Survey"], ["佈線", "Cabling"]], "網路孔 節點 port"),
    ("document-role", "documents", "公文系統權限", "Role in the document system", DAY, "unit_lead", [["設定權限", "Grant the role"]], "公文 權限 承辦"),
]  # fmt: skip
