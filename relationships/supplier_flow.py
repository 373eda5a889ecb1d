"""The supplier case as a table: what a supplier is asked, and what it answers."""

from itsm.flow import Flow, State, Transition, Words
from itsm.flow.table import states, transitions
from relationships import supplier_asks as asks
from relationships import supplier_effects as effects
from relationships.supplier_guards import somebody_named

SUPPLIER_CASE = Flow(
    key="supplier_case",
    model="relationships.SupplierCase",
    title=Words("Supplier case", "供應商案件"),
    initial="open",
    final=("closed", "cancelled"),
    prefix="SC",
    states=states(
        State("open", Words("Opened", "已開立"), phase="new", clock="run", tone="new"),
        State("waiting", Words("With the supplier", "供應商處理中"), phase="working", clock="run", tone="waiting"),
        State("answered", Words("Answered", "供應商已回覆"), phase="waiting", clock="stop (soft)", tone="decision"),
        State("closed", Words("Closed", "結案"), phase="done", clock="stop", tone="closed"),
        State("cancelled", Words("Cancelled", "已取消"), phase="done", clock="cancel", tone="closed"),
    ),
    transitions=transitions(
        Transition(
            "send",
            Words("Send to supplier", "送交供應商"),
            source=("open",),
            target="waiting",
            roles=("agent", "engineer"),
            inputs=(asks.CONTRACT, asks.REFERENCE, asks.CONTACT, asks.QUESTION),
            effect=effects.send,
            refuses=(somebody_named,),
        ),
        Transition(
            "record_answer",
            Words("Answer received", "登錄回覆"),
            source=("waiting",),
            target="answered",
            roles=("agent", "engineer", "system"),
            inputs=(asks.ANSWER,),
            effect=effects.record_answer,
        ),
        Transition(
            "ask_again",
            Words("Not sufficient", "回覆不足再詢"),
            source=("answered",),
            target="waiting",
            roles=("agent", "engineer"),
            inputs=(asks.MISSING,),
            effect=effects.ask_again,
        ),
        Transition(
            "close",
            Words("Close", "結案"),
            source=("answered",),
            target="closed",
            roles=("agent", "engineer"),
            inputs=(asks.OUTCOME,),
            effect=effects.close,
        ),
        Transition(
            "cancel",
            Words("Cancel", "取消"),
            source=("open", "waiting"),
            target="cancelled",
            roles=("agent", "engineer"),
            inputs=(asks.REASON,),
            effect=effects.cancel,
            danger=True,
        ),
    ),
)
