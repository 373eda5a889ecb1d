"""Cases that are alive when somebody looks around: told relative to now, so that they never look old."""
# ruff: noqa: E501  (sentences read best on one line)

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from incidents.services import attach_child
from incidents.updates import publish, write_report
from itsm.demo.world import Case, World
from itsm.records.links import link
from itsm.records.models import LinkKind
from itsm.tickets import parts_of


def minutes(count: float) -> timedelta:
    """Give so many minutes."""
    return timedelta(minutes=count)


def password_by_desk(world: World, now: datetime) -> None:
    """A password request done by the desk, confirmed and closed; and one that is being done."""
    done = Case.ordered(world, "wang", "password-reset", "忘記校務系統密碼。", at=now - minutes(1500))
    done.after(12).at_desk("lin").after(9).says("lin", "您好，已寄送重設連結到您的備用信箱，請於一小時內使用。")
    done.after(15).fulfilled("lin", "密碼已重設，並確認可以登入。").after(40).confirmed("wang")
    Case.ordered(world, "user01", "password-reset", "帳號被鎖定。", at=now - minutes(95)).after(20).at_desk("lin")


def mailbox_with_approval(world: World, now: datetime) -> None:
    """One mailbox waits for the unit's lead; another was approved and is made by the second line."""
    Case.ordered(
        world,
        "wang",
        "mailbox",
        "新進專案助理需要信箱：project-ai。",
        at=now - minutes(190),
        title="申請電子信箱：教務處專案",
    )
    going = Case.ordered(world, "user05", "mailbox", "社團聯合信箱。", at=now - minutes(1600))
    going.after(90).move("approve_request", "student-lead", reason="同意，請協助辦理。")
    going.after(25).second_line("hsu", "systems", "已核准，請建立信箱 clubs。", engineer="yang")
    going.after(40).taken("yang").after(60).tasks_done("yang", most=1)
    going.after(5).notes("yang", "信箱已建立，待通知使用者設定方式。")


def documents_502(world: World, now: datetime) -> None:
    """The document system answers 502: desk, second line, confirmed, and reopened once."""
    case = Case.reported(
        world, "user09", "公文系統簽核時出現 502 Bad Gateway", "送出簽核後畫面顯示 502，重新整理偶爾會成功。",
        service="documents", at=now - minutes(4300),
    )  # fmt: skip
    case.after(8).classified("lin", "function", impact=2, urgency=2).after(4).at_desk("lin")
    case.after(15).notes("lin", "同時段另有兩位承辦人來電，症狀相同。")
    case.after(10).second_line(
        "lin", "applications", "簽核 API 回應 502，疑似應用伺服器逾時。可於上班時間聯絡使用者。", engineer="kuo"
    )
    case.after(20).taken("kuo").after(70).notes("kuo", "AP-2 的連線池耗盡，已先重啟服務並加大連線池。")
    case.after(10).resolved("kuo", "已調整公文系統連線設定並重啟，簽核恢復正常。", causal_component="AP-2")
    case.after(200).confirmed("user09")
    case.after(2200).move("reopen", "user09", reason="今天上午又出現 502，約每十次一次。")
    case.after(30).says("kuo", "抱歉造成困擾，我們正在比對負載平衡器紀錄，今天內回覆您。")


def ups_battery(world: World, now: datetime) -> None:
    """The battery of UPS-02: a major incident that is running now, with updates promised and a child."""
    case = Case.reported(
        world, "sun", "UPS-02 電池模組告警，備援時間不足 3 分鐘", "監控：UPS-02 battery module fault, runtime 170 s。",
        service="machine-room", at=now - minutes(72), channel="monitor", still_working="partly",
        occurred_at=now - minutes(75), affected_users=1200,
    )  # fmt: skip
    case.after(4).classified("tsai", "environment", impact=1, urgency=1, component="UPS-02")
    case.after(2).second_line("tsai", "facility", "UPS-02 電池模組異常，公文資料庫所在機櫃由其供電。", engineer="chen")
    case.after(3).taken("chen").after(4).move("propose_major", "tsai", criterion="facility")
    case.after(3).move(
        "declare_major", "huang", criterion="facility", lead=case.person("huang"), comms_owner=case.person("lin"),
        next_update_at=case.at + minutes(30), war_room="計中 B1 應變中心，分機 2300",
    )  # fmt: skip
    case.after(6).notes("chen", "已將 R07、R08 機櫃切至市電 B 路；電池廠商預計一小時內到場。")
    _publish(case, "已將重要機櫃改由市電 B 路供電，目前服務未中斷。廠商前來更換電池中。",
             "Critical racks now run on mains feed B; services are up. The supplier is on the way.", 30)  # fmt: skip
    case.after(27)
    _publish(
        case,
        "廠商已到場，更換電池模組中，預計 40 分鐘完成。",
        "The supplier is on site; replacement takes about 40 minutes.",
        35,
    )
    child = Case.reported(
        world, "user26", "公文系統切換電源時短暫斷線", "大約一分鐘無法連線。", service="documents", at=now - minutes(40)
    )
    child.after(6).classified("lin", "outage", impact=2, urgency=2).after(2).at_desk("lin")
    attach_child(child.record, parent=case.record, by=child.person("lin"), at=child.at)


