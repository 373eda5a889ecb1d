"""Words are found as people write them: Chinese of any length, English in any form, numbers, names."""

from typing import Any

import pytest
from django.core.management import call_command

from catalogue.models import Service
from incidents import services
from itsm.people.models import Person
from itsm.search.indexing import later, refresh
from itsm.search.numbers import by_number, the_one
from itsm.search.queries import search
from itsm.tickets import comments
from itsm.tickets.assignments import take
from itsm.tickets.models import Comment, Ticket
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def outage(requester: Person, service: Service) -> Any:
    return services.raise_incident(
        by=requester, requester=requester, title="公文系統VPN連線失敗",
        description="Printer on srv-db01 shows ＥＲＲＯＲ ５０２ after connecting.",
        service=service, at=MONDAY,
    )  # fmt: skip


def numbers(person: Person, text: str) -> list[str]:
    return [ticket.number for ticket in search(person, text, at=MONDAY).tickets]


@pytest.mark.parametrize(
    "text",
    [
        "公文",
        "連線",
        "VPN",
        "vpn連線",
        "公文系統",
        "失敗",
        "系",
        "敗",
        "失敗 公文",
        "printers",
        "connect",
        "srv-db01",
        "db01",
        "error 502",
        "prin",
        "王小明",
        "小明",
    ],
)
def test_words_that_stand_in_the_case_find_it(outage: Any, agent: Person, requester: Person, text: str) -> None:
    assert numbers(agent, text) == [outage.number]
    assert numbers(requester, text) == [outage.number]


@pytest.mark.parametrize(
    "text",
    ["文公", "系連", "公文連線", "network", "線公", "", "   ", "'", "\\", "a' | 'b:*", "!!", "()", "公文 停電", "%"],
)
def test_words_that_do_not_stand_there_find_nothing(outage: Any, agent: Person, text: str) -> None:
    assert numbers(agent, text) == []


@pytest.mark.parametrize("text", ["公文' & 'x", "公文 \\' :*", "公文 | 停電", "公文 & !連線", "公文\x00"])
def test_signs_of_the_query_language_are_only_signs(outage: Any, agent: Person, text: str) -> None:
    search(agent, text, at=MONDAY)

    assert numbers(agent, "公文 : & | ! ( ) ' \\ *") == [outage.number]


def test_a_public_reply_is_found_by_all_and_a_note_only_by_those_who_read_notes(
    outage: Any, agent: Person, requester: Person
) -> None:
    comments.reply(outage, body="請重新開機", by=agent, at=MONDAY)
    comments.note(outage, body="懷疑是金絲雀服務的密碼 canaryword", by=agent, at=MONDAY)

    assert numbers(requester, "開機") == numbers(agent, "開機") == [outage.number]
    assert numbers(agent, "金絲雀") == numbers(agent, "canaryword") == [outage.number]
    assert numbers(requester, "金絲雀") == numbers(requester, "canaryword") == numbers(requester, "密碼") == []
    assert search(requester, "canaryword", at=MONDAY).total == 0
    assert search(agent, "canaryword", at=MONDAY).total == 1


def test_roles_that_see_all_cases_but_no_notes_do_not_find_notes(outage: Any, agent: Person) -> None:
    comments.note(outage, body="canaryword", by=agent, at=MONDAY)
    owner = make_person("levels", "slm")

    assert numbers(owner, "公文") == [outage.number]
    assert numbers(owner, "canaryword") == []


def test_others_find_neither_the_case_nor_its_number(outage: Any, other_requester: Person) -> None:
    assert numbers(other_requester, "公文") == []
    assert by_number(other_requester, outage.number, at=MONDAY) == []
    assert the_one(other_requester, outage.number, at=MONDAY) is None


def test_a_confidential_case_is_found_only_by_whom_it_concerns(
    requester: Person, service: Service, agent: Person
) -> None:
    secret = services.raise_incident(
        by=requester, requester=requester, title="申訴 機密內容", service=service, at=MONDAY, confidential=True
    )
    Ticket.objects.filter(pk=secret.pk).update(team=None)
    stranger = make_person("second", "agent")

    assert numbers(requester, "機密") == [secret.number]
    assert numbers(stranger, "機密") == []


def test_changes_are_followed(outage: Any, agent: Person, desk: Any) -> None:
    Ticket.objects.filter(pk=outage.pk).update(title="電話斷線")
    note = comments.note(outage, body="更換線路", by=agent, at=MONDAY)
    take(outage, by=agent, at=MONDAY)
    assert numbers(agent, "電話") == numbers(agent, "更換") == numbers(agent, "林怡君") == [outage.number]
    assert numbers(agent, "失敗") == []

    Comment.objects.filter(pk=note.pk).delete()

    assert numbers(agent, "更換") == []


