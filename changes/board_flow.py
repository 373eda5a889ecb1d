"""The meeting of the committee of changes as a table: from the plan to the signed minutes."""

from changes import board_asks as asks
from changes import board_effects as effects
from changes.board_guards import attendees_known, signer_was_there
from itsm.flow import Flow, State, Transition, Words
from itsm.flow.table import states, transitions

CAB_MEETING = Flow(
    key="cab_meeting",
    model="changes.CabMeeting",
    title=Words("CAB meeting", "變更審核委員會會議"),
    initial="planned",
    final=("closed", "cancelled"),
    prefix="CAB",
    states=states(
        State("planned", Words("Planned", "已排定"), phase="new", clock="-", tone="new"),
        State("agenda_published", Words("Agenda published", "議程已發布"), phase="working", clock="-", tone="waiting"),
        State("in_session", Words("In session", "會議中"), phase="working", clock="-", tone="working"),
        State(
            "minutes", Words("Minutes being approved", "會議紀錄確認中"), phase="working", clock="-", tone="decision"
        ),
        State("closed", Words("Closed", "結案"), phase="done", clock="-", tone="done"),
        State("cancelled", Words("Cancelled", "已取消"), phase="done", clock="-", tone="closed"),
    ),
    transitions=transitions(
        Transition(
            "publish_agenda",
            Words("Publish agenda", "發布議程"),
            source=("planned",),
            target="agenda_published",
            roles=("change_manager",),
            effect=effects.publish,
        ),
        Transition(
            "open_meeting",
            Words("Open", "開始會議"),
            source=("agenda_published", "planned"),
            target="in_session",
            roles=("change_manager", "cab"),
            inputs=(asks.ATTENDEES,),
            effect=effects.begin,
            refuses=(attendees_known,),
        ),
        Transition(
            "end_meeting",
            Words("End", "結束會議"),
            source=("in_session",),
            target="minutes",
            roles=("change_manager",),
            guards=("g_all_items_decided",),
            effect=effects.end,
        ),
        Transition(
            "approve_minutes",
            Words("Approve minutes", "確認紀錄"),
            source=("minutes",),
            target="closed",
            roles=("cab",),
            guards=("g_minutes",),
            effect=effects.sign,
            refuses=(signer_was_there,),
        ),
        Transition(
            "cancel_meeting",
            Words("Cancel", "取消"),
            source=("planned", "agenda_published"),
            target="cancelled",
            roles=("change_manager",),
            inputs=(asks.REASON,),
            effect=effects.cancel,
            danger=True,
        ),
    ),
)