def _publish(case: Case, zh: str, en: str, next_in: int) -> None:
    publish(
        case.record, text_zh=zh, text_en=en, next_update_at=case.at + minutes(next_in), by=case.person("huang"),
        to_everyone=False, at=case.at,
    )  # fmt: skip


def vpn_waiting(world: World, now: datetime) -> None:
    """A VPN case in English that waits for its requester."""
    case = Case.reported(
        world, "smith", "VPN drops every ten minutes from home", "Since last week the VPN client loses the connection while I work on the cluster.",
        service="vpn", at=now - minutes(1720),
    )  # fmt: skip
    case.after(25).classified("lin", "network", impact=3, urgency=2).after(3).at_desk("lin")
    case.after(10).says("lin", "Thank you for the report. We see the disconnections in our log as well.")
    case.after(45).held(
        "lin",
        "awaiting_user",
        days=3,
        question="Could you send us the client's log and tell us which network you are in?",
    )


def course_p1(world: World, now: datetime) -> None:
    """A P1 whose time is nearly used up; judged not to be a major incident."""
    case = Case.reported(
        world, "user02", "選課系統無法送出加退選", "按下送出後一直轉圈，學生來電反映。", service="course-system", channel="phone",
        by="wu", at=now - minutes(205), still_working="no",
    )  # fmt: skip
    case.after(6).classified("wu", "function", impact=1, urgency=1).after(3)
    case.second_line("wu", "applications", "加退選送出無回應，10:00 起大量來電。", engineer="kuo").after(6).taken("kuo")
    case.after(25).says("kuo", "已確認為加退選排程鎖住資料表，正在處理。")
    case.after(85).move("propose_major", "", criterion="overdue_p1")
    case.after(4).move("decline_major", "huang", reason="僅影響補選名單約 60 人，已有人工受理，不列為重大事故。")
    case.after(30).notes("kuo", "已清除鎖定並縮小排程批次，觀察送出成功率中。")


def awaiting_confirmation(world: World, now: datetime) -> None:
    """Solved, and the requester is asked whether it is."""
    case = Case.reported(
        world,
        "wang",
        "教務處印表機無法雙面列印",
        "換過驅動後只能單面。",
        service="desktop",
        at=now - minutes(1460),
        still_working="partly",
    )
    case.after(18).classified("wu", "hardware", impact=3, urgency=3).after(5).at_desk("wu")
    case.after(60).says("wu", "我們會在今天下午到場檢查。").after(5).says("wang", "好的，我下午都在座位上。")
    case.after(120).resolved("wu", "已重新安裝正確的驅動程式並設定預設雙面列印，請協助確認。")


def undecided(world: World, now: datetime) -> None:
    """Cases from portal, mail and phone that nobody has judged yet."""
    Case.reported(
        world,
        "user13",
        "圖書館無線網路連不上",
        "三樓閱覽區 eduroam 一直要求重新登入。",
        service="campus-network",
        at=now - minutes(52),
        still_working="no",
    )
    Case.asked(
        world,
        "mueller",
        "Access to the old project share",
        "I need to read the files of the 2024 project on the shared drive.",
        at=now - minutes(38),
        channel="mail",
    )
    Case.reported(
        world,
        "user18",
        "薪資報表開啟後亂碼",
        "附件為示意畫面，請勿外傳。",
        service="documents",
        at=now - minutes(27),
        confidential=True,
    )
    Case.asked(world, "user21", "請問 MATLAB 授權可以裝在家裡的電腦嗎？", "系上老師詢問。", at=now - minutes(16))
    Case.reported(world, "user08", "會議室投影機沒有畫面", "下午三點要開會。", service="desktop", at=now - minutes(6), channel="phone", by="hsu")  # fmt: skip


