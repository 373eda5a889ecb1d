"""What the house of the browser tests offers: a form with a condition, a submitted edition, a removal being accepted."""

from __future__ import annotations

from typing import Any

from catalogue.editions import services as editions
from catalogue.models import RequestItem, Service, ServiceTransition
from catalogue.transition.checklists import REMOVAL
from itsm.people.models import Person
from itsm.records.perform import open_record
from tests.catalogue.test_items import FORM


def offered(service: Service, item: RequestItem, keeper: Person) -> tuple[str, str, str]:
    """Make them; gives the number of the transition and the keys of a criterion and a row of its checklist."""
    item.form = [row | {"required": False} for row in FORM]
    item.save()
    draft = editions.begin_draft(service, by=service.owner)
    editions.write_draft(draft, {"audience_zh": "全校"}, reason="新版", by=service.owner, version=draft.version)
    made: Any = open_record(
        ServiceTransition, by=keeper, title="停止傳真服務", service=service, requester=keeper, owner=service.owner, state="acceptance",
        transition_kind="remove", need="使用量低", customer="全校",
    )  # fmt: skip
    criterion = made.criteria.create(position=1, text="資料已移轉", method="抽查")
    checks = [
        made.checks.create(code=row.code, position=position, before_live=row.before)
        for position, row in enumerate(REMOVAL, 1)
    ]
    return str(made.number), str(criterion.pk), str(checks[0].pk)
