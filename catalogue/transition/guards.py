"""The conditions of service transitions; the coded sentences are the specification's."""

from __future__ import annotations

import re
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext

from catalogue.transition.checklists import NOTICE
from catalogue.transition.effects import criteria_of
from itsm.flow import Move, guard
from itsm.records import register
from itsm.records.links import linked, linking
from itsm.records.models import LinkKind, Record

OF = "service_transition"
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST = 500


def parent_changes(record: Any) -> list[Record]:
    """List the changes that have called for ``record``."""
    return [row for row in linking(record, kind=LinkKind.DESIGNED_BY).records if row.kind == "change"]


@guard("g_change_approved", "Parent change is not authorised.", "上層變更尚未核准。", of=OF)
def change_approved(record: Any, move: Move) -> bool:
    """Tell whether every change above is authorised or being carried out."""
    return all(register.reached(change, "authorised") for change in parent_changes(record))


@guard("g_acceptance_passed", "Acceptance test is not passed.", "驗收測試未通過。", of=OF)
def acceptance_passed(record: Any, move: Move) -> bool:
    """Tell whether every criterion is met, proved and signed."""
    return bool(record.acceptance_is_passed())


# ---- further sentences, without a code in the specification ---------------------------------


def service_fits(record: Any, move: Move) -> str:
    """Object to a new service without a free code, name and owner, and to any other without its service."""
    kind = move.given("transition_kind")
    if kind is None:
        return ""
    if kind != "new":
        return _known_service(record, move)
    missing = [name for name in ("service_code", "name_zh", "owner") if not move.given(name, getattr(record, name))]
    if missing:
        return gettext("A new service needs its code, its Chinese name and its owner.")
    return _free_code(record, str(move.given("service_code", record.service_code)))


def _known_service(record: Any, move: Move) -> str:
    service = move.given("service", record.service)
    if service is None:
        return gettext("Say which service it is about.")
    if not service.is_live:
        return gettext("This service is not live.")
    if move.given("transition_kind") == "transfer" and not move.given("transfer_direction", record.transfer_direction):
        return gettext("Say whether we take the service over or hand it over.")
    others = service.transitions.open().exclude(pk=record.pk).exclude(transition_kind="")
    if (other := others.first()) is not None:
        return gettext("%(number)s is under way for this service already.") % {"number": other.number}
    return ""


def _free_code(record: Any, code: str) -> str:
    from catalogue.models import Service

    if len(code) > 40 or not CODE.fullmatch(code):
        return gettext("The code consists of small letters, digits and hyphens.")
    if Service.objects.filter(code=code).exists():
        return gettext("There is a service with the code “%(code)s” already.") % {"code": code}
    taken = type(record).objects.open().filter(service_code=code).exclude(pk=record.pk)
    if taken.exists():
        return gettext("Another transition makes a service with the code “%(code)s”.") % {"code": code}
    return ""


def criteria_fit(record: Any, move: Move) -> str:
    """Object to a plan whose criteria are too long or name nothing."""
    rows = criteria_of(move.given("criteria", ""))
    if "criteria" in move.inputs and not rows:
        return gettext("Name at least one acceptance criterion.")
    if any(len(text) > LONGEST or len(method) > 200 for text, method in rows):
        return gettext("A criterion is longer than %(most)s characters.") % {"most": LONGEST}
    return ""


def builder_apart(record: Any, move: Move) -> str:
    """Object to somebody who accepts what they built."""
    if move.by is not None and move.by.pk == record.built_by_id:
        return gettext("Who built it must not accept it.")
    return ""


def has_change(record: Any, move: Move) -> str:
    """Object while no change has called for it."""
    if parent_changes(record):
        return ""
    return gettext("No change has called for this transition; a service changes only by a change.")


def has_release(record: Any, move: Move) -> str:
    """Object to a new or changed service that no release brings."""
    if record.transition_kind not in ("new", "change"):
        return ""
    if "release" not in {process.key for process in register.processes()}:
        return ""
    if any(linked(change, kind=LinkKind.IMPLEMENTED_BY) for change in parent_changes(record)):
        return ""
    return gettext("A new or changed service goes live by a release: link one to its change.")


def edition_approved(record: Any, move: Move) -> str:
    """Object while what the catalogue will say is not approved by another person."""
    if record.ends_service:
        return ""
    if record.editions.filter(approved_at__isnull=False, ended_at=None).exists():
        return ""
    return gettext("The new edition of the catalogue entry is not approved yet.")


def change_succeeded(record: Any, move: Move) -> str:
    """Object until the change is closed with a good result."""
    changes = parent_changes(record)
    if changes and all(register.reached(change, "succeeded") for change in changes):
        return ""
    return gettext("A service becomes live or retired only by a change that is closed with success.")


def change_unsuccessful(record: Any, move: Move) -> str:
    """Object while the change may still succeed."""
    changes = parent_changes(record)
    if changes and any(register.reached(change, "unsuccessful") for change in changes):
        return ""
    return gettext("The change has not ended without success.")


def checked_before(record: Any, move: Move) -> str:
    """Object while something that must be known before is not answered, or users were not told in time."""
    rows = [row for row in record.checks.all() if row.before_live]
    if any(row.done_at is None for row in rows):
        return gettext("The checklist has open questions that must be answered before.")
    told = [row.happened_on for row in rows if row.code == "users" and row.happened_on]
    if any(localdate(move.at) < day + NOTICE for day in told):
        return gettext("Users must be told %(days)s days before.") % {"days": NOTICE.days}
    return ""


def all_checked(record: Any, move: Move) -> str:
    """Object while the checklist has an open question."""
    if any(row.done_at is None for row in record.checks.all()):
        return gettext("The checklist has open questions.")
    return ""


def live_by_now(record: Any, move: Move) -> str:
    """Object to a day that lies ahead."""
    day = move.given("live_on")
    return gettext("The day cannot lie ahead.") if day and day > localdate(move.at) else ""
