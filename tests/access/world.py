"""A small world with one ordinary and one secret case, and a reader of every kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from catalogue.models import Category, RequestItem, Service
from incidents import services
from itsm.hours.models import Calendar
from itsm.people.models import Organisation, Person, Team
from itsm.records.attachments import attach
from itsm.records.perform import perform
from itsm.tickets import comments
from tests.fixtures import make_person

READERS = ("anonymous", "requester", "stranger", "agent", "engineer", "manager", "auditor", "admin")
#: Strings that only those who may read them ever meet.
NOTE, SECRET, SECRET_NOTE, FILE, REASON = "CANARYNOTE", "CANARYSECRET", "CANARYDEEP", "CANARYFILE", "CANARYREASON"


#: A key that no row has: what is seen must not depend on which tests ran before.
NOWHERE = 987654321


@dataclass(frozen=True)
class World:
    """The people by what they are, and the two cases."""

    people: dict[str, Person]
    own: Any
    secret: Any
    ids: dict[str, dict[str, Any]]


def build() -> World:
    """Make the world: ``own`` is the requester's ordinary case at the desk, ``secret`` a stranger's confidential one."""
    library = Organisation.objects.create(code="library", name_zh="圖書館", name_en="Library")
    physics = Organisation.objects.create(code="physics", name_zh="物理系", name_en="Physics")
    desk = Team.objects.create(code="desk", name_zh="服務台", name_en="Desk", tier=1)
    vault = Team.objects.create(code="vault", name_zh="資安組", name_en="Vault", tier=2)
    network = Team.objects.create(code="network", name_zh="網路組", name_en="Network", tier=2)
    people = {
        "requester": make_person("requester", unit=library, name="王小明"),
        "stranger": make_person("stranger", unit=physics, name="陳大文"),
        "agent": make_person("agent", "agent", name="林怡君"),
        "engineer": make_person("engineer", "engineer", name="陳柏宇"),
        "manager": make_person("manager", "incident_manager", name="黃志明"),
        "auditor": make_person("auditor", "auditor", name="鄭稽核"),
        "admin": make_person("admin", name="管理員", is_staff=True, is_superuser=True),
    }
    desk.members.add(people["agent"])
    network.members.add(people["engineer"])
    service = Service.objects.create(
        code="documents", name_zh="公文", name_en="Documents", hours=Calendar.objects.get(code="taiwan-office"),
        support_team=desk, second_line_team=vault, owner=make_person("owner"),
    )  # fmt: skip
    category = Category.objects.create(code="login", name_zh="登入", name_en="Sign-in")
    item = RequestItem.objects.create(code="password", service=service, name_zh="重設密碼", target_seconds=3600)
    own, secret = _own(people, service, category), _secret(service, vault)
    return World(people, own, secret, {"own": _ids(own, people, item), "secret": _ids(secret, people, item)})


def _own(people: dict[str, Person], service: Service, category: Category) -> Any:
    who, agent, at = people["requester"], people["agent"], timezone.now() - timedelta(hours=1)
    case = services.raise_incident(by=who, requester=who, title="印表機卡紙", service=service, at=at)
    grade: dict[str, Any] = {"service": service, "category": category, "impact": "2", "urgency": "2"}
    case = perform(case, "classify", by=agent, at=at, **grade)
    case = perform(case, "assign_first_line", by=agent, at=at, assignee=agent)
    comments.note(case, body=NOTE, by=agent)
    comments.reply(case, body="我們處理中", by=agent)
    attach(case, name=f"{FILE}.txt", pieces=[b"CANARYFILE inside"], by=agent, at=at, internal=True)
    return perform(case, "regrade", by=agent, impact="2", urgency="3", reason=REASON)


def _secret(service: Service, team: Team) -> Any:
    whistle = make_person("whistle", name="吹哨人")
    case = services.raise_incident(
        by=whistle,
        requester=whistle,
        title=f"{SECRET} 公文",
        description=SECRET,
        service=service,
        confidential=True,
        team=team,
    )
    comments.reply(case, body=SECRET_NOTE, by=whistle)
    attach(case, name=f"{SECRET}.txt", pieces=[b"CANARYSECRET"], by=whistle, at=timezone.now())
    return case


def _ids(case: Any, people: dict[str, Person], item: RequestItem) -> dict[str, Any]:
    return {
        "number": case.number, "pk": NOWHERE, "key": NOWHERE, "class_pk": NOWHERE, "kind_pk": NOWHERE, "section": "incidents",
        "file": case.attachments.get().pk,
        "name": "classify", "kind": "incident", "state": "done", "child": case.number, "view": "all", "code": "password",
        "source": "none", "token": "forged", "uidb64": "x", "persona": "agent", "act": "star", "pk_person": people["agent"].pk,
        "item": item.code, "first": NOWHERE, "second": "now", "place": 1,
        "edition": 1, "position": 1, "month": "2026-10",
        "metric": "resolution", "what": "calls", "cycle": 1,
        "area": "incident", "figure": "incident.volume", "measure": "received", "language": "en", "form": "csv",
    }  # fmt: skip


def routes() -> list[tuple[str, URLPattern, list[str]]]:
    """List every route: its pattern as written, and the names of its parameters; Django's admin apart."""
    return sorted(_walk(get_resolver().url_patterns, ""), key=lambda row: row[0])


def _walk(patterns: Any, before: str) -> Any:
    for pattern in patterns:
        path = before + str(pattern.pattern)
        if path.startswith(("admin/", "static/")):
            continue
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, path)
        else:
            yield path, pattern, sorted(_parameters(path))


def _parameters(path: str) -> set[str]:
    import re

    return set(re.findall(r"<(?:[a-z_]+:)?(\w+)>", path)) | set(re.findall(r"\(\?P<(\w+)>", path))


def fill(path: str, ids: dict[str, Any]) -> str:
    """Put the world's values into a route's pattern."""
    import re

    if "files/" in path or "attachments/<int:key>" in path:
        ids = ids | {"pk": ids["file"], "key": ids["file"]}
    text = re.sub(r"<(?:[a-z_]+:)?(\w+)>(?!\[)", lambda found: str(ids.get(found[1], "x")), _plain(path, ids))
    return "/" + text.replace("^", "").replace("$", "").replace(".*", "nowhere").replace("\\.", ".")


def _plain(path: str, ids: dict[str, Any]) -> str:
    import re

    return re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda found: str(ids.get(found[1], "x")), path)
