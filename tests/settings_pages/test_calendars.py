"""Calendars: what they show, and publishing hours, closures and files of days."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from incidents.services import raise_incident
from itsm.hours.models import Calendar
from itsm.people.models import Person
from tests.fixtures import MONDAY
from tests.settings_pages.conftest import sent

pytestmark = pytest.mark.django_db
COLUMNS = "date,windows,kind,name_zh,name_en\n"


@pytest.fixture
def office(db: None) -> Calendar:
    """The calendar of the office."""
    return Calendar.objects.with_current().get(code="taiwan-office")


def fresh(calendar: Calendar) -> Any:
    return Calendar.objects.with_current().get(pk=calendar.pk).current


def days_file(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("days.csv", text.encode())


@pytest.mark.parametrize("page", ["", "?year=2025", "?year=x", "?year=99999", "hours/", "close/", "import/"])
@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_the_pages_open(admin: Person, browser: Client, office: Calendar, page: str, language: str) -> None:
    admin.language = language
    admin.save()

    assert browser.get(f"/settings/calendars/{office.pk}/{page}").status_code == 200
    assert browser.get("/settings/calendars/").status_code == 200


def test_others_are_kept_out(agent: Person, office: Calendar) -> None:
    client = Client()
    client.force_login(agent)

    for page in ("", f"{office.pk}/", f"{office.pk}/hours/", f"{office.pk}/close/", f"{office.pk}/import/", "new/"):
        assert client.get(f"/settings/calendars/{page}").status_code == 403
    assert client.post(f"/settings/calendars/{office.pk}/drop/", {"day": "2026-01-01"}).status_code == 403


def test_a_year_lists_its_holidays(browser: Client, office: Calendar) -> None:
    page = browser.get(f"/settings/calendars/{office.pk}/?year=2026").content.decode()

    assert "Labour Day" in page
    assert "Retrocession Day" in page


def test_a_typhoon_closes_the_afternoon_and_may_be_taken_back(browser: Client, admin: Person, office: Calendar) -> None:
    path = f"/settings/calendars/{office.pk}/close/"
    storm = {"on": "2026-07-14", "start": "13:00", "end": "18:00", "name_zh": "颱風", "reason": "停班"}

    assert browser.post(path, sent(browser.get(path), **storm)).status_code == 303
    version = fresh(office)
    assert version.exceptions["2026-07-14"]["windows"] == [["09:00", "12:00"]]
    assert (version.created_by_name, version.reason) == (admin.name, "停班")

    browser.post(f"/settings/calendars/{office.pk}/drop/", {"day": "2026-07-14"})
    assert "2026-07-14" not in fresh(office).exceptions


def test_without_times_the_whole_day_is_closed(browser: Client, office: Calendar) -> None:
    path = f"/settings/calendars/{office.pk}/close/"

    browser.post(path, {"on": "2026-07-14", "name_zh": "颱風", "reason": "停班"})

    assert fresh(office).exceptions["2026-07-14"]["windows"] == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"on": "2026-02-30"}, "valid date"),
        ({"start": "15:00", "end": "14:00"}, "does not end after it starts"),
        ({"on": "2026-01-01"}, "closed then already"),
        ({"reason": ""}, "required"),
    ],
)
def test_what_is_wrong_with_a_closure_is_said_and_nothing_is_published(
    browser: Client, office: Calendar, wrong: dict[str, str], words: str
) -> None:
    path = f"/settings/calendars/{office.pk}/close/"

    page = browser.post(path, {"on": "2026-07-14", "name_zh": "颱風來襲", "reason": "停班"} | wrong)

    assert page.status_code == 422
    assert words in page.content.decode()
    assert "颱風來襲" in page.content.decode()
    assert fresh(office) == office.current


def test_weekly_hours_are_changed_and_the_holidays_stay(browser: Client, office: Calendar) -> None:
    path = f"/settings/calendars/{office.pk}/hours/"
    assert office.current is not None

    browser.post(path, sent(browser.get(path), day_5="09:00-12:00", reason="週六上午開放"))

    assert fresh(office).weekly == office.current.weekly | {"5": [["09:00", "12:00"]]}
    assert fresh(office).exceptions == office.current.exceptions


@pytest.mark.parametrize(
    "wrong", [{"day_0": "9-12"}, {"day_0": "09:00-12:00 11:00-13:00"}, {"zone": "Asia/Nowhere"}, {}]
)
def test_wrong_hours_or_the_same_ones_are_refused(browser: Client, office: Calendar, wrong: dict[str, str]) -> None:
    path = f"/settings/calendars/{office.pk}/hours/"

    page = browser.post(path, sent(browser.get(path), reason="改") | wrong)

    assert page.status_code == 422
    assert fresh(office) == office.current


def test_a_calendar_is_made_with_its_hours_or_not_at_all(browser: Client) -> None:
    path = "/settings/calendars/new/"
    wanted = sent(browser.get(path), code="lab", name_zh="實驗室", reason="新設")

    assert browser.post(path, wanted).status_code == 422
    assert not Calendar.objects.filter(code="lab").exists()

    assert browser.post(path, wanted | {"day_0": "09:00-17:00"}).status_code == 303
    assert fresh(Calendar.objects.get(code="lab")).weekly == {"0": [["09:00", "17:00"]]}
    assert browser.post(path, wanted | {"day_0": "09:00-17:00"}).status_code == 422


def test_a_file_is_checked_first_and_then_imported(browser: Client, office: Calendar) -> None:
    path = f"/settings/calendars/{office.pk}/import/"
    text = COLUMNS + "2027-01-01,,holiday,開國紀念日,Founding Day\n"

    page = browser.post(path, {"file": days_file(text), "then": "check"})
    assert "Founding Day" in page.content.decode()
    assert fresh(office) == office.current

    carried = page.context["form"]["text"].value()
    assert browser.post(path, {"text": carried, "then": "import"}).status_code == 303
    assert fresh(office).exceptions["2027-01-01"]["name_en"] == "Founding Day"


def test_a_wrong_line_is_named_and_nothing_is_imported(browser: Client, office: Calendar) -> None:
    path = f"/settings/calendars/{office.pk}/import/"
    text = COLUMNS + "2027-01-01,,holiday,開國紀念日,\n2027-02-30,,holiday,沒有這天,\n"

    page = browser.post(path, {"file": days_file(text), "then": "import"})

    assert page.status_code == 422
    assert "2027-02-30" in page.content.decode()
    assert fresh(office) == office.current


def test_a_file_that_is_no_text_is_refused(browser: Client, office: Calendar) -> None:
    file = SimpleUploadedFile("days.csv", b"\xff\xfe\x00")

    assert browser.post(f"/settings/calendars/{office.pk}/import/", {"file": file}).status_code == 422


def test_a_closure_shows_what_it_moves_before_it_is_published(
    browser: Client, office: Calendar, requester: Any, service: Any
) -> None:
    raise_incident(by=requester, requester=requester, title="公文", service=service, at=MONDAY)
    path = f"/settings/calendars/{office.pk}/close/"
    storm = {"on": "2026-11-24", "name_zh": "颱風", "reason": "停班"}

    shown = browser.post(path, storm | {"then": "preview"})

    assert shown.status_code == 200
    assert shown.context["preview"].moved > 0
    assert "Put in force" in shown.content.decode()
    assert fresh(office) == office.current
    assert browser.post(path, storm | {"then": "publish"}).status_code == 303
    assert "2026-11-24" in fresh(office).exceptions


def test_a_day_is_taken_back_after_a_look(browser: Client, office: Calendar) -> None:
    path = f"/settings/calendars/{office.pk}/drop/"

    shown = browser.post(path, {"day": "2026-05-01", "then": "preview"})

    assert "Put in force" in shown.content.decode()
    assert "2026-05-01" in fresh(office).exceptions
    assert browser.post(path, {"day": "2026-05-01", "then": "publish"}).status_code == 303
    assert "2026-05-01" not in fresh(office).exceptions


def test_a_county_is_closed_from_one_page(browser: Client, office: Calendar) -> None:
    browser.post(
        f"/settings/calendars/{office.pk}/place/", {"name_zh": "辦公時間", "county": "臺北市", "is_active": "on"}
    )
    storm = {"county": "臺北市", "on": "2026-11-24", "start": "12:00", "end": "", "name_zh": "颱風", "reason": "停班"}

    shown = browser.post("/settings/calendars/county/", storm | {"then": "preview"})
    done = browser.post("/settings/calendars/county/", storm | {"then": "publish"})
    again = browser.post("/settings/calendars/county/", storm | {"then": "publish"})

    assert (shown.status_code, done.status_code, again.status_code) == (200, 303, 422)
    assert fresh(office).exceptions["2026-11-24"]["windows"] == [["09:00", "12:00"]]
    assert "No calendar of this county" in again.content.decode()


def test_an_icalendar_file_is_shown_and_imported(browser: Client, office: Calendar) -> None:
    text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:元旦\r\nDTSTART;VALUE=DATE:20270101\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    path = f"/settings/calendars/{office.pk}/import/"

    shown = browser.post(path, {"file": SimpleUploadedFile("days.ics", text.encode())})
    kept = shown.context["form"].initial["text"]
    browser.post(path, {"text": kept, "then": "import"})

    assert "元旦" in shown.content.decode()
    assert fresh(office).exceptions["2027-01-01"]["kind"] == "holiday"


def test_the_year_is_drawn_with_its_special_days(browser: Client, office: Calendar) -> None:
    page = browser.get(f"/settings/calendars/{office.pk}/?year=2025").content.decode()

    assert page.count('class="day holiday') == 11
    assert page.count('class="day makeup') == 1
    assert "Sat 8 Feb 2025 make-up working day" in page
