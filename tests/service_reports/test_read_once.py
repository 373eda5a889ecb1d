"""The agreements of the periods of a trend are read once: for each of them as if it had been asked alone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from itsm.people.models import Organisation
from itsm.service_reports.scope import editions_of, editions_of_each
from sla.models import AgreementEdition, ServiceAgreement

pytestmark = pytest.mark.django_db
AT = datetime(2027, 7, 10, tzinfo=UTC)


def day(year: int, month: int, number: int = 1) -> datetime:
    return datetime(year, month, number, tzinfo=timezone.get_current_timezone())


@pytest.fixture
def chain(agreement: ServiceAgreement) -> list[int]:
    """An agreement since October whose first edition is followed in the night to 1 March by one that is valid until the end of May."""
    first = AgreementEdition.objects.get()
    AgreementEdition.objects.filter(pk=first.pk).update(ended_at=day(2027, 3))
    second = AgreementEdition.objects.create(
        agreement=agreement, major=1, minor=1, valid_from=date(2027, 3, 1), valid_to=date(2027, 5, 31), signed_at=day(2027, 2),
        written_at=day(2027, 2), applied_at=day(2027, 3),
    )  # fmt: skip
    return [first.pk, second.pk]


@pytest.mark.parametrize("step", [timedelta(days=1), timedelta(days=7), timedelta(hours=37)], ids=str)
def test_each_period_has_the_editions_that_it_has_alone(
    chain: list[int], customer: Organisation, step: timedelta
) -> None:
    begin = day(2026, 9, 25)
    spans = [(begin + step * n, begin + step * (n + 1)) for n in range((AT - begin) // step + 3)]
    near = [span for span in spans if any(abs(span[0] - edge) < timedelta(days=9) for edge in edges())]

    found = editions_of_each(customer, near, at=AT)

    alone = [editions_of(customer, span, at=AT) for span in near]
    assert [[one.pk for one in editions] for editions in found] == [[one.pk for one in editions] for editions in alone]
    assert {one.pk for editions in found for one in editions} == set(chain)
    assert any(not editions for editions in found)


def edges() -> list[datetime]:
    return [day(2026, 10), day(2027, 3), day(2027, 6), AT]


def test_more_periods_are_no_more_statements(chain: list[int], customer: Organisation) -> None:
    months: list[Any] = [(day(2027, n), day(2027, n + 1)) for n in range(1, 7)]
    counts = []
    for spans in (months[1:3], months):
        with CaptureQueriesContext(
            connection,
        ) as said:
            editions_of_each(customer, spans, at=AT)
        counts.append(len(said))

    assert counts[0] == counts[1]