def hand_over(world: World, now: datetime) -> None:
    """Handed to the second line, and nobody there has accepted it yet."""
    case = Case.reported(
        world,
        "user14",
        "機房 CRAC-2 出風溫度偏高 27.5 °C",
        "巡檢時發現。",
        service="machine-room",
        at=now - minutes(66),
        channel="phone",
        by="hsu",
    )
    case.after(7).classified("hsu", "environment", impact=2, urgency=2, component="CRAC-2").after(4)
    case.second_line("hsu", "facility", "CRAC-2 出風 27.5 °C、濕度 58 %，其餘兩台正常。已請保全協助看守。")
    network = Case.reported(
        world,
        "user22",
        "物理系三樓網路節點沒有訊號",
        "換過網路線仍無燈號。",
        service="campus-network",
        at=now - minutes(130),
    )
    network.after(11).classified("tsai", "network", impact=3, urgency=2).after(6).at_desk("tsai")
    network.after(20).second_line("tsai", "network", "已請使用者換線、換孔測試，埠 3F-17 無連線。")


def late_and_long(world: World, now: datetime) -> None:
    """One that the desk let lie, one that waits for a supplier, and an order with half its tasks done."""
    late = Case.reported(
        world, "user19", "主計系統匯出報表很慢", "匯出要十分鐘以上。", service="documents", at=now - minutes(7300)
    )
    late.after(70).classified("lin", "slow", impact=2, urgency=3).after(12).at_desk("lin")
    late.after(40).says("lin", "已請廠商協助分析，會再回覆。")
    parts = Case.reported(
        world, "user27", "秘書室電腦開機藍畫面", "早上開機後出現藍畫面。", service="desktop", at=now - minutes(3000)
    )
    parts.after(30).classified("wu", "hardware", impact=3, urgency=2).after(9).at_desk("wu")
    parts.after(90).held("wu", "awaiting_supplier", days=3)
    order = Case.ordered(world, "user16", "new-computer", "下月一日新進同仁報到。", at=now - minutes(4400))
    order.after(180).move("approve_request", "personnel-lead", reason="同意。")
    order.after(60).at_desk("lin").after(300).tasks_done("lin", most=2)


def past_major(world: World, now: datetime) -> None:
    """A major incident of some weeks ago, brought to its end, with report and problem."""
    case = Case.reported(
        world, "user04", "全校對外網路中斷", "學務處無法連線任何外部網站。", service="campus-network", channel="phone", by="lin",
        at=now - timedelta(days=24, hours=3), still_working="no", affected_users=5200,
    )  # fmt: skip
    case.after(3).classified("lin", "outage", impact=1, urgency=1, component="core-sw-1")
    case.after(2).second_line("lin", "network", "全校對外中斷，骨幹交換器告警。", engineer="liu").after(2).taken("liu")
    parts_of.open_outage(
        case.record, service=world.services["campus-network"], started_at=case.at - minutes(9), by=case.person("liu"),
        affected_users=5200, at=case.at,
    )  # fmt: skip
    case.after(2).move(
        "declare_major", "huang", criterion="many_users", lead=case.person("huang"), comms_owner=case.person("lin"),
        next_update_at=case.at + minutes(30), war_room="計中會議室",
    )  # fmt: skip
    _publish(case, "對外網路中斷，正切換至備援線路。", "The uplink is down; we are switching to the standby line.", 30)
    case.after(48).resolved(
        "liu", "更換骨幹交換器故障光模組並切回主線路。", causal_component="core-sw-1", restored_at=case.at
    )
    case.after(100).confirmed("user04").after(1600)
    _review(case)


def _review(case: Case) -> None:
    """Write the report, tell top management, and finish the review."""
    report = {
        "impact": "全校對外網路中斷 57 分鐘，約 5,200 人受影響。", "users": 5200, "cause": "骨幹交換器 core-sw-1 光模組故障。",
        "handling": "切換備援線路、更換光模組後切回。", "went_well": "八分鐘內宣告並通知。", "went_badly": "備援線路切換需人工操作。",
        "actions": "備援改為自動切換；光模組備品增為四組。", "management_told_at": case.at, "management_told_how": "電話報告李主任",
    }  # fmt: skip
    write_report(case.record, report, by=case.person("huang"), at=case.at)
    case.after(60).move(
        "complete_major_review", "huang", reviewed_on=case.at.date(), attendees="李主任、黃志明、劉建宏", lessons="單一光模組不應中斷全校對外。",
        actions="備援改為自動切換；光模組備品增為四組。",
    )  # fmt: skip


