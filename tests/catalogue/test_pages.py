"""The screens of the catalogue, as people use them."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalogue.editions import services as editions
from catalogue.models import Category, RequestItem, Service, ServiceEdition
from incidents import services
from incidents.models import ServiceRequest
from itsm.people.models import Organisation, Person
from itsm.records.models import Attachment
from tests.catalogue.conftest import Walk, full_content
from tests.catalogue.test_items import FORM
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db


def page(client: Client, person: Person, address: str, **more: Any) -> str:
    """Open a page as somebody and give its text."""
    client.force_login(person)
    answer = client.get(address, headers={"accept-language": "zh-hant"}, **more)
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


@pytest.fixture
def item(service: Service) -> RequestItem:
    """An item with a form and a plan."""
    return RequestItem.objects.create(
        code="host", service=service, name_zh="虛擬主機", name_en="Virtual host", target_seconds=8 * 3600, form=FORM,
        tasks=[{"zh": "配置", "en": "Allocate", "step": 1, "target_seconds": 3600}, ["通知", "Tell"]],
    )  # fmt: skip


def test_the_administration_lists_every_service_with_what_is_missing(
    client: Client, service: Service, item: RequestItem, agent: Person
) -> None:
    text = page(client, agent, reverse("services:catalogue"))

    assert service.name in text
    assert "虛擬主機" in text
    assert "2/8" in text


def test_requesters_see_no_administration(
    client: Client, service: Service, item: RequestItem, requester: Person
) -> None:
    client.force_login(requester)
    for name, code in (("catalogue", None), ("entry", "documents"), ("item", "host"), ("page", "documents")):
        address = reverse(f"services:{name}", args=[code] if code else [])
        assert client.get(address).status_code == 403


def test_an_edition_is_written_submitted_and_approved_on_its_page(
    client: Client, service: Service, level_manager: Person
) -> None:
    owner, entry = service.owner, reverse("services:entry", args=["documents"])
    client.force_login(owner)
    assert client.post(reverse("services:draft", args=["documents"])).status_code == 303
    draft = ServiceEdition.objects.get()
    given = full_content() | {
        "criticality": 2, "hours": "taiwan-office", "owner": "owner", "reason": "新版", "version": draft.version, "second_line_team": "",
    }  # fmt: skip
    assert client.post(reverse("services:draft", args=["documents"]), given | {"name_en": "x" * 200}).status_code == 422
    assert client.post(reverse("services:draft", args=["documents"]), given).status_code == 303
    assert client.post(reverse("services:act", args=["documents", "submit"])).status_code == 303
    assert (
        client.post(reverse("services:act", args=["documents", "approve"]), {"effective_on": "2999-01-01"}).status_code
        == 403
    )

    assert "新版" in page(client, level_manager, entry)
    late = client.post(reverse("services:act", args=["documents", "approve"]), {"effective_on": "2020-01-01"})
    assert late.status_code == 422
    assert (
        client.post(reverse("services:act", args=["documents", "approve"]), {"effective_on": "2999-01-01"}).status_code
        == 303
    )
    assert ServiceEdition.objects.get().state == ServiceEdition.State.APPROVED


def test_a_draft_is_returned_with_its_reason(client: Client, service: Service, level_manager: Person) -> None:
    begun = editions.begin_draft(service, by=service.owner, at=MONDAY)
    wrote = editions.write_draft(begun, full_content(), reason="", by=service.owner, version=1, at=MONDAY)
    editions.submit_draft(wrote, by=service.owner, at=MONDAY)
    client.force_login(level_manager)

    assert client.post(reverse("services:act", args=["documents", "return"]), {"reason": ""}).status_code == 422
    assert client.post(reverse("services:act", args=["documents", "return"]), {"reason": "售價不明"}).status_code == 303
    assert "售價不明" in page(client, service.owner, reverse("services:entry", args=["documents"]))


def builder(item: RequestItem, **more: Any) -> dict[str, Any]:
    """Everything that the builder sends for the item as it stands."""
    sent: dict[str, Any] = {
        "name_zh": item.name_zh, "name_en": item.name_en, "hours": "8", "sort": "100", "is_active": "on", "approval": "none",
        "approval_rule": "all", "approval_needed": "1", "field-TOTAL_FORMS": "1", "field-INITIAL_FORMS": "0",
        "task-TOTAL_FORMS": "1", "task-INITIAL_FORMS": "0",
    }  # fmt: skip
    field = {
        "code": "room",
        "kind": "choice",
        "label_zh": "教室",
        "label_en": "Room",
        "choices": "a|甲|A\nb|乙|B",
        "required": "on",
    }
    task = {"zh": "勘查", "en": "Survey", "step": "1", "hours": "2"}
    sent |= {f"field-0-{name}": value for name, value in field.items()} | {
        f"task-0-{name}": value for name, value in task.items()
    }
    return sent | more


def test_the_builder_keeps_form_plan_and_policy(
    client: Client, item: RequestItem, service: Service, agent: Person
) -> None:
    client.force_login(service.owner)
    address = reverse("services:item", args=["host"])
    policy = {"approval": "policy", "approval_rule": "count", "approval_needed": "2", "approval_lead": "on"}
    assert client.post(address, builder(item, **policy)).status_code == 422
    assert client.post(address, builder(item, **policy, approval_owner="on")).status_code == 303

    item.refresh_from_db()
    assert [(field.code, len(field.options)) for field in item.form_fields] == [("room", 2)]
    assert [(task.title_zh, task.target_seconds) for task in item.plan] == [("勘查", 7200)]
    assert (item.approval_rule, item.approval_needed) == ("count", 2)
    client.force_login(agent)
    assert client.post(address, builder(item)).status_code == 403


def test_the_builder_names_a_field_that_nobody_can_reach(client: Client, item: RequestItem, service: Service) -> None:
    client.force_login(service.owner)
    lost = {"field-0-when_field": "colour", "field-0-when_values": "red"}
    answer = client.post(reverse("services:item", args=["host"]), builder(item, **lost))

    assert answer.status_code == 422
    assert "永遠不會出現" in answer.content.decode()
    item.refresh_from_db()
    assert len(item.form) == len(FORM)


def test_the_builder_names_a_field_without_words_by_its_code_and_keeps_it_open(
    client: Client, item: RequestItem, service: Service
) -> None:
    client.force_login(service.owner)
    wordless = {"field-0-code": "nameless", "field-0-label_zh": "", "field-0-label_en": "", "task-0-step": "99"}

    shown = client.post(reverse("services:item", args=["host"]), builder(item, **wordless)).content.decode()

    assert 'href="#id_task-0-step"' in shown
    assert '<details class="fold" open>' in shown
    wordless["task-0-step"] = "1"
    shown = client.post(reverse("services:item", args=["host"]), builder(item, **wordless)).content.decode()
    assert "nameless: 缺少名稱或種類" in shown


def test_a_submitted_draft_that_is_written_on_says_that_it_must_be_submitted_again(
    client: Client, service: Service
) -> None:
    begun = editions.begin_draft(service, by=service.owner, at=MONDAY)
    wrote = editions.write_draft(begun, full_content(), reason="", by=service.owner, version=1, at=MONDAY)
    editions.submit_draft(wrote, by=service.owner, at=MONDAY)
    client.force_login(service.owner)
    address = reverse("services:draft", args=[service.code])
    form = client.get(address).context["form"]
    given = {name: value for name in form.fields if (value := form[name].value()) not in (None, "")}

    client.post(address, given | {"reason": "再改"})
    shown = client.get(reverse("services:entry", args=[service.code])).content.decode()

    assert "草稿已儲存，須重新送審。" in shown


def test_the_builder_tries_the_form_out(client: Client, item: RequestItem, agent: Person) -> None:
    address = reverse("services:item", args=["host"])
    wrong = page(client, agent, f"{address}?try=1&answers.size=large")
    assert "「理由」必須填寫" in wrong or "理由" in wrong
    right = page(client, agent, f"{address}?try=1&answers.size=small")

    assert "將儲存下列答覆" in right
    assert "將儲存下列答覆" not in wrong
    assert not ServiceRequest.objects.exists()


def test_users_order_with_the_form_of_the_item(
    client: Client, item: RequestItem, requester: Person, category: Category
) -> None:
    Category.objects.create(code="order", name_zh="申請")
    text = page(client, requester, reverse("portal:order", args=["host"]))
    assert "規格" in text
    assert "僅於「規格」為 大 時填寫" in text
    address = reverse("portal:order", args=["host"])
    missing = client.post(address, {"answers.size": "large", "details": "急"})
    assert missing.status_code == 422
    assert "急" in missing.content.decode()
    assert not ServiceRequest.objects.exists()

    assert client.post(address, {"answers.size": "large", "answers.why": "模擬運算"}).status_code == 303
    made = ServiceRequest.objects.get()
    assert [row["text_zh"] for row in made.answers] == ["大", "模擬運算"]
    assert "模擬運算" in page(client, requester, reverse("portal:case", args=[made.number]))


def test_a_file_that_the_form_wants_is_kept(client: Client, item: RequestItem, requester: Person) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    Category.objects.create(code="order", name_zh="申請")
    item.form = [{"code": "paper", "kind": "file", "label_zh": "核章表單", "label_en": "Signed form", "required": True}]
    item.save()
    client.force_login(requester)
    address = reverse("portal:order", args=["host"])
    assert client.post(address, {"details": "急"}).status_code == 422
    file = SimpleUploadedFile("form.txt", b"signed", content_type="text/plain")

    assert client.post(address, {"answers.paper": file}).status_code == 303
    assert Attachment.objects.get().name == "form.txt"
    assert ServiceRequest.objects.get().answers[0]["value"] == "form.txt"


def test_the_desk_fills_the_form_in(
    client: Client, item: RequestItem, requester: Person, category: Category, agent: Person
) -> None:
    made = services.raise_request(by=agent, requester=requester, item=item, category=category, at=MONDAY)
    client.force_login(agent)
    address = reverse("services:form", args=[made.number])
    assert client.get(address).status_code == 200
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"answers.size": "small"}).status_code == 303

    assert "小" in page(client, agent, f"/requests/{made.number}/")


def test_users_read_the_eight_fields_and_see_what_is_for_others(
    client: Client, service: Service, item: RequestItem, requester: Person, other_requester: Person, unit: Organisation
) -> None:
    service.audiences.set([unit])
    text = page(client, requester, reverse("portal:service", args=["documents"]))
    for words in (
        "服務種類",
        "服務對象",
        "服務執行時間、頻率",
        "服務問題昇級處理方法",
        "服務維運小組",
        "服務售價",
        "虛擬主機",
    ):
        assert words in text

    assert "圖書館" in page(client, other_requester, reverse("portal:services"))
    client.force_login(other_requester)
    assert client.get(reverse("portal:service", args=["documents"])).status_code == 404
    assert client.get(reverse("portal:order", args=["host"])).status_code == 404


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_the_catalogue_is_printed_in_both_languages(
    client: Client, service: Service, item: RequestItem, requester: Person, language: str
) -> None:
    client.force_login(requester)
    answer = client.get(reverse("services:print"), {"language": language})

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert f"catalogue-{language}" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("state", ["proposed", "designing", "acceptance", "closed"])
def test_the_page_of_a_transition_shows_where_it_stands(
    client: Client, walk: Walk, level_manager: Person, state: str
) -> None:
    record = walk(state, "remove")
    text = page(client, level_manager, f"/service-transitions/{record.number}/")

    assert record.number in text
    if state != "proposed":
        assert "檢查清單" in text


def test_criteria_are_signed_and_the_checklist_answered_on_the_page(
    client: Client, walk: Walk, service: Service, agent: Person
) -> None:
    record = walk("acceptance", "remove")
    criterion, check = record.criteria.first(), record.checks.get(code="users")
    client.force_login(service.owner)
    sign = reverse("services:criterion", args=[record.number, criterion.pk])
    assert client.get(sign).status_code == 200
    assert client.post(sign, {"result": "passed", "evidence": ""}).status_code == 422
    assert client.post(sign, {"result": "passed", "evidence": "報告"}).status_code == 303
    answer = reverse("services:check", args=[record.number, check.pk])
    assert client.post(answer, {"answer": "已公告"}).status_code == 422
    assert client.post(answer, {"answer": "已公告", "on": "2026-01-05"}).status_code == 303
    assert client.post(sign, {"result": "failed", "evidence": "回應 3 秒"}).status_code == 303
    shown = client.get(f"/service-transitions/{record.number}/").content.decode()
    assert f"簽署「{criterion.text}」：通過（報告）" in shown
    assert f"簽署「{criterion.text}」：未通過（回應 3 秒）" in shown

    client.force_login(agent)
    assert client.post(sign, {"result": "passed", "evidence": "報告"}).status_code == 403


def test_the_page_of_a_service_gathers_what_happens_to_it(
    client: Client, walk: Walk, service: Service, agent: Person, requester: Person
) -> None:
    record = walk("building", "change")
    case = services.raise_incident(by=requester, requester=requester, title="公文 502", service=service, at=MONDAY)
    text = page(client, agent, reverse("services:page", args=["documents"]))

    for words in (record.number, case.number, "李組長", "線上申請服務"):
        assert str(words) in text


@pytest.mark.parametrize("many", [1, 8])
def test_lists_cost_the_same_for_one_service_and_for_many(
    client: Client, service: Service, agent: Person, many: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(many):
        made = Service.objects.create(
            code=f"more-{number}",
            name_zh="更多",
            hours=service.hours,
            support_team=service.support_team,
            owner=service.owner,
        )
        RequestItem.objects.create(code=f"item-{number}", service=made, name_zh="項目", target_seconds=3600)
    client.force_login(agent)

    for name in ("services:catalogue", "portal:services", "portal:catalogue"):
        client.get(reverse(name))
        with django_assert_max_num_queries(22):
            assert client.get(reverse(name)).status_code == 200


def test_a_choice_shows_the_questions_that_it_brings_and_hides_the_others(
    client: Client, item: RequestItem, requester: Person
) -> None:
    Category.objects.create(code="order", name_zh="申請")
    address = reverse("portal:order", args=["host"])
    first = page(client, requester, address)
    assert 'data-when="answers.size" data-is="large" hidden' in first
    assert '<input type="hidden" name="shown" value="why" disabled>' in first

    asked = client.post(address, {"answers.size": "large"})
    assert asked.status_code == 422
    assert 'data-is="large" hidden' not in asked.content.decode()
    assert "您的選擇帶出了這一題" in asked.content.decode()
    assert not ServiceRequest.objects.exists()


def test_a_question_that_need_not_be_answered_is_asked_once(
    client: Client, item: RequestItem, requester: Person
) -> None:
    Category.objects.create(code="order", name_zh="申請")
    item.form = [row | {"required": False} if row["code"] == "why" else row for row in item.form]
    item.save()
    client.force_login(requester)
    address = reverse("portal:order", args=["host"])

    assert client.post(address, {"answers.size": "large"}).status_code == 422
    assert client.post(address, {"answers.size": "large", "shown": "why"}).status_code == 303
    assert [row["code"] for row in ServiceRequest.objects.get().answers] == ["size"]


def test_what_is_not_asked_has_no_faults_and_is_not_kept(client: Client, item: RequestItem, requester: Person) -> None:
    Category.objects.create(code="order", name_zh="申請")
    client.force_login(requester)
    far_too_long = {"answers.size": "small", "answers.why": "x" * 99, "shown": "why"}

    assert client.post(reverse("portal:order", args=["host"]), far_too_long).status_code == 303
    assert [row["code"] for row in ServiceRequest.objects.get().answers] == ["size"]


def test_service_transitions_have_a_list(
    client: Client, walk: Walk, service: Service, agent: Person, requester: Person
) -> None:
    record = walk("acceptance")
    assert record.number in page(client, agent, "/service-transitions/")
    assert record.number in page(client, agent, reverse("services:catalogue"))
    client.force_login(requester)
    assert client.get("/service-transitions/").status_code == 403
