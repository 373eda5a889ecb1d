"""Loads the demo's configuration data: a year of it, so that the past has something to show."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from catalogue import roots
from catalogue.models import Service
from configuration import corrections, relating, schema, services
from configuration.authority import Grounds, loaded, loading
from configuration.models import Authority, CiAttribute, CiRelation, CiVersion, ConfigurationItem, Correction
from itsm.demo import cmdb_data as data
from itsm.people.models import Person, Site, Team

RECORDED, REPLACED, MOVED = timedelta(days=380), timedelta(days=90), timedelta(days=30)
#: What the demo lets an administrator have marked.
SENSITIVE = "management_address"


def load(*, at: datetime, small: bool = False) -> dict[str, Any]:
    """Record items and relationships as an import of the configuration manager; gives the items by the demo's keys."""
    keeper = Person.objects.get(username="ma")
    begun = at - RECORDED
    rows = data.ITEMS[: data.CORE] if small else data.ITEMS
    teams = {team.code: team for team in Team.objects.all()}
    site = Site.objects.filter(code="main-campus").first()
    CiAttribute.objects.filter(code=SENSITIVE).update(is_sensitive=True)
    grounds = loading(at=begun, source="inventory", by=keeper)
    made = {row[0]: _item(row, keeper, teams, site, begun, at, grounds) for row in rows}
    for kind, source, target, group, needs in data.RELATIONS:
        if source in made and target in made:
            _relation(made[source], made[target], kind, keeper, begun, grounds, group=group, needs=needs)
    _history(made, keeper, at, grounds)
    _roots(made, keeper)
    loaded(grounds, rows=len(rows) + len(data.RELATIONS))
    return made


def _item(
    row: tuple[Any, ...], by: Person, teams: Any, site: Any, begun: datetime, at: datetime, grounds: Grounds
) -> ConfigurationItem:
    key, code, name, team, criticality, place, attributes = row
    verified = at - timedelta(days=10 + sum(map(ord, key)) % 90)
    return services.create(
        ci_class=schema.present().by_code(code), title=name, grounds=grounds, by=by, at=begun, source="import",
        given=attributes, state="live", live_since=begun, criticality=criticality, place=place, site=site,
        team=teams.get(team), owner=teams[team].lead if team in teams else None, last_verified_at=verified,
        last_verified_by=by, serial=f"SN-{key.upper()}" if "manufacturer" in attributes else "",
    )  # fmt: skip


def _relation(
    source: Any, target: Any, code: str, by: Person, at: datetime, grounds: Grounds, **more: Any
) -> CiRelation:
    return relating.relate(
        source,
        target,
        type=schema.present().type_by_code(code),
        grounds=grounds,
        by=by,
        at=at,
        channel="import",
        **more,
    )


def _history(made: dict[str, Any], by: Person, at: datetime, grounds: Grounds) -> None:
    """Let something have changed: a battery test, a host that once stood in another rack, and data reported as wrong."""
    ups = made["ups-2"]
    services.edit(ups, grounds=grounds, by=by, at=at - REPLACED, source="import", given={"runtime_minutes": 9})
    if "host-4" in made:
        former = _relation(made["host-4"], made["rack-a2"], "installed_in", by, at - RECORDED, grounds)
        relating.end(former, grounds=grounds, by=by, at=at - MOVED, channel="import")
        corrections.report(
            made["host-3"], field="place", recorded="B1 U20", found="實際位於 B1 U22", by=Person.objects.get(username="yang"),
            at=at - timedelta(days=2),
        )  # fmt: skip


def _roots(made: dict[str, Any], by: Person) -> None:
    """Let the items of the class of services stand for the entries of the catalogue whose code they bear."""
    for item in made.values():
        service = Service.objects.filter(code=item.attributes.get("service_code", "")).first()
        if service is not None:
            roots.choose(service, item, by=by)


def demo_items() -> Any:
    """The items that fictitious people recorded."""
    return ConfigurationItem.objects.filter(versions__sequence=1, versions__authority__by__is_demo=True)


def removable() -> list[int]:
    """Remove what hangs on the demo's items, and give their keys; the caller has opened the locks."""
    keys = list(demo_items().values_list("pk", flat=True))
    CiAttribute.objects.filter(code=SENSITIVE).update(is_sensitive=False)
    CiRelation.objects.filter(source__in=keys).delete()
    CiRelation.objects.filter(target__in=keys).delete()
    CiVersion.objects.filter(item__in=keys).delete()
    rows = CiRelation.objects.all()
    held = rows.exclude(began_by=None).values("began_by").union(rows.exclude(ended_by=None).values("ended_by"))
    Authority.objects.filter(by__is_demo=True, versions=None).exclude(pk__in=held).delete()
    Correction.objects.filter(item__in=keys).delete()
    return keys
