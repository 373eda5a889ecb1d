"""The rules and lead times that every installation begins with (domain 5.5)."""

from typing import Any

from django.db import migrations

RULES = [
    # code, English, Chinese, fact, comparison, value, a reason may go against it
    ("service_change", "A service is new, removed or transferred", "新增、移除或移轉服務", "", ">", 0, False),
    ("promise", "A promise of the agreements or the catalogue changes", "變更服務水準協議或服務目錄之承諾", "", ">", 0, True),
    ("downtime", "Long downtime of a critical service", "關鍵服務長時間停機", "critical_downtime", ">", 30, True),
    ("many_users", "More than 500 users, or several sites or customers", "逾 500 名使用者，或多個據點或客戶", "", ">", 0, True),
    ("no_backout", "No tested back-out", "無經測試之回復方式", "", ">", 0, True),
    ("security", "Security architecture or personal data", "資安架構或個人資料", "", ">", 0, True),
    ("cost", "Cost over the limit", "費用超過上限", "cost", ">", 1_000_000, True),
    ("migration", "Data migration", "資料移轉", "", ">", 0, True),
    ("first_use", "First use of a technology", "首次使用之技術", "", ">", 0, True),
    ("continuity", "Continuity or availability plan affected", "影響持續或可用性計畫", "", ">", 0, True),
    ("any_downtime", "Downtime of more than four hours", "停機逾四小時", "downtime", ">", 240, True),
    ("risk_score", "Risk score of 21 or more", "風險分數 21 以上", "score", ">=", 21, True),
]
DAYS = {"standard": 0, "minor": 2, "major": 10, "emergency": 0}


def ship(apps: Any, schema_editor: Any) -> None:
    """Lay the rows down."""
    rule, lead = apps.get_model("changes", "ClassRule"), apps.get_model("changes", "LeadTime")
    for place, (code, english, chinese, fact, operator, value, free) in enumerate(RULES, start=1):
        rule.objects.create(
            code=code, name_en=english, name_zh=chinese, fact=fact, operator=operator, value=value, change_class="major",
            position=place * 10, may_be_overridden=free,
        )  # fmt: skip
    for code, days in DAYS.items():
        lead.objects.create(change_class=code, days=days)


class Migration(migrations.Migration):

    dependencies = [("changes", "0010_class_rules")]

    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
