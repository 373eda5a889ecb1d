"""Changes and problems of the year before: most ended well, some did not, so that their figures have a shape."""
# ruff: noqa: E501  (sentences read best on one line)

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from itsm.demo.changes import assessed, authorised, carried_out, request, reviewed, rfc
from itsm.demo.stories import lead
from itsm.demo.world import Case, World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: The service whose racks stay on the other feed meanwhile.
UNHURT = "machine-room"
#: How many of them a small demo has.
FEW = 2


class Past(NamedTuple):
    """A minor change: days ago, who asked, who carried it out, for which service, what for, and how it ended."""

    days: int
    asker: str
    doer: str
    service: str
    title: str
    text: str
    plan: str
    outcome: str = "successful"


CHANGES = (
    Past(388, "liu", "yang", "campus-network", "宿舍匯聚交換器更換", "設備已停產，更換為新型號。", "1. 備份設定 (10)\n2. 更換設備 (30)\n3. 驗證 (15)"),
    Past(361, "kuo", "yang", "course-system", "選課系統初選前擴充應用伺服器", "初選人數預估增加，加開兩台應用伺服器。", "1. 建立主機 (20)\n2. 部署程式 (20)\n3. 加入負載平衡 (10)"),
    Past(337, "yang", "kuo", "mail-accounts", "郵件閘道垃圾信規則更新", "更新規則庫並調整隔離門檻。", "1. 匯出現行規則 (5)\n2. 更新規則庫 (10)\n3. 測試收發 (10)"),
    Past(318, "chen", "yang", "machine-room", "CRAC-2 壓縮機更換", "壓縮機異音，於寒假更換。", "1. 切換備援空調 (10)\n2. 更換壓縮機 (90)\n3. 試運轉 (20)"),
    Past(296, "liu", "chen", "vpn", "VPN 閘道韌體升級", "原廠建議版本。", "1. 備份設定 (10)\n2. 升級韌體 (25)\n3. 連線測試 (10)", "with_issues"),
    Past(274, "kuo", "yang", "documents", "公文系統套印元件更新", "配合新版憑證格式。", "1. 備份元件 (5)\n2. 更新元件 (10)\n3. 套印測試 (10)"),
    Past(251, "yang", "kuo", "virtual-hosts", "虛擬化叢集 esx-03 記憶體擴充", "使用率長期高於 85 %。", "1. 遷移虛擬主機 (30)\n2. 關機加裝 (20)\n3. 遷回並檢查 (30)"),
    Past(229, "kuo", "liu", "course-system", "成績登錄閒置時間延長", "期中成績登錄期間常逾時。", "1. 修改參數 (5)\n2. 逐台重新載入 (15)\n3. 登錄測試 (10)"),
    Past(207, "liu", "yang", "campus-network", "圖書館無線基地台更換", "更換 24 台支援新頻段之基地台。", "1. 更換基地台 (120)\n2. 訊號量測 (30)"),
    Past(186, "chen", "liu", "machine-room", "市電 A 路電表更換", "配合電力公司換表，改由 B 路供電。", "1. 切換 B 路 (10)\n2. 換表 (40)\n3. 切回 (10)"),
    Past(160, "kuo", "yang", "documents", "公文系統改版上線", "新版簽核介面。", "1. 備份資料庫 (20)\n2. 部署新版 (30)\n3. 簽核測試 (20)", "failed"),
    Past(151, "liu", "chen", "campus-network", "核心交換器路由重整", "整併靜態路由。", "1. 備份設定 (5)\n2. 套用路由 (10)\n3. 驗證 (15)", "with_issues"),
    Past(143, "kuo", "yang", "documents", "公文系統改版重新上線", "修正前次失敗原因後再次上線。", "1. 備份資料庫 (20)\n2. 部署新版 (30)\n3. 簽核測試 (20)"),
    Past(118, "yang", "kuo", "mail-accounts", "信箱主機儲存空間擴充", "預備新學期帳號。", "1. 掛載磁碟 (10)\n2. 擴充檔案系統 (10)\n3. 檢查 (5)"),
    Past(97, "kuo", "liu", "course-system", "選課系統加退選前壓力調校", "依壓測結果調整連線數。", "1. 調整連線數 (5)\n2. 重新載入 (10)\n3. 冒煙測試 (10)"),
    Past(83, "yang", "chen", "software", "授權伺服器作業系統升級", "舊版將停止支援。", "1. 建立快照 (5)\n2. 升級 (40)\n3. 授權測試 (10)"),
)  # fmt: skip

