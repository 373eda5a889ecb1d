"""Contracts, supplier disputes and service reviews as tables: machines of our own beside the specification's."""

from itsm.flow import Flow, State, Transition, Words
from itsm.flow.table import states, transitions
from relationships import supplier_asks as asks
from relationships import supplier_effects as effects
from relationships.supplier_guards import end_after_start, review_ahead

KEEPERS = ("slm", "brm")

CONTRACT = Flow(
    key="contract",
    model="relationships.Contract",
    title=Words("Contract", "合約"),
    initial="draft",
    final=("expired", "terminated"),
    prefix="CON",
    states=states(
        State("draft", Words("Draft", "草稿"), phase="new", clock="-", tone="new"),
        State("in_force", Words("In force", "生效中"), phase="working", clock="-", tone="working"),
        State("under_review", Words("Under review", "審查中"), phase="working", clock="-", tone="decision"),
        State("expired", Words("Expired", "已到期"), phase="done", clock="-", tone="closed"),
        State("terminated", Words("Terminated", "已終止"), phase="done", clock="-", tone="closed"),
    ),
    transitions=transitions(
        Transition(
            "put_in_force",
            Words("Put in force", "生效"),
            source=("draft",),
            target="in_force",
            roles=KEEPERS,
            guards=("g_agreement_complete",),
        ),
        Transition(
            "begin_review",
            Words("Begin review", "開始審查"),
            source=("in_force",),
            target="under_review",
            roles=KEEPERS,
        ),
        Transition(
            "finish_review",
            Words("Goes on as it is", "審查後續行"),
            source=("under_review",),
            target="in_force",
            roles=KEEPERS,
            inputs=(asks.MINUTES, asks.NEXT_REVIEW),
            effect=effects.keep_review,
            refuses=(review_ahead,),
        ),
        Transition(
            "renew",
            Words("Renew", "續約"),
            source=("in_force", "under_review"),
            target="in_force",
            roles=KEEPERS,
            inputs=(asks.NEW_END, asks.NEXT_REVIEW, asks.MINUTES),
            effect=effects.renew,
            refuses=(review_ahead, end_after_start),
        ),
        Transition(
            "expire",
            Words("Expired", "到期"),
            source=("in_force", "under_review"),
            target="expired",
            roles=("system",),
            effect=effects.end_contract,
        ),
        Transition(
            "terminate",
            Words("Terminate", "終止"),
            source=("draft", "in_force", "under_review"),
            target="terminated",
            roles=(*KEEPERS, "management_rep"),
            inputs=(asks.REASON,),
            effect=effects.end_contract,
            danger=True,
        ),
    ),
)

SUPPLIER_DISPUTE = Flow(
    key="supplier_dispute",
    model="relationships.SupplierDispute",
    title=Words("Supplier dispute", "供應者爭議"),
    initial="raised",
    final=("settled", "dropped"),
    prefix="DSP",
    states=states(
        State("raised", Words("Raised", "已提出"), phase="new", clock="-", tone="new"),
        State("negotiating", Words("Negotiating", "協商中"), phase="working", clock="-", tone="working"),
        State("escalated", Words("Escalated", "已升級處理"), phase="working", clock="-", tone="decision"),
        State("settled", Words("Settled", "已解決"), phase="done", clock="-", tone="closed"),
        State("dropped", Words("Dropped", "已撤回"), phase="done", clock="-", tone="closed"),
    ),
    transitions=transitions(
        Transition(
            "negotiate",
            Words("Negotiate", "開始協商"),
            source=("raised",),
            target="negotiating",
            roles=KEEPERS,
            inputs=(asks.CONTRACT, asks.STEP),
            effect=effects.negotiate,
        ),
        Transition(
            "note_step",
            Words("Note a step", "登錄協商進度"),
            source=("negotiating", "escalated"),
            target=None,
            roles=KEEPERS,
            inputs=(asks.STEP,),
        ),
        Transition(
            "take_higher",
            Words("Escalate", "升級處理"),
            source=("negotiating",),
            target="escalated",
            roles=KEEPERS,
            inputs=(asks.REASON,),
        ),
        Transition(
            "settle",
            Words("Settle", "達成解決"),
            source=("negotiating", "escalated"),
            target="settled",
            roles=(*KEEPERS, "management_rep"),
            inputs=(asks.RESULT, asks.FAVOUR),
            effect=effects.settle,
        ),
        Transition(
            "drop",
            Words("Drop", "撤回爭議"),
            source=("raised", "negotiating"),
            target="dropped",
            roles=KEEPERS,
            inputs=(asks.REASON,),
            effect=effects.drop_dispute,
            danger=True,
        ),
    ),
)

SERVICE_REVIEW = Flow(
    key="service_review",
    model="relationships.ServiceReview",
    title=Words("Service review", "服務審查"),
    initial="planned",
    final=("signed", "cancelled"),
    prefix="SRV",
    states=states(
        State("planned", Words("Planned", "已排定"), phase="new", clock="-", tone="new"),
        State("held", Words("Held", "已召開"), phase="working", clock="-", tone="decision"),
        State("signed", Words("Signed", "已簽署"), phase="done", clock="-", tone="closed"),
        State("cancelled", Words("Cancelled", "已取消"), phase="done", clock="-", tone="closed"),
    ),
    transitions=transitions(
        Transition(
            "hold_review",
            Words("Record the meeting", "登錄會議"),
            source=("planned",),
            target="held",
            roles=KEEPERS,
            inputs=(asks.ATTENDEES, asks.MINUTES, asks.DECISIONS, asks.BUSINESS_CHANGES, asks.NEW_NEEDS),
            effect=effects.hold_review,
        ),
        Transition(
            "sign_review",
            Words("Signed by the customer", "客戶簽署"),
            source=("held",),
            target="signed",
            roles=KEEPERS,
            inputs=(asks.SIGNED_BY, asks.NEXT_ON),
            effect=effects.sign_review,
            refuses=(review_ahead,),
        ),
        Transition(
            "cancel_review",
            Words("Cancel", "取消"),
            source=("planned",),
            target="cancelled",
            roles=KEEPERS,
            inputs=(asks.REASON,),
            danger=True,
        ),
    ),
)
