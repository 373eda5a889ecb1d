"""The major incident as a table: a second state beside the incident's own."""

from incidents import inputs as asks
from incidents import major
from itsm.flow import Flow, State, Transition, Words
from itsm.flow.table import states, transitions

MAJOR_INCIDENT = Flow(
    key="major_incident",
    model="incidents.Incident",
    field="major_status",
    title=Words("Major incident (second FSM field on Incident)", "重大事故（Incident 之第二個狀態欄位）"),
    initial="none",
    final=("reviewed", "demoted", "none"),
    prefix="",
    states=states(
        State("none", Words("Not major", "非重大"), phase="new", clock="-", tone="closed"),
        State("proposed", Words("Proposed", "重大事故候選"), phase="working", clock="-", tone="decision"),
        State("declared", Words("Declared", "已宣告重大事故"), phase="working", clock="-", tone="danger"),
        State("restored", Words("Service restored", "服務已復原"), phase="working", clock="-", tone="done"),
        State("reviewed", Words("Reviewed", "已完成檢討"), phase="done", clock="-", tone="done"),
        State("demoted", Words("Demoted", "已解除重大"), phase="done", clock="-", tone="closed"),
    ),
    transitions=transitions(
        Transition(
            "propose_major",
            Words("Propose as major", "提報重大事故"),
            source=("none", "demoted"),
            target="proposed",
            roles=("agent", "engineer", "system"),
            inputs=(asks.CRITERION,),
            effect=major.propose,
        ),
        Transition(
            "declare_major",
            Words("Declare major", "宣告重大事故"),
            source=("none", "proposed", "demoted"),
            target="declared",
            roles=("incident_manager",),
            inputs=(
                asks.CRITERION,
                asks.LEAD,
                asks.COMMS_OWNER,
                asks.NEXT_UPDATE,
                asks.WAR_ROOM,
            ),
            effect=major.declare,
            danger=True,
        ),
        Transition(
            "decline_major",
            Words("Decline", "不列為重大事故"),
            source=("proposed",),
            target="demoted",
            roles=("incident_manager",),
            inputs=(asks.REASON,),
            effect=major.decline,
        ),
        Transition(
            "mark_restored",
            Words("Service restored", "服務復原"),
            source=("declared",),
            target="restored",
            roles=("incident_manager", "engineer"),
            guards=("g_no_open_outage",),
            inputs=(
                asks.RESTORED,
                asks.HOW,
            ),
            effect=major.restore,
        ),
        Transition(
            "mark_down_again",
            Words("Down again", "再次中斷"),
            source=("restored",),
            target="declared",
            roles=("incident_manager", "agent"),
            effect=major.down_again,
        ),
        Transition(
            "mark_reviewed",
            Words("Review finished", "完成檢討"),
            source=("restored",),
            target="reviewed",
            roles=("incident_manager",),
            guards=("g_mi_report",),
        ),
        Transition(
            "demote_major",
            Words("Demote", "解除重大事故"),
            source=("declared",),
            target="demoted",
            roles=("incident_manager",),
            inputs=(asks.REASON,),
            effect=major.demote,
        ),
    ),
)
