"""Loads the demo's units, people, teams, services and items; a second time changes nothing."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.db import transaction

from catalogue.models import Category, RequestItem, Service
from itsm.demo import catalogue_data as catalogue
from itsm.demo import catalogue_forms as forms
from itsm.demo import people_data as people
from itsm.hours.models import Calendar
from itsm.people.models import Organisation, Person, RoleGrant, Site, Team

#: The password of every fictitious person; they exist only where the demo was loaded.
PASSWORD = "demo-desk-2026"  # noqa: S105  (printed at start, never a secret)


def load() -> None:
    """Make the organisation in one transaction."""
    with transaction.atomic():
        _units()
        _persons()
        _teams()
        _services()


def _units() -> None:
    site, _new = Site.objects.get_or_create(
        code="main-campus", defaults={"name_zh": "校總區", "name_en": "Main campus", "county": "臺北市"}
    )
    Calendar.objects.filter(code="taiwan-office", county="").update(county=site.county)
    top: Organisation | None = None
    for code, zh, en, _lead in people.UNITS:
        unit, _new = Organisation.objects.get_or_create(
            code=code, defaults={"name_zh": zh, "name_en": en, "parent": top, "site": site}
        )
        top = top or unit


def _persons() -> None:
    units = {unit.code: unit for unit in Organisation.objects.all()}
    password = make_password(PASSWORD)
    rows = [(username, name, "cnc", "zh-hant", phone) for username, name, _roles, _team, phone in people.STAFF]
    rows += [(username, name, unit, "zh-hant", "") for username, name, unit in people.LEADS]
    rows += [(username, name, unit, language, "") for username, name, unit, language in people.REQUESTERS]
    rows.append(("admin", "系統管理員", "cnc", "zh-hant", "2000"))
    for order, (username, name, unit, language, phone) in enumerate(rows, start=1):
        Person.objects.get_or_create(
            username=username,
            defaults={
                "name": name, "unit": units[unit], "language": language, "phone": phone, "password": password, "is_demo": True,
                "email": f"{username}@demo.example", "employee_number": f"D{order:04d}",
                "is_staff": username == "admin", "is_superuser": username == "admin",
            },
        )  # fmt: skip
    by_name = {person.username: person for person in Person.objects.filter(is_demo=True)}
    for code, _zh, _en, lead in people.UNITS:
        Organisation.objects.filter(code=code).update(lead=by_name[lead])
    grants = [(username, role) for username, _name, roles, _team, _phone in people.STAFF for role in roles.split(";")]
    for username, role in grants:
        RoleGrant.objects.get_or_create(person=by_name[username], role=role, process="")


def _teams() -> None:
    by_name = {person.username: person for person in Person.objects.filter(is_demo=True)}
    calendar = Calendar.objects.get(code="service-hours")
    for code, zh, en, tier, lead in people.TEAMS:
        team, _new = Team.objects.get_or_create(
            code=code,
            defaults={"name_zh": zh, "name_en": en, "tier": tier, "lead": by_name[lead], "calendar": calendar},
        )
        team.members.add(*(by_name[row[0]] for row in people.STAFF if row[3] == code))


def _services() -> None:
    by_name = {person.username: person for person in Person.objects.filter(is_demo=True)}
    teams = {team.code: team for team in Team.objects.all()}
    for (
        code,
        zh,
        en,
        type_zh,
        type_en,
        calendar,
        second,
        owner,
        criticality,
        content_zh,
        content_en,
    ) in catalogue.SERVICES:
        Service.objects.get_or_create(
            code=code,
            defaults={
                "name_zh": zh, "name_en": en, "service_type_zh": type_zh, "service_type_en": type_en, "criticality": criticality,
                "hours": Calendar.objects.get(code=calendar), "support_team": teams["desk"], "second_line_team": teams[second],
                "owner": by_name[owner], "description_zh": content_zh, "description_en": content_en,
            },
        )  # fmt: skip
    for code, zh, en in catalogue.CATEGORIES:
        Category.objects.get_or_create(code=code, defaults={"name_zh": zh, "name_en": en})
    services = {service.code: service for service in Service.objects.all()}
    for order, (code, service, zh, en, seconds, approval, tasks, words) in enumerate(catalogue.ITEMS):
        RequestItem.objects.get_or_create(
            code=code,
            defaults={
                "service": services[service], "name_zh": zh, "name_en": en, "target_seconds": seconds, "approval": approval,
                "tasks": tasks, "keywords": words, "sort": order, **forms.ITEMS.get(code, {}),
            },
        )  # fmt: skip
