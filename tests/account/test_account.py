"""One's own account: signing in and out, guessing slowed down, password, sessions, profile and deputies."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from itsm.notices.models import Outbox
from itsm.people.models import Absence, OpenSession, Person, SignInAttempt
from tests.fixtures import make_person

pytestmark = pytest.mark.django_db
WORD = "quiet-harbour-lamp"


@pytest.fixture
def member(requester: Person) -> Person:
    """The requester with a password, who reads English."""
    requester.set_password(WORD)
    requester.language = "en"
    requester.save()
    return requester


def sign_in(client: Client, name: str = "requester", word: str = WORD, **more: str) -> Any:
    return client.post("/login/", {"username": name, "password": word} | more, headers={"Accept-Language": "en"})


def test_signing_in_by_name_or_address_leads_to_the_own_page(client: Client, member: Person) -> None:
    by_name = sign_in(client)
    home = client.get("/")
    client.post("/logout/")
    by_address = sign_in(client, "REQUESTER@example.org", next="/portal/cases/")

    assert by_name["Location"] == "/"
    assert home["Location"] == "/portal/"
    assert by_address["Location"] == "/portal/cases/"
    assert OpenSession.objects.filter(person=member).count() == 1


def test_a_foreign_address_is_not_followed(client: Client, member: Person) -> None:
    assert sign_in(client, next="https://elsewhere.example/")["Location"] == "/"


@pytest.mark.parametrize(("name", "word"), [("requester", "wrong"), ("nobody", WORD), ("", "")])
def test_a_wrong_sign_in_does_not_tell_which_part_is_wrong(
    client: Client, member: Person, name: str, word: str
) -> None:
    page = sign_in(client, name, word)

    assert page.status_code == 200
    assert "is wrong" in page.content.decode() or not name
    assert "_auth_user_id" not in client.session


def test_somebody_who_left_cannot_sign_in(client: Client, member: Person) -> None:
    Person.objects.filter(pk=member.pk).update(is_active=False)

    assert "is wrong" in sign_in(client).content.decode()


def test_too_many_failures_must_wait_and_time_heals(client: Client, member: Person) -> None:
    for _attempt in range(5):
        sign_in(client, word="wrong")

    assert "Too many attempts" in sign_in(client).content.decode()
    SignInAttempt.objects.update(at=timezone.now() - timedelta(minutes=6))
    assert sign_in(client).status_code == 302


def test_every_page_leads_to_profile_and_sign_out(client: Client, member: Person, agent: Person) -> None:
    for person, home in ((member, "/portal/"), (agent, "/desk/")):
        client.force_login(person)
        page = client.get(home).content.decode()
        assert 'href="/me/"' in page
        assert 'action="/logout/"' in page


def test_signing_out_takes_a_post(client: Client, member: Person) -> None:
    sign_in(client)

    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/portal/").status_code == 302
    assert not OpenSession.objects.exists()


def test_the_profile_leads_to_notices_and_tokens_and_saves(client: Client, member: Person) -> None:
    client.force_login(member)
    wanted = {
        "phone": "ext. 12",
        "language": "zh-hant",
        "time_zone": "Asia/Tokyo",
        "theme": "dark",
        "density": "compact",
    }

    page = client.get("/me/").content.decode()
    client.post("/me/", wanted)

    member.refresh_from_db()
    assert 'href="/me/notifications/"' in page
    assert "API tokens" in page
    assert (member.phone, member.language, member.theme, member.single_keys) == ("ext. 12", "zh-hant", "dark", False)
    assert 'data-keys="off"' in client.get("/me/").content.decode()


def test_an_unknown_time_zone_is_named_and_nothing_is_lost(client: Client, member: Person) -> None:
    client.force_login(member)
    wanted = {"phone": "ext. 99", "language": "en", "time_zone": "Mars/Base", "theme": "dark", "density": "compact"}

    response = client.post("/me/", wanted)

    page = response.content.decode()
    assert response.status_code == 422
    assert "There is no such time zone" in page
    assert "ext. 99" in page
    assert "Mars/Base" in page


def test_a_new_password_ends_the_other_sessions(member: Person) -> None:
    here, there = Client(), Client()
    sign_in(here)
    sign_in(there)
    new = "green-window-river"

    here.post("/me/password/", {"old_password": WORD, "new_password1": new, "new_password2": new})

    assert here.get("/portal/").status_code == 200
    assert there.get("/portal/").status_code == 302
    assert member.sessions.count() == 1


def test_one_of_the_own_sessions_is_ended_but_never_anothers(member: Person, other_requester: Person) -> None:
    here, there = Client(), Client()
    sign_in(there)
    sign_in(here)
    far = OpenSession.objects.order_by("pk")[0]
    foreign = OpenSession.objects.create(person=other_requester, session_key="k", since=timezone.now())

    listed = here.get("/me/sessions/").content.decode()
    here.post(f"/me/sessions/{far.pk}/end/")

    assert "this one" in listed
    assert there.get("/portal/").status_code == 302
    assert here.post(f"/me/sessions/{foreign.pk}/end/").status_code == 404


def test_the_answer_to_a_forgotten_password_tells_nothing(client: Client, member: Person) -> None:
    known = client.post("/password/reset/", {"email": member.email})
    unknown = client.post("/password/reset/", {"email": "nobody@example.org"})

    assert known["Location"] == unknown["Location"] == "/password/reset/sent/"
    assert Outbox.objects.filter(template="password_reset").count() == 1


def test_the_link_sets_a_new_password_once(client: Client, member: Person) -> None:
    client.post("/password/reset/", {"email": member.email})
    facts = Outbox.objects.get(template="password_reset").facts
    address, new = f"/password/reset/{facts['uid']}/{facts['token']}/", "green-window-river"

    form = client.get(address, follow=True).redirect_chain[-1][0]
    client.post(form, {"new_password1": new, "new_password2": new})

    assert sign_in(client, word=new).status_code == 302
    again = Client().get(address, headers={"Accept-Language": "en"}).content.decode()
    assert re.search("used or is too old", again)


def test_a_deputy_is_named_and_taken_back(client: Client, agent: Person) -> None:
    deputy = make_person("deputy", "agent", name="代理")
    client.force_login(agent)
    days = {"deputy": deputy.pk, "starts_on": "2026-12-01", "ends_on": "2026-12-05"}

    wrong = client.post("/me/absence/", days | {"ends_on": "2026-11-01"})
    client.post("/me/absence/", days)
    made = Absence.objects.get()
    client.post(f"/me/absence/{made.pk}/end/")

    assert wrong.status_code == 422
    assert (made.person, made.deputy) == (agent, deputy)
    assert not Absence.objects.exists()


def test_nobody_takes_anothers_deputy_back(client: Client, agent: Person, member: Person) -> None:
    today = timezone.localdate()
    made = Absence.objects.create(person=agent, deputy=member, starts_on=today, ends_on=today)
    client.force_login(member)

    assert client.post(f"/me/absence/{made.pk}/end/").status_code == 404


def test_the_lead_of_a_unit_names_a_colleague_and_nobody_elsewhere(
    client: Client, unit: Any, member: Person, other_requester: Person
) -> None:
    client.force_login(unit.lead)
    days = {"starts_on": "2026-12-01", "ends_on": "2026-12-05"}

    stranger = client.post("/me/absence/", days | {"deputy": other_requester.pk})
    client.post("/me/absence/", days | {"deputy": member.pk})

    assert stranger.status_code == 422
    assert Absence.objects.get().deputy == member
