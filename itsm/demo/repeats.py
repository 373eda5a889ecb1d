"""What the rules of proactive problem management find in the demo: one access point that fails again and again."""

from __future__ import annotations

from datetime import datetime, timedelta

from itsm.demo.world import Case, World

COMPONENT = "AP-LIB-3F"
#: Days ago, who reported it, in which words, and how the desk ended it.
TIMES = (
    (23, "user13", "圖書館三樓無線網路時斷時續", "已遠端重新啟動 AP-LIB-3F，恢復連線。"),
    (12, "user07", "圖書館三樓閱覽區 eduroam 斷線", "重新啟動 AP-LIB-3F 後恢復；使用者確認可連線。"),
    (4, "user25", "圖書館三樓又連不上無線網路", "再次重新啟動 AP-LIB-3F；本月第三次。"),
)


def tell(world: World, *, at: datetime) -> None:
    """Let the same access point fail three times within thirty days; each time the desk only starts it again."""
    for days, reporter, title, ended in TIMES:
        case = Case.reported(
            world,
            reporter,
            title,
            "約十分鐘後又斷線。",
            service="campus-network",
            at=at - timedelta(days=days, minutes=40),
        )
        case.after(9).classified("hsu", "network", impact=3, urgency=2, component=COMPONENT).after(3).at_desk("hsu")
        case.after(24).resolved("hsu", ended, causal_component=COMPONENT).after(180).confirmed(reporter)