@pytest.mark.parametrize("form", ["INC-202611-00001", "inc-202611-1", "INC20261100001", "1", "00001", " #1 "])
def test_a_number_in_any_form_leads_to_the_case(outage: Any, agent: Person, form: str) -> None:
    assert [ticket.pk for ticket in by_number(agent, form, at=MONDAY)] == [outage.pk]
    assert search(agent, form, at=MONDAY).tickets[0].pk == outage.pk


def test_the_number_of_the_source_is_found(outage: Any, agent: Person) -> None:
    Ticket.objects.filter(pk=outage.pk).update(source="old", source_number="INC0000045")

    assert numbers(agent, "INC0000045") == [outage.number]


def test_pages_go_on_without_gap_or_repeat(requester: Person, service: Service, agent: Person) -> None:
    made = [
        services.raise_incident(by=requester, requester=requester, title=f"印表機 {n}", service=service, at=MONDAY).pk
        for n in range(7)
    ]

    seen, after = [], None
    while True:
        page = search(agent, "印表機", at=MONDAY, limit=3, after=after)
        seen += [ticket.pk for ticket in page.tickets]
        after = page.after
        if after is None:
            break

    assert seen == sorted(made, reverse=True)
    assert search(agent, "印表機", at=MONDAY).count == "7"


@pytest.mark.parametrize("who", ["agent", "requester"])
def test_a_common_word_is_walked_from_the_newest_case_and_counted_only_so_far(
    requester: Person, service: Service, agent: Person, who: str
) -> None:
    person = agent if who == "agent" else requester
    made = []
    for number in range(9):
        case = services.raise_incident(
            by=requester,
            requester=requester,
            title=f"印表機 {number}",
            service=service,
            at=MONDAY,
            confidential=number == 8,
        )
        made.append(case.pk)
    Ticket.objects.filter(pk=made[8]).update(team=None)
    shown = sorted(made if who == "requester" else made[:8], reverse=True)

    first = search(person, "印表機", at=MONDAY, limit=3, cap=4)
    second = search(person, "印表機", at=MONDAY, limit=3, cap=4, after=first.after)

    assert [ticket.pk for ticket in first.tickets + second.tickets] == shown[:6]
    assert first.count.endswith("+")


def test_a_common_word_of_notes_is_walked_too(requester: Person, service: Service, agent: Person) -> None:
    made = []
    for number in range(6):
        case = services.raise_incident(
            by=requester, requester=requester, title=f"案 {number}", service=service, at=MONDAY
        )
        comments.note(case, body="canaryword", by=agent, at=MONDAY)
        made.append(case.pk)

    assert [ticket.pk for ticket in search(agent, "canaryword", at=MONDAY, limit=4, cap=3).tickets] == sorted(
        made, reverse=True
    )[:4]
    assert search(requester, "canaryword", at=MONDAY, limit=4, cap=3).tickets == []


def test_what_is_loaded_for_later_is_found_after_reading_it(requester: Person, service: Service, agent: Person) -> None:
    with later():
        case = services.raise_incident(by=requester, requester=requester, title="印表機", service=service, at=MONDAY)
        comments.note(case, body="canaryword", by=agent, at=MONDAY)
    assert numbers(agent, "印表機") == []

    refresh([case.pk])

    assert (
        numbers(agent, "印表機") == numbers(agent, "canaryword") == numbers(agent, "印表機 canaryword") == [case.number]
    )


@pytest.mark.parametrize("length", [199, 200, 201, 202, 400, 401])
def test_long_runs_without_a_gap_are_found_at_every_place(
    requester: Person, service: Service, agent: Person, length: int
) -> None:
    text = "".join(chr(0x4E00 + number) for number in range(length))
    case = services.raise_incident(
        by=requester, requester=requester, title="長", description=text, service=service, at=MONDAY
    )

    for place in (0, 100, 197, 198, 199, 200, length - 3, length - 2):
        if place + 2 <= length:
            assert numbers(agent, text[place : place + 3]) == [case.number]


@pytest.mark.parametrize("rebuild", [[], ["--rebuild"]])
def test_reading_everything_anew_gives_the_same_words(
    outage: Any, agent: Person, capsys: pytest.CaptureFixture[str], rebuild: list[str]
) -> None:
    comments.note(outage, body="canaryword", by=agent, at=MONDAY)

    call_command("reindex", *rebuild)

    assert "1 cases read." in capsys.readouterr().out
    assert numbers(agent, "canaryword") == numbers(agent, "公文") == [outage.number]


def test_a_thread_that_is_too_long_for_the_index_is_still_accepted(outage: Any, agent: Person) -> None:
    for block in range(12):
        text = "".join(chr(0x4E00 + (n * 7 + block * 1013) % 20000) for n in range(49_000))
        comments.reply(outage, body=text, by=agent, at=MONDAY)

    assert numbers(agent, "公文") == [outage.number]
