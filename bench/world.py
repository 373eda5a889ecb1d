"""The few cases that all others are copies of, made by the product itself; and the people who hold the copies."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

REQUESTERS, WORKERS_A_TEAM = 1000, 40
#: Each model case: its name, how many of 100 closed or open copies are of it.
CLOSED = {"closed": 60, "closed_second": 25, "fulfilled": 15}
OPEN = {"reported": 15, "working": 40, "second": 20, "held": 15, "resolved": 10}


def make(*, at: datetime) -> dict[str, int]:
    """Load the demo organisation with more people, and walk one case of each sort; gives their keys by name."""
    from itsm.demo import organisation
    from itsm.notices.outbox import quiet

    organisation.load()
    more_people()
    with quiet():
        return {name: walk(name, at=at) for name in (*CLOSED, *OPEN)}


def more_people() -> None:
    """Add requesters in all units, and people to all teams."""
    from itsm.people.models import Organisation, Person, RoleGrant, Team

    units = list(Organisation.objects.order_by("pk"))
    Person.objects.bulk_create(
        Person(username=f"asker{n}", name=f"使用者{n}", email=f"asker{n}@example.org", unit=units[n % len(units)])
        for n in range(REQUESTERS)
    )
    for team in Team.objects.order_by("pk"):
        made = Person.objects.bulk_create(
            Person(username=f"{team.code}{n}", name=f"{team.code} {n}", email=f"{team.code}{n}@example.org")
            for n in range(WORKERS_A_TEAM)
        )
        role = "agent" if team.tier == 1 else "engineer"
        RoleGrant.objects.bulk_create(RoleGrant(person=person, role=role) for person in made)
        team.members.add(*made)


def walk(name: str, *, at: datetime) -> int:
    """Bring one case to where ``name`` says; gives its key."""
    case = requested(at) if name == "fulfilled" else reported(at)
    if name in ("working", "closed", "resolved", "fulfilled"):
        case = first_line(case, at)
    elif name in ("second", "held", "closed_second"):
        case = second_line(case, at)
    talk(case, at=at + timedelta(minutes=20))
    if name == "held":
        hold(case, at)
    elif name in ("resolved", "closed", "closed_second"):
        solve(case, at, close=name != "resolved")
    elif name == "fulfilled":
        fulfil(case, at)
    return int(case.pk)


def people() -> tuple[Any, Any, Any]:
    """Give the requester, the agent and the engineer of the model cases."""
    from itsm.people.models import Person

    one, two, three = (Person.objects.get(username=name) for name in ("asker0", "lin", "liu"))
    return one, two, three


def reported(at: datetime) -> Any:
    """Raise an incident."""
    from catalogue.models import Service
    from incidents import services

    asker = people()[0]
    service = Service.objects.get(code="campus-network")
    return services.raise_incident(
        by=asker, requester=asker, title="網路", description="自今早起無法連線。", service=service, at=at
    )


def requested(at: datetime) -> Any:
    """Raise a service request of an item that needs no approval."""
    from catalogue.models import Category, RequestItem
    from incidents import services

    asker = people()[0]
    item, category = RequestItem.objects.get(code="password-reset"), Category.objects.get(code="order")
    return services.raise_request(by=asker, requester=asker, item=item, category=category, at=at)


def first_line(case: Any, at: datetime) -> Any:
    """Classify the case and give it to an agent."""
    from itsm.records.perform import perform

    agent = people()[1]
    case = classified(case, at) if case.kind == "incident" else case
    return perform(case, "assign_first_line", by=agent, at=at + timedelta(minutes=6), assignee=agent)


def classified(case: Any, at: datetime) -> Any:
    """Classify an incident as P3."""
    from catalogue.models import Category
    from itsm.records.perform import perform

    agent = people()[1]
    return perform(
        case, "classify", by=agent, at=at + timedelta(minutes=5), service=case.service, impact="2", urgency="2",
        category=Category.objects.get(code="network"),
    )  # fmt: skip


def second_line(case: Any, at: datetime) -> Any:
    """Hand the case to an engineer who accepts it."""
    from itsm.people.models import Team
    from itsm.records.perform import perform

    _asker, agent, engineer = people()
    return perform(
        classified(case, at), "escalate_second_line", by=agent, at=at + timedelta(minutes=7), assignee=engineer,
        team=Team.objects.get(code="network"), note="已重啟設備，無效。",
    )  # fmt: skip


def talk(case: Any, *, at: datetime) -> None:
    """Write three comments."""
    from itsm.tickets import comments

    asker, agent, _engineer = people()
    comments.reply(case, body="已收到，將盡快查明。", by=agent, at=at)
    comments.reply(case, body="謝謝，問題仍在。", by=asker, at=at + timedelta(minutes=5))
    comments.note(case, body="與上週情形相同。", by=agent, at=at + timedelta(minutes=9))


def hold(case: Any, at: datetime) -> None:
    """Let the case wait for its requester."""
    from itsm.records.perform import perform
    from itsm.tickets.models import HoldReason

    reason = HoldReason.objects.get(code="awaiting_user")
    perform(
        case, "hold", by=people()[2], at=at + timedelta(minutes=40), hold_reason=reason, comment="請問錯誤訊息為何？",
        follow_up_at=at + timedelta(days=30),
    )  # fmt: skip


def solve(case: Any, at: datetime, *, close: bool) -> None:
    """Resolve an incident and, where asked, have it confirmed."""
    from itsm.records.perform import perform

    asker, agent, engineer = people()
    by = engineer if case.state == "l2_processing" else agent
    case = perform(
        case, "resolve", by=by, at=at + timedelta(minutes=50), resolution_code="fixed", resolution_note="已更換設備。"
    )
    if close:
        perform(case, "confirm_resolution", by=asker, at=at + timedelta(minutes=60), confirmation="portal")


def fulfil(case: Any, at: datetime) -> None:
    """Fulfil a service request and have it confirmed."""
    from itsm.records.perform import perform

    asker, agent, _engineer = people()
    case = perform(
        case, "fulfil", by=agent, at=at + timedelta(minutes=50), fulfilment_code="delivered",
        fulfilment_note="已重設。",
    )  # fmt: skip
    perform(case, "confirm_done", by=asker, at=at + timedelta(minutes=60), confirmation="portal")
