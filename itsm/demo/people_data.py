"""The fictitious people of the demo: a university computing centre and those it serves."""
# ruff: noqa: E501  (a table reads best with one row on one line)

#: code, Chinese, English, user name of the lead
UNITS = [
    ("ndu", "國立示範大學", "National Demo University", "president"),
    ("cnc", "計算機與網路中心", "Computer & Network Centre", "director"),
    ("acad", "教務處", "Office of Academic Affairs", "acad-lead"),
    ("student", "學生事務處", "Office of Student Affairs", "student-lead"),
    ("general", "總務處", "Office of General Affairs", "general-lead"),
    ("research", "研究發展處", "Office of Research", "research-lead"),
    ("library", "圖書館", "Library", "library-lead"),
    ("personnel", "人事室", "Personnel Office", "personnel-lead"),
    ("account", "主計室", "Accounting Office", "account-lead"),
    ("physics", "物理學系", "Department of Physics", "physics-lead"),
    ("secretary", "秘書室", "Secretariat", "secretary-lead"),
]

#: user name, name, English name, roles (";" apart), team code, phone
STAFF = [
    ("lin", "林怡君", "agent", "desk", "2345"),
    ("hsu", "許家豪", "agent", "desk", "2346"),
    ("tsai", "蔡佩珊", "agent", "desk", "2347"),
    ("wu", "吳冠廷", "agent", "desk", "2348"),
    ("chen", "陳柏宇", "engineer;problem_handler;change_implementer;release_implementer", "facility", "2401"),
    ("liu", "劉建宏", "engineer;problem_handler;change_implementer;cab", "network", "2402"),
    ("yang", "楊淑芬", "engineer;problem_handler;change_implementer;release_requester;release_implementer;config_manager", "systems", "2403"),
    ("kuo", "郭俊傑", "engineer;problem_handler;change_implementer;release_requester;release_implementer;cab", "applications", "2404"),
    ("huang", "黃志明", "incident_manager;problem_manager;ecab;cab", "desk", "2300"),
    ("director", "李主任", "management_rep;service_owner;cab;review_board", "", "2200"),
    ("sun", "孫雅婷", "service_owner;slm;brm;cab;review_board", "", "2210"),
    ("gao", "高雅玲", "change_manager;release_manager", "", "2220"),
    ("ma", "馬志遠", "config_manager;transition_manager", "", "2230"),
    ("auditor", "鄭稽核", "auditor", "", "2900"),
]  # fmt: skip

#: code, Chinese, English, tier, lead
TEAMS = [
    ("desk", "服務台", "Service desk", 1, "huang"),
    ("network", "網路組", "Network team", 2, "liu"),
    ("systems", "系統組", "Systems team", 2, "yang"),
    ("facility", "機電組", "Facilities team", 2, "chen"),
    ("applications", "應用組", "Applications team", 2, "kuo"),
]

#: user name, name, unit
LEADS = [
    ("president", "趙校長", "ndu"),
    ("acad-lead", "周教務長", "acad"),
    ("student-lead", "馮學務長", "student"),
    ("general-lead", "蕭總務長", "general"),
    ("research-lead", "江研發長", "research"),
    ("library-lead", "何館長", "library"),
    ("personnel-lead", "唐主任", "personnel"),
    ("account-lead", "彭主任", "account"),
    ("physics-lead", "傅系主任", "physics"),
    ("secretary-lead", "葉主任秘書", "secretary"),
]

#: user name, name, unit, language
REQUESTERS = [
    ("wang", "王小明", "acad", "zh-hant"),
    ("smith", "Emma Smith", "physics", "en"),
    ("mueller", "Jonas Müller", "research", "en"),
    *((f"user{number:02d}", name, unit, "zh-hant") for number, name, unit in [
        (1, "張雅雯", "acad"), (2, "李承翰", "acad"), (3, "陳思穎", "acad"), (4, "林志偉", "student"), (5, "黃筱涵", "student"),
        (6, "吳宗翰", "student"), (7, "蔡欣怡", "general"), (8, "許文彬", "general"), (9, "鄭淑惠", "general"), (10, "謝明哲", "research"),
        (11, "洪雅琪", "research"), (12, "曾國華", "research"), (13, "廖怡萱", "library"), (14, "賴俊宏", "library"), (15, "徐慧玲", "library"),
        (16, "周俊賢", "personnel"), (17, "葉美玲", "personnel"), (18, "蘇家瑜", "account"), (19, "莊文傑", "account"), (20, "呂佳蓉", "account"),
        (21, "江宜庭", "physics"), (22, "何信宏", "physics"), (23, "蕭雅慧", "physics"), (24, "羅志豪", "physics"), (25, "高詩涵", "secretary"),
        (26, "潘建志", "secretary"), (27, "簡佩君", "secretary"),
    ]),
]  # fmt: skip
