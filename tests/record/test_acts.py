"""Every act on a case, as a person does it in a browser: what it does, and how it is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from catalogue.models import Category, Service
from incidents import services
from itsm.notices.models import Notification
from itsm.people.models import Person
from itsm.records.models import Attachment
from itsm.tickets.models import Comment, Draft, Task, Ticket
from tests.fixtures import make_person
from tests.record.conftest import HTMX

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]


def local(moment: Any) -> str:
    """Write a time as a browser sends it, in Taipei."""
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def fresh(case: Any) -> Any:
    return type(case).objects.get(pk=case.pk)


# ---- transitions ----------------------------------------------------------------------------
def test_a_transition_is_asked_for_and_made(desk_browser: Client, reported: Any, category: Category) -> None:
    url = f"/t/{reported.number}/do/classify"
    page = desk_browser.get(url).content.decode()
    assert 'id="id_classify_category"' in page

    answer = desk_browser.post(
        url, {"service": "documents", "category": "login", "impact": "2", "urgency": "1", "version": reported.version}
    )

    assert (answer.status_code, answer["Location"]) == (303, f"/incidents/{reported.number}/")
    assert (fresh(reported).state, fresh(reported).priority) == ("classified", 2)


def test_htmx_gets_a_dialog_and_is_sent_back_to_where_it_asked(
    desk_browser: Client, reported: Any, category: Category
) -> None:
    url = f"/t/{reported.number}/do/classify"
    dialog = desk_browser.get(url, headers=HTMX).content.decode()
    assert dialog.startswith('<dialog class="dialog')
    assert "data-open" in dialog

    given = {"service": "documents", "category": "login", "impact": "2", "urgency": "1"}
    answer = desk_browser.post(
        url, given, headers=HTMX | {"HX-Current-URL": "http://testserver/desk/q/unassigned/?sel=1"}
    )

    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/desk/q/unassigned/?sel=1")


def test_the_way_back_is_never_elsewhere(desk_browser: Client, worked: Any) -> None:
    answer = desk_browser.post(f"/t/{worked.number}/take", {"next": "https://evil.example/"})

    assert answer["Location"] == f"/incidents/{worked.number}/"


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(
    desk_browser: Client, worked: Any, headers: dict[str, str]
) -> None:
    answer = desk_browser.post(f"/t/{worked.number}/do/resolve", {"resolution_note": "typed-by-me"}, headers=headers)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“How it was solved” is needed." in page
    assert "typed-by-me" in page
    assert fresh(worked).state == "l1_processing"


def test_a_guard_is_explained_before_and_after(desk_browser: Client, worked: Any) -> None:
    Task.objects.create(ticket_id=worked.pk, title_zh="換電池")
    url = f"/t/{worked.number}/do/resolve"

    asked = desk_browser.get(url).content.decode()
    sent = desk_browser.post(url, {"resolution_code": "fixed", "resolution_note": "x"})

    assert "Child tasks are still open." in asked
    assert 'aria-disabled="true"' in asked
    assert sent.status_code == 422
    assert "Child tasks are still open." in sent.content.decode()
    page = desk_browser.get(f"/incidents/{worked.number}/").content.decode()
    assert 'title="Child tasks are still open."' in page


def test_somebody_without_the_role_is_refused(signed_in: SignedIn, worked: Any) -> None:
    overseer = make_person("slm", "slm")

    answer = signed_in(overseer).post(
        f"/t/{worked.number}/do/resolve", {"resolution_code": "fixed", "resolution_note": "x"}
    )

    assert answer.status_code == 403
    assert "Your role may not do this on this record." in answer.content.decode()


def test_a_record_that_moved_on_says_so(desk_browser: Client, resolved: Any) -> None:
    answer = desk_browser.post(f"/t/{resolved.number}/do/resolve", {"resolution_code": "fixed", "resolution_note": "x"})

    assert answer.status_code == 409
    assert "The record has moved on" in answer.content.decode()
    assert desk_browser.get(f"/t/{resolved.number}/do/nonsense").status_code == 404


def test_a_dialog_older_than_the_case_is_stopped_once(desk_browser: Client, worked: Any) -> None:
    old = worked.version
    Ticket.objects.filter(pk=worked.pk).update(version=old + 1)
    given = {"resolution_code": "fixed", "resolution_note": "done"}

    stopped = desk_browser.post(f"/t/{worked.number}/do/resolve", given | {"version": old})
    again = desk_browser.post(f"/t/{worked.number}/do/resolve", given | {"version": old + 1})

    assert stopped.status_code == 409
    assert f'name="version" value="{old + 1}"' in stopped.content.decode()
    assert again.status_code == 303


def test_the_proposed_grade_stands_in_the_dialog(desk_browser: Client, requester: Person, service: Service) -> None:
    case = services.raise_incident(by=requester, requester=requester, title="停擺", service=service, still_working="no")

    page = desk_browser.get(f"/t/{case.number}/do/classify").content.decode()

    assert '<option value="1" selected>High</option>' in page


# ---- writing --------------------------------------------------------------------------------
def test_a_reply_and_a_note_go_where_they_belong(desk_browser: Client, worked: Any) -> None:
    reply = desk_browser.post(f"/t/{worked.number}/reply", {"body": "您好", "seen": "0"})
    note = desk_browser.post(f"/t/{worked.number}/note", {"body": "內部"})

    said = list(Comment.objects.filter(ticket=worked.pk).order_by("pk").values_list("kind", "body"))
    assert said == [("public", "您好"), ("internal", "內部")]
    assert (reply.status_code, note.status_code) == (303, 303)


def test_a_reply_stops_when_a_newer_message_stands_and_may_be_sent_anyway(
    desk_browser: Client, worked: Any, requester: Person
) -> None:
    from itsm.tickets import comments

    newer = comments.reply(worked, body="又好了，謝謝", by=requester)
    url = f"/t/{worked.number}/reply"

    stopped = desk_browser.post(url, {"body": "我的回覆", "seen": "0"})

    page = stopped.content.decode()
    assert stopped.status_code == 409
    assert "又好了，謝謝" in page
    assert "我的回覆" in page
    assert "Send anyway" in page
    assert f'name="seen" value="{newer.pk}"' in page
    assert Draft.objects.get(ticket=worked.pk).body == "我的回覆"
    assert Comment.objects.filter(ticket=worked.pk).count() == 1
    assert desk_browser.post(url, {"body": "我的回覆", "seen": "0", "anyway": "1"}).status_code == 303
    assert not Draft.objects.exists()


def test_an_empty_reply_is_refused_on_the_page(desk_browser: Client, worked: Any) -> None:
    answer = desk_browser.post(f"/t/{worked.number}/reply", {"body": "  "})

    assert answer.status_code == 422
    assert "Write something first." in answer.content.decode()


def test_a_reply_may_lead_on_to_resolving(desk_browser: Client, worked: Any) -> None:
    answer = desk_browser.post(f"/t/{worked.number}/reply", {"body": "好了", "then": "resolve"})

    assert answer["Location"].startswith(f"/t/{worked.number}/do/resolve")


def test_drafts_are_kept_per_composer_and_shown_again(desk_browser: Client, worked: Any) -> None:
    assert desk_browser.post(f"/t/{worked.number}/draft", {"kind": "reply", "body": "half-a-reply"}).status_code == 204
    desk_browser.post(f"/t/{worked.number}/draft", {"kind": "note", "body": "half-a-note"})

    page = desk_browser.get(f"/incidents/{worked.number}/").content.decode()
    desk_browser.post(f"/t/{worked.number}/draft", {"kind": "note", "body": ""})

    assert ">half-a-reply</textarea>" in page
    assert ">half-a-note</textarea>" in page
    assert list(Draft.objects.values_list("kind", flat=True)) == ["public"]


def test_who_is_mentioned_is_told_unless_they_may_not_read_it(
    desk_browser: Client, worked: Any, engineer: Person, incident_manager: Person
) -> None:
    desk_browser.post(f"/t/{worked.number}/note", {"body": "請 @manager 與 @engineer 看一下"})

    told = set(Notification.objects.filter(event="mention").values_list("person__username", flat=True))
    page = desk_browser.get(f"/incidents/{worked.number}/").content.decode()
    assert told == {"manager"}
    assert f"Not told, because they may not read it: {engineer.name}" in page


# ---- files ----------------------------------------------------------------------------------
def test_files_are_taken_in_and_given_out_as_downloads_only(
    desk_browser: Client, signed_in: SignedIn, worked: Any, requester: Person
) -> None:
    page = SimpleUploadedFile("機密<b>.html", b"<script>alert(1)</script>")
    desk_browser.post(f"/t/{worked.number}/attach", {"files": page})
    desk_browser.post(
        f"/t/{worked.number}/attach", {"files": SimpleUploadedFile("memo.txt", b"internal"), "internal": "1"}
    )
    public, internal = Attachment.objects.order_by("pk")

    given = desk_browser.get(f"/t/{worked.number}/files/{public.pk}")
    mine = signed_in(requester)

    assert given["Content-Disposition"].startswith("attachment")
    assert given["X-Content-Type-Options"] == "nosniff"
    assert b"".join(given.streaming_content) == b"<script>alert(1)</script>"  # type: ignore[attr-defined]
    assert mine.get(f"/t/{worked.number}/files/{public.pk}").status_code == 200
    assert mine.get(f"/t/{worked.number}/files/{internal.pk}").status_code == 404
    assert desk_browser.get(f"/t/{worked.number}/files/{public.pk}/picture").status_code == 404
    assert desk_browser.post(f"/t/{worked.number}/attach", {}).status_code == 422


def test_pictures_are_shown_re_encoded(desk_browser: Client, worked: Any) -> None:
    from io import BytesIO

    from PIL import Image

    held = BytesIO()
    Image.new("RGB", (40, 30), "red").save(held, "PNG")
    desk_browser.post(
        f"/t/{worked.number}/reply", {"body": "如圖", "files": SimpleUploadedFile("x.png", held.getvalue())}
    )
    row = Attachment.objects.get()

    shown = desk_browser.get(f"/t/{worked.number}/files/{row.pk}/picture")

    assert (shown.status_code, shown["Content-Type"]) == (200, "image/png")
    assert (
        f"/t/{worked.number}/files/{row.pk}/picture"
        in desk_browser.get(f"/incidents/{worked.number}/").content.decode()
    )
