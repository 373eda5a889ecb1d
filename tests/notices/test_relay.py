"""Several processes send at once; killed ones lose nothing."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from time import sleep
from typing import Any

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction

from itsm.notices import outbox
from itsm.notices.delivery import LEASE, deliver
from itsm.notices.models import LocalMail, Outbox
from itsm.people.models import Person
from tests.embedded.conftest import wait_for
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db(transaction=True)
COUNT = 120


class Counting(BaseEmailBackend):
    """Remembers what it was given, slowly."""

    given: list[str] = []

    def send_messages(self, email_messages: Any) -> int:
        sleep(0.002)
        Counting.given += [message.extra_headers["Message-ID"] for message in email_messages]
        return len(email_messages)


def fill(person: Person, count: int = COUNT, *, first: int = 0) -> None:
    for number in range(first, first + count):
        outbox.put(dedupe_key=f"m{number}", event="reply", template="reply", person_id=person.pk, at=MONDAY)


def relay() -> int:
    try:
        return deliver(MONDAY).sent
    finally:
        connection.close()


def test_four_relays_send_each_message_once(settings: Any) -> None:
    settings.EMAIL_BACKEND = "tests.notices.test_relay.Counting"
    Counting.given.clear()
    fill(make_person("reader"))

    with ThreadPoolExecutor(4) as pool:
        sent = sum(pool.map(lambda _number: relay(), range(4)))

    assert sent == COUNT == len(set(Counting.given)) == len(Counting.given)


def test_what_is_put_out_in_a_transaction_that_is_undone_was_never_said() -> None:
    with transaction.atomic():
        fill(make_person("reader"), 1)
        transaction.set_rollback(True)

    assert not Outbox.objects.exists()


KILLED = """
import django
django.setup()
from itsm.notices.delivery import deliver
while True:
    deliver()
"""


def _more_than(count: int) -> bool:
    return LocalMail.objects.count() > count


@pytest.mark.slow
def test_killed_relays_lose_nothing_and_every_repeat_has_the_same_id(settings: Any) -> None:
    reader = make_person("reader")
    database = connection.settings_dict
    url = (
        f"postgres:///{database['NAME']}?host={database['HOST']}&user={database['USER']}"
        if not database["PORT"]
        else ""
    )
    if not url:
        pytest.skip("needs the embedded server's socket")
    environment = os.environ | {"DATABASE_URL": url, "EMAIL_BACKEND": "itsm.notices.mailbox.LocalMailboxBackend"}

    for turn in range(4):
        fill(reader, 75, first=turn * 75)  # the one before may have sent all, or died with the rest under its lease
        before = LocalMail.objects.count()
        with subprocess.Popen([sys.executable, "-c", KILLED], env=environment, stderr=subprocess.DEVNULL) as process:
            try:
                wait_for(partial(_more_than, before), what="the relay has sent something")
            finally:
                process.send_signal(signal.SIGKILL)
    before = LocalMail.objects.count()
    settings.EMAIL_BACKEND = "itsm.notices.mailbox.LocalMailboxBackend"
    Outbox.objects.filter(sent_at=None).update(leased_until=MONDAY)
    while deliver(MONDAY + LEASE + timedelta(days=1)).total:
        pass

    assert before > 0
    assert not Outbox.objects.waiting().exists()
    kept = set(LocalMail.objects.values_list("message_id", flat=True))
    assert kept == set(Outbox.objects.values_list("message_id", flat=True))
