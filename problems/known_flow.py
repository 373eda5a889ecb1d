"""The known error as a table: from draft to retirement."""

from itsm.flow import Flow, State, Transition, Words
from itsm.flow.table import states, transitions
from problems import asks, known_effects

KNOWN_ERROR = Flow(
    key="known_error",
    model="problems.KnownError",
    title=Words("Known error", "已知錯誤"),
    initial="draft",
    final=("retired",),
    prefix="KE",
    states=states(
        State("draft", Words("Draft", "草稿"), phase="new", clock="-", tone="new"),
        State("published", Words("Published", "已發布"), phase="done", clock="-", tone="working"),
        State("resolved", Words("Resolved", "已解決"), phase="done", clock="-", tone="closed"),
        State("retired", Words("Retired", "已停用"), phase="done", clock="-", tone="closed"),
    ),
    transitions=transitions(
        Transition(
            "publish",
            Words("Publish", "發布"),
            source=("draft",),
            target="published",
            roles=("problem_manager", "problem_handler", "system"),
            inputs=(asks.SYMPTOMS, asks.CAUSE, asks.KE_WORKAROUND),
            effect=known_effects.publish,
        ),
        Transition(
            "resolve_known_error",
            Words("Resolve", "標示已解決"),
            source=("published",),
            target="resolved",
            roles=("problem_manager", "system"),
            inputs=(asks.FIXED_IN,),
            effect=known_effects.resolve,
        ),
        Transition(
            "republish",
            Words("Publish again", "重新發布"),
            source=("resolved",),
            target="published",
            roles=("problem_manager", "system"),
            inputs=(asks.REASON,),
            effect=known_effects.look_again,
        ),
        Transition(
            "retire",
            Words("Retire", "停用"),
            source=("draft", "published", "resolved"),
            target="retired",
            roles=("problem_manager",),
            inputs=(asks.REASON,),
            danger=True,
        ),
    ),
)
