"""Writing configuration data: every operation says what authorises it, who does it and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from configuration import attributes, authority, sensitive
from configuration.authority import Grounds
from configuration.models import ConfigurationItem
from itsm.flow import Move
from itsm.records import journal
from itsm.records.links import link
from itsm.records.models import Event, LinkKind
from itsm.records.perform import lock, open_record, saving
from itsm.records.refusals import Refusal, Stale

if TYPE_CHECKING:
    from itsm.people.models import Person

#: The fields of every item that people write, beside the attributes of its class.
FIELDS = (
    "title", "description", "release_version", "site", "place", "owner", "team", "supplier", "environment", "criticality",
    "serial", "asset_no", "hostname", "address", "licence", "support_until", "data_classification",
)  # fmt: skip


class Unauthorised(Refusal):
    """Nothing authorises that change of configuration data; carries the sentence."""


class NothingToChange(Exception):
    """The item is like that already."""


def create(
    *, ci_class: Any, title: str, grounds: Grounds, by: Person | None, at: datetime, source: str = "web",
    given: Mapping[str, Any] | None = None, state: str = "planned", **fields: Any,
) -> ConfigurationItem:  # fmt: skip
    """Make an item of ``ci_class``; a change that authorises it names it from then on.

    ``given`` are the attributes of its class, ``fields`` those of every item.

    :raises Unauthorised: if the grounds do not hold, or do not reach such an item
    :raises attributes.UnfitAttributes: if an attribute does not fit
    """
    _check(grounds, ci_class=ci_class, by=by, at=at)
    kept = attributes.clean(ci_class.pk, given or {})
    written = [name for name in FIELDS if name == "title" or fields.get(name)]
    stamp = {"source": source, "at": at.isoformat()}
    with authority.acting(grounds, by=by, at=at, reason=f"create {title}"):
        made: ConfigurationItem = open_record(
            ConfigurationItem, by=by, at=at, channel=source, ci_class=ci_class, title=title, attributes=kept,
            provenance=dict.fromkeys([*written, *kept], stamp), state=state, **fields,
        )  # fmt: skip
        if grounds.change is not None:
            link(grounds.change, made, kind=LinkKind.AFFECTS, by=by, at=at, auto=True)
        used(grounds, at=at)
    return made


def edit(
    item: ConfigurationItem, *, grounds: Grounds, by: Person | None, at: datetime, source: str = "web",
    given: Mapping[str, Any] | None = None, version: int | None = None, **fields: Any,
) -> ConfigurationItem:  # fmt: skip
    """Write ``fields`` and the attributes in ``given`` (an empty one is taken away), and keep how it was.

    :raises Unauthorised: if the grounds do not hold, or do not name the item
    :raises attributes.UnfitAttributes: if an attribute does not fit
    :raises NothingToChange: if nothing differs
    :raises Stale: if the item has another version than ``version``
    """
    with transaction.atomic():
        locked: ConfigurationItem = lock(item)
        if version is not None and version != locked.version:
            raise Stale
        _check(grounds, ci_class=locked.ci_class, by=by, at=at, item=locked)
        _check_read(given or {}, ci_class=locked.ci_class, by=by)
        kept = attributes.clean(locked.ci_class_id, {**locked.attributes, **(given or {})}, standing=locked.attributes)
        changed = differences(locked, kept, fields)
        if not changed:
            raise NothingToChange(gettext("Nothing differs from what is recorded."))
        with authority.acting(grounds, by=by, at=at, reason=", ".join(changed)), saving(locked):
            for name, value in fields.items():
                setattr(locked, name, value)
            locked.attributes = kept
            stamp = {"source": source, "at": at.isoformat()}
            locked.provenance = {**locked.provenance, **dict.fromkeys(changed, stamp)}
            locked.version, locked.changed_at = locked.version + 1, at
        before, after = (
            sensitive.masked({name: pair[end] for name, pair in changed.items()}, locked.ci_class_id) for end in (0, 1)
        )
        _journal(locked, "edit", by=by, at=at, channel=source, grounds=grounds, before=before, after=after)
        used(grounds, at=at)
    return locked


def differences(item: ConfigurationItem, kept: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, list[Any]]:
    """List what would change: the old and the new value of each field and attribute."""
    found = {
        name: [journal.plain(getattr(item, name)), journal.plain(value)]
        for name, value in fields.items()
        if name in FIELDS and getattr(item, name) != value
    }
    codes = sorted(kept.keys() | item.attributes.keys())
    return found | {
        code: [item.attributes.get(code), kept.get(code)]
        for code in codes
        if item.attributes.get(code) != kept.get(code)
    }


def used(grounds: Grounds, *, at: datetime) -> None:
    """Spend a correction: it authorises one change only."""
    if grounds.correction is not None:
        type(grounds.correction).objects.filter(pk=grounds.correction.pk, applied_at=None).update(applied_at=at)


def verify(item: ConfigurationItem, *, by: Person, at: datetime, channel: str = "web") -> None:
    """Say that what is recorded is still right."""
    with transaction.atomic():
        locked = lock(item)
        with saving(locked):
            locked.last_verified_at, locked.last_verified_by = at, by
        move = Move("verified", by, at, channel)
        journal.write(locked, kind=Event.Kind.EDITED, name="verified", move=move)


def _check(grounds: Grounds, *, ci_class: Any, by: Person | None, at: datetime, item: Any = None) -> None:
    """Refuse grounds that do not hold; the database judges once more.

    :raises Unauthorised: with the sentence
    """
    if sentence := objection(grounds, ci_class=ci_class, by=by, at=at, item=item):
        raise Unauthorised(sentence)


def _check_read(given: Mapping[str, Any], *, ci_class: Any, by: Person | None) -> None:
    """Let nobody write over, or guess at, a value that they do not read.

    :raises attributes.UnfitAttributes: naming each
    """
    if unread := sorted(sensitive.hidden(by, ci_class.pk) & given.keys()):
        said = gettext("This attribute is sensitive; only who keeps the configuration data writes it.")
        raise attributes.UnfitAttributes(dict.fromkeys(unread, said))


def objection(grounds: Grounds, *, ci_class: Any, by: Person | None, at: datetime, item: Any = None) -> str:
    """Say why ``grounds`` do not authorise ``by`` to change ``item`` (None: a new one) now; empty when they do."""
    from configuration import access

    if not access.may_write(by, grounds):
        return gettext("Only the configuration manager, or who carries the change out, may write configuration data.")
    if grounds.kind == "change":
        return _change_objects(grounds.change, item, at=at)
    if grounds.kind == "correction" and not _corrects(grounds.correction, item):
        return gettext("The correction is not verified by a second person, or is of another item.")
    if grounds.kind == "import" and grounds.batch is None:
        return gettext("CI data may change only through an authorised change.")
    if grounds.kind == "light" and ci_class.control != "light":
        return gettext("CI data may change only through an authorised change.")
    return ""


def _change_objects(change: Any, item: Any, *, at: datetime) -> str:
    writes_down = item is not None and change is not None and authority.documents(change)
    if change is None or not (writes_down or authority.authorises(change)):
        return gettext("CI data may change only through an authorised change.")
    if not writes_down and not authority.in_time(change, at=at):
        return gettext("%(change)s lets data be written in its window only.") % {"change": change.number}
    if item is not None and not authority.names(change, item):
        return gettext("%(change)s does not name this item among what it affects.") % {"change": change.number}
    return ""


def _corrects(correction: Any, item: Any) -> bool:
    usable = type(correction).objects.usable().filter(pk=correction.pk).exists()
    return usable and (correction.item_id == item.pk if item is not None else correction.item_id is None)


def _journal(
    item: ConfigurationItem, name: str, *, by: Person | None, at: datetime, channel: str, grounds: Grounds, **facts: Any
) -> None:
    move = Move(name, by, at, channel)
    reason = grounds.change.number if grounds.change is not None else ""
    journal.write(item, kind=Event.Kind.EDITED, name=name, move=move, reason=reason, grounds=grounds.kind, **facts)


# ---- sentences that interfaces share --------------------------------------------------------
def no_such_change() -> str:
    """Say that a change is not there."""
    return gettext("There is no change with this number, or you may not see it.")


def no_such_correction() -> str:
    """Say that a correction cannot be used."""
    return gettext("The correction is not verified by a second person, or is of another item.")


def not_offered(value: Any) -> str:
    """Say that a value names nothing that may be chosen."""
    return gettext("“%(value)s” is not among what may be chosen here.") % {"value": str(value)[:80]}
