"""What an item asks, who must approve it, how its work is planned, and who may order it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from catalogue.items import answers, fields, plans
from catalogue.items.answers import Judge, NotFound
from catalogue.items.policies import Outcome, can_be_met, outcome
from catalogue.models import Category, RequestItem, Service
from changes.models import Change
from incidents import ordering, services
from incidents.models import ServiceRequest
from itsm.notices.models import Outbox
from itsm.people.models import Organisation, Person, Team
from itsm.records import register
from itsm.records.links import linked
from itsm.records.models import LinkKind
from itsm.records.perform import perform
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.parts_of import end_task
from sla import late_tasks
from tests.catalogue.conftest import closed
from tests.fixtures import MONDAY, make_person

Y, N, W = True, False, None
FORM: list[dict[str, Any]] = [
    {
        "code": "size", "kind": "choice", "label_zh": "規格", "label_en": "Size", "required": True,
        "choices": [{"value": "small", "zh": "小", "en": "Small"}, {"value": "large", "zh": "大", "en": "Large"}],
    },
    {"code": "why", "kind": "text", "label_zh": "理由", "label_en": "Why so large?", "required": True, "longest": 20,
     "when": {"field": "size", "is": ["large"]}},
    {"code": "since", "kind": "date", "label_zh": "起用日", "label_en": "From", "ahead_days": 3},
    {"code": "mail", "kind": "text", "label_zh": "信箱", "label_en": "Mail", "check": "email"},
    {"code": "owner", "kind": "person", "label_zh": "負責人", "label_en": "Owner"},
]  # fmt: skip


def find(kind: str, raw: str) -> tuple[str, str]:
    if raw != "wang":
        raise NotFound("nobody")
    return "wang", "王小明"


def judged(**given: Any) -> answers.Answers:
    return answers.judge(fields.read(FORM), given, by=Judge(find, date(2026, 11, 23)))


# ---- the form -------------------------------------------------------------------------------
def test_answers_keep_the_words_of_their_fields() -> None:
    made = judged(size="large", why="模擬運算", since="2026/11/26", owner="wang")

    assert not made.faults
    assert [(row["code"], row["value"], row["text_zh"], row["text_en"]) for row in made.rows] == [
        ("size", "large", "大", "Large"), ("why", "模擬運算", "模擬運算", "模擬運算"),
        ("since", "2026-11-26", "2026/11/26 (四)", "Thu 26 Nov 2026"), ("owner", "wang", "王小明", "王小明"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, {"answers.size"}),
        ({"size": "large"}, {"answers.why"}),
        ({"size": "huge"}, {"answers.size"}),
        ({"size": "large", "why": "x" * 21}, {"answers.why"}),
        ({"size": "small", "since": "2026-11-25"}, {"answers.since"}),
        ({"size": "small", "since": "tomorrow"}, {"answers.since"}),
        ({"size": "small", "mail": "nobody"}, {"answers.mail"}),
        ({"size": "small", "owner": "ghost"}, {"answers.owner"}),
        ({"size": "small", "colour": "red"}, {"answers.colour"}),
    ],
)
def test_what_is_missing_or_wrong_is_named_by_its_field(given: dict[str, str], wrong: set[str]) -> None:
    assert set(judged(**given).faults) == wrong


def test_what_is_not_asked_is_dropped() -> None:
    made = judged(size="small", why="左右不問")

    assert [row["code"] for row in made.rows] == ["size"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"code": "Size"}, "small letter"),
        ({"code": "since"}, "twice"),
        ({"kind": "colour"}, "kind"),
        ({"choices": []}, "two or more"),
        ({"when": {"field": "since", "is": ["x"]}}, "no choice above it"),
        ({"longest": 9999}, "length"),
    ],
)
def test_a_broken_form_says_where(change: dict[str, Any], said: str) -> None:
    with translation.override("en"):
        assert fields.faults(fields.read(FORM)) == []
        found = fields.faults(fields.read([FORM[2], FORM[0] | change]))

    assert any(said in sentence for sentence in found)


def test_a_field_that_nobody_can_reach_is_named() -> None:
    lost = FORM[1] | {"when": {"field": "size", "is": ["huge"]}}
    with translation.override("en"):
        found = fields.faults(fields.read([FORM[0], lost]))

    assert found == ["Why so large?: it can never be reached: its condition names no value of “Size”"]


# ---- the policy -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rule", "needed", "votes", "expected"),
    [
        ("any", 1, [W, W], Outcome.OPEN), ("any", 1, [N, Y], Outcome.APPROVED), ("any", 1, [N, N], Outcome.REJECTED),
        ("all", 1, [Y, W], Outcome.OPEN), ("all", 1, [Y, Y], Outcome.APPROVED), ("all", 1, [W, N], Outcome.REJECTED),
        ("count", 2, [Y, W, W], Outcome.OPEN), ("count", 2, [Y, N, Y], Outcome.APPROVED),
        ("count", 2, [N, N, W], Outcome.REJECTED), ("count", 5, [Y, Y], Outcome.REJECTED),
        ("quorum", 2, [Y, W, W], Outcome.OPEN), ("quorum", 2, [Y, Y, W], Outcome.APPROVED),
        ("quorum", 3, [Y, Y, N], Outcome.APPROVED), ("quorum", 2, [Y, N, W], Outcome.OPEN),
        ("quorum", 2, [N, N, W], Outcome.REJECTED), ("quorum", 2, [Y, N], Outcome.REJECTED), ("all", 1, [], Outcome.OPEN),
    ],
)  # fmt: skip
def test_the_answers_are_counted(rule: str, needed: int, votes: list[bool | None], expected: Outcome) -> None:
    assert outcome(rule, votes, needed=needed) == expected


def test_nobody_and_too_few_never_approve() -> None:
    assert not can_be_met("any", 0)
    assert not can_be_met("count", 1, needed=2)
    assert can_be_met("quorum", 2, needed=2)


# ---- the plan -------------------------------------------------------------------------------
def test_a_plan_is_read_in_both_ways_and_its_faults_named() -> None:
    plan = plans.read([["裝機", "Install"], {"zh": "驗收", "en": "Check", "step": 2, "target_seconds": 3600}])
    assert [(task.title_zh, task.step, task.target_seconds) for task in plan] == [("裝機", 1, None), ("驗收", 2, 3600)]
    assert plans.faults(plan) == []

    assert len(plans.faults(plans.read([{"zh": "", "step": 99, "target_seconds": -1}]))) == 3


# ---- ordering -------------------------------------------------------------------------------
@pytest.fixture
def item(service: Service) -> RequestItem:
    """An item with a form and a plan in two steps."""
    return RequestItem.objects.create(
        code="host", service=service, name_zh="虛擬主機", name_en="Virtual host", target_seconds=8 * 3600, form=FORM,
        tasks=[{"zh": "配置", "en": "Allocate", "step": 1, "target_seconds": 3600}, {"zh": "安裝", "en": "Install", "step": 1},
               {"zh": "備份", "en": "Backup", "step": 2, "target_seconds": 7200}],
    )  # fmt: skip


def order(item: RequestItem, requester: Person, category: Category, **more: Any) -> Any:
    given = {"answers": {"size": "small"}} if item.form else {}
    return services.raise_request(
        by=requester, requester=requester, item=item, category=category, at=MONDAY, **given | more
    )


def asked(case: Any) -> set[str]:
    return {row.approver.username for row in case.approvals.filter(decision="open")}


@pytest.mark.django_db
def test_an_order_keeps_its_answers(item: RequestItem, requester: Person, category: Category) -> None:
    made = order(item, requester, category)

    assert [(row["code"], row["text_zh"]) for row in made.answers] == [("size", "小")]
    with pytest.raises(Objected) as refusal:
        order(item, requester, category, answers={"size": "large"})
    assert set(refusal.value.fields) == {"answers.why"}
    assert ServiceRequest.objects.count() == 1


@pytest.mark.django_db
def test_the_form_is_filled_in_before_it_is_fulfilled(
    item: RequestItem, requester: Person, category: Category, agent: Person, other_requester: Person
) -> None:
    made = order(item, requester, category, answers=None)
    made = perform(made, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    for task in [*made.tasks.filter(step=1), *made.tasks.filter(step=2)]:
        end_task(task, state="done", by=agent, at=MONDAY)
    given: dict[str, Any] = {"fulfilment_code": "delivered", "fulfilment_note": "好"}

    with translation.override("en"), pytest.raises(Objected, match="not filled in"):
        perform(made, "fulfil", by=agent, at=MONDAY, **given)
    with pytest.raises(NotAllowed):
        ordering.fill_in(made, {"size": "small"}, by=other_requester, at=MONDAY)
    ordering.fill_in(made, {"size": "small"}, by=agent, at=MONDAY)
    assert perform(made, "fulfil", by=agent, at=MONDAY, **given).state == "awaiting_confirmation"


@pytest.mark.django_db
def test_steps_come_one_after_another_each_with_its_target(
    item: RequestItem, requester: Person, category: Category, agent: Person
) -> None:
    made = order(item, requester, category)
    assert list(made.tasks.order_by("pk").values_list("state", "due_at")) == [
        ("open", None),
        ("open", None),
        ("waiting", None),
    ]

    perform(made, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    first, second, last = made.tasks.order_by("pk")
    assert first.due_at == MONDAY + timedelta(hours=1)
    with pytest.raises(Objected):
        end_task(last, state="done", by=agent, at=MONDAY)
    end_task(first, state="done", by=agent, at=MONDAY)
    last.refresh_from_db()
    assert last.state == "waiting"
    end_task(second, state="skipped", note="已預載", by=agent, at=MONDAY + timedelta(minutes=30))
    last.refresh_from_db()
    assert (last.state, last.due_at) == ("open", MONDAY + timedelta(hours=3, minutes=30))


@pytest.mark.django_db
def test_a_late_task_is_told_to_who_has_it_and_then_to_the_lead(
    item: RequestItem, requester: Person, category: Category, agent: Person, desk: Team
) -> None:
    lead = make_person("lead", "agent")
    Team.objects.filter(pk=desk.pk).update(lead=lead)
    made = perform(order(item, requester, category), "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    first, second, _last = made.tasks.order_by("pk")
    end_task(second, state="done", by=agent, at=MONDAY)
    due = MONDAY + timedelta(hours=1)

    def told(template: str) -> set[str]:
        return set(Outbox.objects.filter(template=template).values_list("person__username", flat=True))

    assert late_tasks.tell(at=due - timedelta(seconds=1)) == 0
    assert late_tasks.tell(at=due) == 1
    assert late_tasks.tell(at=due + timedelta(minutes=1)) == 0
    assert (told("task_late"), told("task_still_late")) == ({agent.username}, set())
    assert late_tasks.tell(at=due + timedelta(minutes=15)) == 1
    assert lead.username in told("task_still_late")
    assert late_tasks.tell(at=due + timedelta(days=9)) == 0
    assert first.due_at == due


@pytest.mark.django_db
def test_nobody_hears_of_a_task_that_was_done_in_time(
    item: RequestItem, requester: Person, category: Category, agent: Person
) -> None:
    made = perform(order(item, requester, category), "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    for task in made.tasks.filter(step=1):
        end_task(task, state="done", by=agent, at=MONDAY)

    assert late_tasks.tell(at=MONDAY + timedelta(minutes=90)) == 0


@pytest.fixture
def board(item: RequestItem, service: Service) -> list[Person]:
    """Three people who must approve the item by a policy."""
    people = [make_person(name, "management_rep") for name in ("first", "second", "third")]
    item.approval = "policy"
    item.approvers.set(people)
    item.save()
    return people


@pytest.mark.django_db
def test_all_must_say_yes(item: RequestItem, board: list[Person], requester: Person, category: Category) -> None:
    made = order(item, requester, category)
    assert (made.state, asked(made)) == ("pending_approval", {"first", "second", "third"})

    for person in board[:2]:
        made = perform(made, "approve_request", by=person, at=MONDAY)
        assert made.state == "pending_approval"
    made = perform(made, "approve_request", by=board[2], at=MONDAY)
    assert made.state == "classified"
    assert made.approval_granted_at is not None
    names = made.events.moves().in_order().values_list("name", flat=True)
    assert list(names)[-3:] == ["note_approval", "note_approval", "approve_request"]


@pytest.mark.django_db
def test_one_no_ends_it_where_all_must_agree(
    item: RequestItem, board: list[Person], requester: Person, category: Category
) -> None:
    made = order(item, requester, category)
    made = perform(made, "reject_request", by=board[0], at=MONDAY, reason="無預算")

    assert made.state == "rejected"
    assert asked(made) == set()


@pytest.mark.django_db
def test_a_quorum_decides_by_majority_and_a_no_needs_its_reason(
    item: RequestItem, board: list[Person], requester: Person, category: Category
) -> None:
    item.approval_rule, item.approval_needed = "quorum", 3
    item.save()
    made = order(item, requester, category)
    with pytest.raises(Objected):
        perform(made, "reject_request", by=board[0], at=MONDAY)
    made = perform(made, "reject_request", by=board[0], at=MONDAY, reason="過大")
    assert made.state == "pending_approval"
    made = perform(made, "approve_request", by=board[1], at=MONDAY)
    made = perform(made, "approve_request", by=board[2], at=MONDAY)

    assert made.state == "classified"
    assert sorted(made.approvals.values_list("decision", flat=True)) == ["approved", "approved", "rejected"]


@pytest.mark.django_db
def test_an_old_round_counts_for_nothing(
    item: RequestItem, board: list[Person], requester: Person, category: Category, agent: Person
) -> None:
    item.approval_rule, item.approval_needed = "count", 1
    item.save()
    made = order(item, requester, category)
    made = perform(made, "approve_request", by=board[0], at=MONDAY)
    RequestItem.objects.filter(pk=item.pk).update(approval_rule="all")
    ServiceRequest.objects.filter(pk=made.pk).update(approval_granted_at=None)
    later = MONDAY + timedelta(hours=1)
    made = perform(made, "request_approval", by=agent, at=later)

    assert asked(made) == {"first", "second", "third"}
    for person in board[:2]:
        made = perform(made, "approve_request", by=person, at=later)
    assert made.state == "pending_approval"


@pytest.mark.django_db
def test_who_asked_for_it_is_not_asked_and_too_few_block_it(
    item: RequestItem, board: list[Person], category: Category, agent: Person
) -> None:
    item.approval_rule, item.approval_needed = "count", 3
    item.save()
    made = order(item, board[0], category)

    assert (made.state, asked(made)) == ("classified", set())
    with pytest.raises(Objected):
        perform(made, "request_approval", by=agent, at=MONDAY)
    with pytest.raises(Objected):
        perform(made, "assign_first_line", by=agent, at=MONDAY, assignee=agent)


@pytest.mark.django_db
def test_an_order_of_a_changing_item_opens_its_change(
    item: RequestItem, requester: Person, category: Category, agent: Person
) -> None:
    item.opens_change, item.tasks = True, []
    item.save()
    made = order(item, requester, category)
    made = perform(made, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    (row,) = linked(made, kind=LinkKind.REQUESTED_VIA).records
    change = register.load(row)
    assert (row.kind, change.title, change.state) == ("change", made.title, "draft")

    given: dict[str, Any] = {"fulfilment_code": "delivered", "fulfilment_note": "好"}
    with translation.override("en"), pytest.raises(Objected, match="not over"):
        perform(made, "fulfil", by=agent, at=MONDAY, **given)
    closed(Change.objects.get())
    assert perform(made, "fulfil", by=agent, at=MONDAY, **given).state == "awaiting_confirmation"


@pytest.mark.django_db
def test_an_item_is_offered_to_its_units_and_those_below(
    item: RequestItem, unit: Organisation, requester: Person, other_requester: Person, category: Category, agent: Person
) -> None:
    below = Organisation.objects.create(code="reading", name_zh="閱覽組", name_en="Reading", parent=unit)
    reader = make_person("reader", unit=below)
    item.audiences.set([unit])

    for person, offered in ((requester, True), (reader, True), (other_requester, False)):
        assert RequestItem.objects.visible_to(person).exists() is offered
    assert RequestItem.objects.visible_to(agent).exists()
    with translation.override("en"), pytest.raises(Objected, match="not offered"):
        order(item, other_requester, category)
    assert not ServiceRequest.objects.exists()


@pytest.mark.django_db
def test_a_service_is_for_its_units_and_those_below(
    service: Service, unit: Organisation, other_requester: Person
) -> None:
    below = Organisation.objects.create(code="reading", name_zh="閱覽組", parent=unit)
    service.audiences.set([unit])

    assert Service.objects.visible_to(make_person("reader", unit=below)).count() == 1
    assert not Service.objects.visible_to(other_requester).exists()