#: Days ago, service, category, who analyses, subject, cause, solution.
PROBLEMS = (
    (352, "mail-accounts", "function", "yang", "校外來信反覆被隔離", "隔離規則沿用舊的寄件網域清單。", "改以驗證結果判斷，並每月檢視隔離清單。"),
    (290, "campus-network", "network", "liu", "活動中心無線網路常斷線", "相鄰基地台使用相同頻道。", "啟用自動頻道調整並降低發射功率。"),
    (212, "course-system", "function", "kuo", "成績上傳後欄位錯置", "匯入程式依欄位順序而非標題對應。", "改以標題對應並加上預覽。"),
    (140, "documents", "slow", "kuo", "公文系統上午十點變慢", "備份排程與尖峰重疊且索引未更新。", "備份改至夜間，索引每週重整。"),
    (96, "desktop", "hardware", "yang", "同批電腦硬碟提早故障", "該批硬碟韌體缺陷。", "全數更新韌體，保固內更換壞碟。"),
)  # fmt: skip


def tell(world: World, *, at: datetime, small: bool) -> None:
    """Let them happen, the oldest first."""
    for past in CHANGES[-FEW:] if small else CHANGES:
        _change(world, past, at - past.days * DAY)
    for days, *words in PROBLEMS[-1:] if small else PROBLEMS:
        _problem(world, *words, at=at - days * DAY)


def _change(world: World, past: Past, at: datetime) -> None:
    case = request(world, past.asker, past.title, past.text, service=past.service, at=at)
    words: dict[str, Any] = {
        "justification": past.text, "impact_text": "作業期間短暫中斷，已事先公告。", "plan": past.plan, "expected_downtime_min": 0 if past.service == UNHURT else 10,
        "test_plan": "依步驟於測試環境演練一次。", "backout_plan": "1. 還原備份之設定 (10)\n2. 複測 (5)",
    }  # fmt: skip
    case.after(30).move("submit", past.asker, **rfc(at + 4 * DAY, 4, **words))
    authorised(assessed(case, "classify_minor"), past.doer)
    carried_out(case, past.doer, outcome=past.outcome)
    reviewed(case, **_lessons(past.outcome))


def _lessons(outcome: str) -> dict[str, Any]:
    if outcome == "failed":
        return {
            "follow_up": "nothing",
            "pir_met": "no",
            "lessons": "正式環境資料量未於測試重現，步驟與回復時間須重估。",
        }
    if outcome == "with_issues":
        return {"lessons": "完成後需再調整設定，驗證項目不足，已補入步驟。"}
    return {}


def _problem(
    world: World, service: str, category: str, who: str, title: str, cause: str, solution: str, *, at: datetime
) -> None:
    case = Case.problem(world, title, "同樣的情形一再通報，提出問題分析。", service=service, at=at)
    lead(case, who, category, cause_in=14, solution_in=30).after(4000)
    case.move(
        "propose_root_cause", who, root_cause=cause, rc_method="5why", rc_evidence="紀錄與事故時間一致。", causal_component=title[:20],
        whys=f"{title}\n{cause}",
    )  # fmt: skip
    case.after(300).move("accept_root_cause", "huang").after(15).move("seek_solution", who)
    case.after(2000).move(
        "adopt_solution", who, solution=solution, solution_value="免除一再發生之事故。", change_needed="no"
    )
    case.after(6000).move("solution_done", who, solution_evidence="已上線並觀察。")
    case.at = max(case.at, case.record.observed_until or case.at)
    case.move("close", "huang", closure_code="fixed", effectiveness_note="觀察期間未再發生。")
