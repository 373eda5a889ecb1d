"""The deployment to one target as a table."""

from itsm.flow import Flow, State, Transition, Words
from itsm.flow.table import states, transitions
from releases import asks, deploying

WORKERS = ("release_implementer", "system")

DEPLOYMENT = Flow(
    key="deployment",
    model="releases.Deployment",
    title=Words("Deployment (one target)", "部署作業"),
    initial="planned",
    final=("succeeded", "rolled_back", "skipped", "failed"),
    prefix="DEP",
    states=states(
        State("planned", Words("Planned", "已規劃"), phase="new", clock="-", tone="new"),
        State("in_progress", Words("In progress", "部署中"), phase="working", clock="-", tone="working"),
        State("succeeded", Words("Succeeded", "成功"), phase="done", clock="-", tone="done"),
        State("failed", Words("Failed", "失敗"), phase="done", clock="-", tone="danger"),
        State("rolled_back", Words("Rolled back", "已退版"), phase="done", clock="-", tone="waiting"),
        State("skipped", Words("Skipped", "略過"), phase="done", clock="-", tone="closed"),
    ),
    transitions=transitions(
        Transition(
            "begin",
            Words("Begin", "開始"),
            source=("planned",),
            target="in_progress",
            roles=WORKERS,
            effect=deploying.begin,
            refuses=(
                deploying.release_deploys,
                deploying.approver_apart,
                deploying.nothing_failed,
                deploying.earlier_waves_done,
            ),
        ),
        Transition(
            "succeed",
            Words("Succeed", "成功"),
            source=("in_progress",),
            target="succeeded",
            roles=WORKERS,
            inputs=(asks.VERSION, asks.EVIDENCE, asks.DOWNTIME),
            effect=deploying.succeed,
            refuses=(deploying.approver_apart,),
        ),
        Transition(
            "fail",
            Words("Fail", "失敗"),
            source=("in_progress",),
            target="failed",
            roles=WORKERS,
            inputs=(asks.ERROR, asks.DOWNTIME),
            effect=deploying.fail,
            danger=True,
        ),
        Transition(
            "roll_back_target",
            Words("Roll back", "退版"),
            source=("in_progress", "failed", "succeeded"),
            target="rolled_back",
            roles=("release_implementer",),
            inputs=(asks.REASON, asks.DOWNTIME),
            effect=deploying.roll_back,
            refuses=(deploying.release_not_over,),
            danger=True,
        ),
        Transition(
            "retry",
            Words("Retry", "重試"),
            source=("failed",),
            target="in_progress",
            roles=("release_implementer",),
            effect=deploying.retry,
            refuses=(deploying.release_deploys, deploying.approver_apart),
        ),
        Transition(
            "skip",
            Words("Skip", "略過"),
            source=("planned",),
            target="skipped",
            roles=("release_manager",),
            inputs=(asks.REASON,),
        ),
    ),
)
