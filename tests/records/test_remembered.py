"""Settings tables kept by a process are read anew as soon as anything in them changes."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from itsm.hours.models import Calendar
from itsm.records.remembered import Remembered


def names() -> Remembered[list[str]]:
    return Remembered(Calendar, read=lambda: list(Calendar.objects.order_by("code").values_list("name_en", flat=True)))


@pytest.mark.django_db
def test_what_is_kept_costs_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    kept = names()
    first = kept.get()

    with django_assert_num_queries(1):
        assert kept.get() is first


@pytest.mark.django_db
def test_a_change_is_seen_at_once_and_its_undoing_too() -> None:
    kept, before = names(), names().get()

    with transaction.atomic():
        Calendar.objects.filter(code="taiwan-office").update(name_en="Changed")
        seen_inside = kept.get()
        transaction.set_rollback(True)

    assert "Changed" in seen_inside
    assert kept.get() == before


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_committed_after_a_later_one_is_seen() -> None:
    kept, begun, go_on = names(), threading.Event(), threading.Event()

    def slowly() -> None:
        with transaction.atomic():
            Calendar.objects.filter(code="taiwan-office").update(name_en="Early")
            begun.set()
            go_on.wait(10)
        connection.close()

    slow = threading.Thread(target=slowly)
    slow.start()
    begun.wait(10)
    Calendar.objects.exclude(code="taiwan-office").update(name_en="Late")
    without = kept.get()
    go_on.set()
    slow.join(10)

    assert "Early" not in without
    assert "Early" in kept.get()
