"""The life of a configuration item as a table: from plan to disposal."""

from configuration import asks, effects, guards
from itsm.flow import Flow, State, Transition, Words
from itsm.flow.table import states, transitions

CI = Flow(
    key="ci",
    model="configuration.ConfigurationItem",
    title=Words("Configuration item lifecycle", "組態項目生命週期"),
    initial="planned",
    final=("disposed",),
    prefix="CI",
    states=states(
        State("planned", Words("Planned", "規劃中"), phase="new", clock="-", tone="new"),
        State("in_stock", Words("In stock", "庫存"), phase="waiting", clock="-", tone="waiting"),
        State("in_build", Words("Being built", "建置中"), phase="working", clock="-", tone="working"),
        State("live", Words("Live", "上線"), phase="done", clock="-", tone="done"),
        State("under_change", Words("Under change", "變更中"), phase="working", clock="-", tone="working"),
        State("retired", Words("Retired", "停用"), phase="done", clock="-", tone="closed"),
        State("disposed", Words("Disposed", "已報廢"), phase="done", clock="-", tone="closed"),
        State("missing", Words("Missing (audit)", "稽核缺失"), phase="working", clock="-", tone="late"),
    ),
    transitions=transitions(
        Transition(
            "receive", Words("Receive", "入庫"), source=("planned",), target="in_stock", roles=("config_manager",)
        ),
        Transition(
            "begin_build",
            Words("Build", "開始建置"),
            source=("planned", "in_stock"),
            target="in_build",
            roles=("config_manager", "engineer"),
        ),
        Transition(
            "put_live",
            Words("Put live", "上線"),
            source=("in_build", "in_stock", "under_change"),
            target="live",
            roles=("config_manager", "system"),
            guards=("g_authorised_change",),
            inputs=(asks.CHANGE, asks.CORRECTION),
            effect=effects.put_live,
            refuses=(guards.complete,),
        ),
        Transition(
            "begin_change",
            Words("Begin change", "開始變更"),
            source=("live",),
            target="under_change",
            roles=("system", "config_manager"),
            guards=("g_authorised_change",),
            inputs=(asks.CHANGE, asks.CORRECTION),
            effect=effects.authorise,
        ),
        Transition(
            "retire_ci",
            Words("Retire", "停用"),
            source=("live", "in_stock", "missing"),
            target="retired",
            roles=("config_manager",),
            guards=("g_authorised_change",),
            inputs=(asks.CHANGE, asks.CORRECTION),
            effect=effects.authorise,
            danger=True,
        ),
        Transition(
            "dispose",
            Words("Dispose", "報廢"),
            source=("retired",),
            target="disposed",
            roles=("config_manager",),
            inputs=(asks.DISPOSAL_RECORD, asks.WIPE_EVIDENCE),
            danger=True,
        ),
        Transition(
            "mark_missing",
            Words("Not found in audit", "稽核未尋獲"),
            source=("live", "in_stock", "retired"),
            target="missing",
            roles=("config_manager", "auditor"),
            inputs=(asks.AUDIT_LINE,),
            danger=True,
        ),
        Transition(
            "mark_found",
            Words("Found", "尋獲"),
            source=("missing",),
            target="live",
            roles=("config_manager",),
            inputs=(asks.EVIDENCE,),
        ),
    ),
)