def lead(case: Case, who: str, category: str, *, cause_in: int, solution_in: int) -> Case:
    """Let the problem manager confirm a problem, grade it and give it to its lead."""
    world, day = case.world, case.at.date()
    case.after(60).move("confirm_problem", "huang").after(20)
    return case.move(
        "classify", "huang", category=world.categories[category], impact="2", urgency="2", assignee=case.person(who),
        cause_due_on=day + timedelta(days=cause_in), solution_due_on=day + timedelta(days=solution_in),
    )  # fmt: skip


def uplink_problem(world: World, now: datetime) -> None:
    """The problem behind the past major incident: two rounds of analysis so far, and no cause yet."""
    case = Case.problem_of(world, "全校對外網路中斷", at=now - timedelta(days=20))
    lead(case, "liu", "outage", cause_in=30, solution_in=60).after(2900)
    case.move(
        "log_analysis_round", "liu", hypotheses="光模組過熱：機房溫度紀錄正常，排除。\n韌體缺陷：原廠查證中。",
        next_step="調閱備援線路切換紀錄", whys="對外網路中斷\n骨幹交換器光模組故障\n備援線路未自動切換",
        fishbone="設備：光模組同批四組\n方法：備援切換需人工\n人員：夜間無網路組值班",
    )  # fmt: skip
    case.after(4300).move(
        "log_analysis_round", "liu", hypotheses="同批光模組：送原廠檢測，結果未定。", next_step="取得原廠檢測報告"
    )
    case.notes("liu", "原廠預計本週回覆檢測結果。")


def documents_known_error(world: World, now: datetime) -> None:
    """The 502 of the document system: cause known, a workaround in place, and two open incidents that it helps."""
    open_case = Case.reported(
        world,
        "user17",
        "公文系統簽核偶爾出現 502",
        "午休後送出簽核常失敗。",
        service="documents",
        at=now - minutes(4000),
    )
    open_case.after(20).classified("hsu", "function", impact=3, urgency=2, component="AP-2").after(5).at_desk("hsu")
    case = Case.problem(
        world, "公文系統簽核出現 502", "同樣的 502 一再發生。", service="documents", at=now - minutes(3900)
    )
    for other in (open_case, Case.named(world, "公文系統簽核時出現 502 Bad Gateway")):
        link(other.record, case.record, kind=LinkKind.ESCALATED_TO_PROBLEM, by=case.person("huang"), at=case.at)
    lead(case, "kuo", "function", cause_in=14, solution_in=40).after(1200).move(
        "propose_root_cause", "kuo", root_cause="應用伺服器 AP-2 的連線池上限過低，尖峰時耗盡。", rc_method="5why",
        rc_evidence="AP-2 連線池監控圖與 502 時間一致。", causal_component="AP-2",
        whys="簽核回應 502\n應用伺服器逾時\n取不到資料庫連線\n連線池耗盡\n上限仍為上線時的設定",
    )  # fmt: skip
    case.after(300).move("accept_root_cause", "huang").after(15).move("seek_solution", "kuo")
    case.after(600).move(
        "establish_workaround", "kuo", workaround="請使用者改由 ap1 入口簽核；仍失敗時由應用組重啟 AP-2 連線池（約一分鐘）。",
        workaround_applies="簽核送出後出現 502 Bad Gateway。", workaround_risk="重啟時簽核中斷約一分鐘。",
        workaround_tested_by=case.person("kuo"),
    )  # fmt: skip


STORIES: tuple[Callable[[World, datetime], None], ...] = (
    past_major, uplink_problem, late_and_long, documents_502, documents_known_error, vpn_waiting, mailbox_with_approval, password_by_desk, awaiting_confirmation,
    course_p1, hand_over, ups_battery, undecided,
)  # fmt: skip


def tell(world: World, *, at: datetime) -> None:
    """Make every story happen up to ``at``."""
    for story in STORIES:
        story(world, at)
