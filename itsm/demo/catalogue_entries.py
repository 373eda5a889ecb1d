"""What the demo's catalogue says of each service in both languages, beside name, type and content."""
# ruff: noqa: E501  (a table reads best with one row on one line)

#: code: audience zh/en, hours and frequency zh/en, price in NT$, unit zh/en
ENTRIES: dict[str, tuple[str, str, str, str, int, str, str]] = {
    "machine-room": ("各單位放置於機房之設備", "Devices of all units in the machine room", "全年無休，每日巡檢兩次", "All year round, inspected twice a day", 3000, "每機櫃每月", "rack and month"),
    "documents": ("全校行政人員", "All administrative staff", "週一至週五 08:00-18:00，隨時受理", "Monday to Friday 08:00-18:00, on demand", 0, "", ""),
    "campus-network": ("全校教職員生與訪客", "All staff, students and guests", "全年無休", "All year round", 0, "", ""),
    "mail-accounts": ("全校教職員生", "All staff and students", "週一至週五 08:00-18:00，依申請", "Monday to Friday 08:00-18:00, on demand", 0, "", ""),
    "course-system": ("全校師生", "All teachers and students", "上班時間；選課期間全天", "Office hours; day and night in selection weeks", 0, "", ""),
    "vpn": ("全校教職員與研究生", "Staff and graduate students", "全年無休，帳號依申請開通", "All year round, accounts on demand", 0, "", ""),
    "virtual-hosts": ("各單位與研究計畫", "Units and research projects", "全年無休，依申請", "All year round, on demand", 600, "每台每月", "machine and month"),
    "desktop": ("全校行政人員", "All administrative staff", "週一至週五 09:00-18:00，依申請", "Monday to Friday 09:00-18:00, on demand", 0, "", ""),
    "software": ("全校教職員生", "All staff and students", "週一至週五 09:00-18:00，每年續約一次", "Monday to Friday 09:00-18:00, renewed once a year", 0, "", ""),
}  # fmt: skip
ESCALATION_ZH = "服務台受理後三十分鐘內未能處理者轉二線；逾時依事故層報機制通知組長、服務負責人與中心主任。"
ESCALATION_EN = "What the desk cannot do within thirty minutes goes to the second line; late cases are reported to the team's lead, the service owner and the director."
