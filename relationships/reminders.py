"""Reminders of days in the registers: evaluations, service reviews, actions that were decided, invoices that wait.

A week before, on the day, and every week while it is late. Every reminder is put out once: its key names row, day and turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext, gettext_lazy

from itsm.notices import audience
from itsm.notices.outbox import Notice, put_many
from itsm.notices.templates import add_template
from itsm.tickets.finding import page_of
from itsm.ui import duties
from relationships import spending_telling, survey_months

AHEAD = timedelta(days=7)
#: Nobody is reminded before this hour of the site's day.
MORNING = 9
TEMPLATES = (
    ("evaluation_due", gettext_lazy("A supplier is to be evaluated by %(day)s: %(name)s"), "agenda"),
    ("customer_review_due", gettext_lazy("A service review with a customer is due on %(day)s: %(name)s"), "agenda"),
    ("review_planned", gettext_lazy("A service review is planned for %(day)s: %(name)s"), "agenda"),
    ("action_late", gettext_lazy("An action is late since %(day)s: %(name)s"), "agenda"),
    ("action_due", gettext_lazy("An action of yours is due on %(day)s: %(name)s"), "agenda"),
)


def register() -> None:
    """Register words, the round, and what waits for whom on the first page."""
    from sla import rounds

    for name, headline, body in TEMPLATES:
        add_template(name, headline=headline, body=body)
    rounds.add(rounds.Round("relationship reminders", timedelta(hours=1), lambda at: remind(at=at)))
    duties.offer("actions", own_actions)


def remind(*, at: datetime) -> int:
    """Put out the reminders of the day, in the morning; gives how many messages were offered."""
    local = at.astimezone(ZoneInfo(settings.TIME_ZONE))
    if local.hour < MORNING:
        return 0
    today = local.date()
    made = [*_evaluations(today, at), *_customers(today, at), *_reviews(today, at), *_actions(today, at)]
    made += [*survey_months.notices(today=today, at=at), *spending_telling.reminders(today=today, at=at)]
    return put_many(made)


def turn(day: date, *, today: date) -> int:
    """Number the reminder that is due: 0 a week before, 1 from the day on, then one more every week."""
    return 0 if today < day else 1 + (today - day).days // 7


def _notices(
    template: str, row: Any, day: date, people: Iterable[int | None], *, today: date, at: datetime, **facts: Any
) -> Iterator[Notice]:
    """Write to ``people`` about ``row``, unless its turn was written before."""
    key = f"{template}:{row.pk}:{day.isoformat()}:{turn(day, today=today)}"
    for person in sorted({pk for pk in people if pk}):
        yield Notice(
            dedupe_key=f"{key}:{person}", event="reminder", template=template, at=at, person_id=person,
            facts={"day": day.isoformat(), **facts},
        )  # fmt: skip


def _keepers() -> set[int]:
    return audience.holders("slm", "brm", process="contract")


def _evaluations(today: date, at: datetime) -> Iterator[Notice]:
    from relationships.supplier_models import Supplier

    rows = Supplier.objects.filter(next_evaluation_on__lte=today + AHEAD).select_related("organisation")
    for row in rows.order_by("pk"):
        people = {row.owner_id} if row.owner_id else _keepers()
        day: Any = row.next_evaluation_on
        url = f"{settings.SITE_URL}/suppliers/{row.organisation.code}/#evaluations"
        yield from _notices("evaluation_due", row, day, people, today=today, at=at, url=url, **_named(row.organisation))


def _customers(today: date, at: datetime) -> Iterator[Notice]:
    """Remind of reviews that nobody has planned yet."""
    from relationships.customer_models import Customer

    rows = Customer.objects.filter(next_review_on__lte=today + AHEAD).exclude(reviews__state="planned")
    for row in rows.select_related("organisation").order_by("pk"):
        people = {row.account_owner_id} if row.account_owner_id else _keepers()
        day: Any = row.next_review_on
        url = f"{settings.SITE_URL}/customers/{row.organisation.code}/#reviews"
        yield from _notices(
            "customer_review_due", row, day, people, today=today, at=at, url=url, **_named(row.organisation)
        )


def _reviews(today: date, at: datetime) -> Iterator[Notice]:
    """Remind of planned reviews: before they are held, and when nothing was recorded of them."""
    from relationships.customer_models import ServiceReview

    rows = ServiceReview.objects.filter(state="planned", planned_on__lte=today + AHEAD).select_related("customer")
    for row in rows.order_by("pk"):
        people = {row.customer.account_owner_id} if row.customer.account_owner_id else _keepers()
        url = f"{settings.SITE_URL}{page_of(row)}"
        yield from _notices("review_planned", row, row.planned_on, people, today=today, at=at, url=url, name=row.title)


def _actions(today: date, at: datetime) -> Iterator[Notice]:
    from relationships.survey_models import ImprovementAction

    rows = ImprovementAction.objects.open().filter(due_on__lte=today + AHEAD).select_related("record__ticket")
    url = f"{settings.SITE_URL}/surveys/actions/"
    for row in rows.order_by("pk"):
        yield from _notices("action_due", row, row.due_on, {row.owner_id}, today=today, at=at, url=url, name=row.text)
        if row.due_on + AHEAD <= today:
            above = audience.holders("brm", process="survey_campaign") - {row.owner_id, _kept_from(row)}
            yield from _notices("action_late", row, row.due_on, above, today=today, at=at, url=url, name=row.text)


def _kept_from(action: Any) -> int:
    """Give who must not hear of the record that decided an action; 0 for nobody."""
    case = getattr(action.record, "ticket", None)
    return getattr(case, "kept_from_id", None) or 0


def _named(organisation: Any) -> dict[str, Any]:
    return {"name": {"zh_hant": organisation.name_zh, "en": organisation.name_en or organisation.name_zh}}


def own_actions(person: Any, at: datetime) -> list[duties.Duty]:
    """List the open actions of ``person`` for the first page."""
    from relationships.survey_models import ImprovementAction

    today = at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    rows = ImprovementAction.objects.filter(done_at=None, owner=person.pk).order_by("due_on", "pk")[:20]
    return [
        duties.Duty(
            row.text, "/surveys/actions/", gettext("Action of a review"), due_on=row.due_on, late=row.due_on < today
        )
        for row in rows
    ]
