"""The agreement as a table: drafted, negotiated, signed, in force, reviewed, revised, ended."""

from itsm.flow import Flow, State, Transition, Words
from itsm.flow.table import states, transitions
from sla import agreement_asks as asks
from sla import agreement_effects as effects
from sla import agreement_guards as guards

AGREEMENT = Flow(
    key="agreement",
    model="sla.ServiceAgreement",
    title=Words("SLA / OLA / contract", "協議（SLA／OLA／合約）"),
    initial="draft",
    final=("expired", "terminated"),
    prefix="SLA",
    states=states(
        State("draft", Words("Draft", "草稿"), phase="new", clock="-", tone="new"),
        State("negotiating", Words("Negotiating", "協商中"), phase="working", clock="-", tone="working"),
        State("agreed", Words("Agreed (signed)", "已簽署"), phase="waiting", clock="-", tone="waiting"),
        State("active", Words("In force", "生效中"), phase="done", clock="-", tone="working"),
        State("under_review", Words("Under review", "審查中"), phase="working", clock="-", tone="decision"),
        State("expired", Words("Expired", "已到期"), phase="done", clock="-", tone="closed"),
        State("terminated", Words("Terminated", "已終止"), phase="done", clock="-", tone="closed"),
    ),
    transitions=transitions(
        Transition(
            "open_negotiation",
            Words("Negotiate", "開始協商"),
            source=("draft",),
            target="negotiating",
            roles=("slm", "service_owner"),
        ),
        Transition(
            "sign",
            Words("Sign", "簽署"),
            source=("negotiating",),
            target="agreed",
            roles=("slm", "management_rep"),
            guards=("g_agreement_complete",),
            inputs=(asks.PROVIDER_SIGNER, asks.CUSTOMER_SIGNER, asks.CUSTOMER_TITLE, asks.HOW, asks.EDITION),
            effect=effects.sign,
            refuses=(guards.edition_goes_on,),
        ),
        Transition(
            "activate",
            Words("Activate", "生效"),
            source=("agreed",),
            target="active",
            roles=("slm", "system"),
            inputs=(asks.EFFECTIVE,),
            effect=effects.activate,
            refuses=(guards.effective_now, guards.nobody_promised_it),
        ),
        Transition(
            "begin_review",
            Words("Review", "開始審查"),
            source=("active",),
            target="under_review",
            roles=("slm",),
        ),
        Transition(
            "confirm_unchanged",
            Words("Confirm", "續行"),
            source=("under_review",),
            target="active",
            roles=("slm",),
            inputs=(asks.MINUTES, asks.NEXT_REVIEW),
            effect=effects.confirm,
            refuses=(guards.review_ahead,),
        ),
        Transition(
            "revise",
            Words("Revise", "修訂"),
            source=("under_review", "active"),
            target="negotiating",
            roles=("slm",),
            guards=("g_authorised_change",),
            inputs=(asks.CHANGE,),
            effect=effects.revise,
        ),
        Transition(
            "expire_agreement",
            Words("Expire", "到期"),
            source=("active", "under_review"),
            target="expired",
            roles=("system",),
            effect=effects.end,
        ),
        Transition(
            "terminate",
            Words("Terminate", "終止"),
            source=("active", "under_review", "negotiating"),
            target="terminated",
            roles=("slm", "management_rep"),
            inputs=(asks.REASON,),
            effect=effects.end,
            danger=True,
        ),
    ),
)
