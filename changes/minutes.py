"""Minutes that write themselves: what was heard, voted and decided, as plain values and as a PDF in each language."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from changes.board_models import Ballot, CabItem, CabVote
from itsm.draw import paper
from itsm.records.models import Event
from itsm.ui.moments import day_text, moment_text, span

if TYPE_CHECKING:
    pass

LANGUAGES = ("zh-hant", "en")


def compiled(meeting: Any) -> dict[str, Any]:
    """Collect who was there, what was heard and decided with every vote, and what was remarked; plain values only."""
    return {
        "number": meeting.number,
        "board": {"zh_hant": meeting.board.name_zh, "en": meeting.board.name_en or meeting.board.name_zh},
        "ordinal": meeting.ordinal,
        "opened_at": _iso(meeting.opened_at),
        "ended_at": _iso(meeting.ended_at),
        "place": meeting.place,
        "attendees": [_attendee(row) for row in meeting.attendance.select_related("person", "proxy")],
        "items": [_item(row) for row in meeting.items.select_related("change", "presenter", "decided_by")],
        "remarks": remarks(meeting),
    }


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _attendee(row: Any) -> dict[str, Any]:
    return {"name": row.person.name, "proxy": row.proxy.name if row.proxy else "", "present": row.is_present}


def _item(row: CabItem) -> dict[str, Any]:
    return {
        "number": row.change.number, "title": row.change.title, "purpose": row.purpose, "decision": row.decision,
        "reason": row.reason, "conditions": row.conditions, "seconds": row.spent_seconds,
        "presenter": row.presenter.name if row.presenter else "", "decided_by": row.decided_by.name if row.decided_by else "",
        "decided_at": _iso(row.decided_at), "votes": _votes(row),
    }  # fmt: skip


def _votes(row: CabItem) -> list[dict[str, str]]:
    """List the votes of the round in which the item was decided."""
    rounds = Ballot.objects.filter(change=row.change_id, purpose=row.purpose).exclude(outcome="void")
    last = rounds.filter(opened_at__lte=row.decided_at).order_by("-round").first() if row.decided_at else None
    votes = last.votes.select_related("member", "cast_by") if last is not None else ()
    return [
        {
            "member": vote.member.name, "vote": vote.vote, "reason": vote.reason, "condition": vote.condition,
            "by": vote.cast_by.name if vote.cast_by and vote.cast_by_id != vote.member_id else "",
        }
        for vote in votes
    ]  # fmt: skip


def remarks(meeting: Any) -> list[dict[str, str]]:
    """List what was remarked during the meeting, in order."""
    rows = Event.objects.filter(record=meeting.pk, name="remark").select_related("actor").in_order()
    return [{"at": _iso(row.at), "who": row.actor.name if row.actor else "", "text": row.reason} for row in rows]


def digest(values: dict[str, Any]) -> str:
    """Give the hash that a signature seals."""
    return sha256(json.dumps(values, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def is_untouched(meeting: Any) -> bool:
    """Tell whether signed minutes still read as they were signed."""
    return bool(meeting.minutes_sha256) and digest(meeting.minutes) == meeting.minutes_sha256


def file_name(meeting: Any, language: str) -> str:
    """Name the file of the minutes in one language."""
    return f"{meeting.number}-minutes-{language}.pdf"


def pdf(meeting: Any, *, language: str) -> bytes:
    """Set the minutes as they are now, or as they were signed, as a PDF in ``language``."""
    values = meeting.minutes or compiled(meeting)
    with translation.override(language), timezone.override(meeting.board.zone):
        board = values["board"]["zh_hant" if language.startswith("zh") else "en"]
        title = _("%(board)s: minutes of meeting %(ordinal)s") % {"board": board, "ordinal": values["ordinal"]}
        return paper.document(title, list(_blocks(meeting, values)), subtitle=values["number"], foot=values["number"])


def _blocks(meeting: Any, values: dict[str, Any]) -> Iterable[paper.Block]:
    there = [row for row in values["attendees"] if row["present"]]
    away = [row["name"] for row in values["attendees"] if not row["present"]]
    yield paper.Facts([
        (_("Meeting"), f"{_moment(values['opened_at'])} – {_moment(values['ended_at'])}"), (_("Place or link"), values["place"] or "—"),
        (_("Present"), _(", ").join(_present(row) for row in there) or "—"), (_("Absent"), _(", ").join(away) or "—"),
    ])  # fmt: skip
    for ordinal, item in enumerate(values["items"], start=1):
        yield from _item_blocks(ordinal, item)
    if values["remarks"]:
        yield paper.Heading(_("Remarks"))
        rows = [(_moment(row["at"]), row["who"], row["text"]) for row in values["remarks"]]
        yield paper.Grid((_("Time"), _("Said by"), _("Remark")), rows, (0.25, 0.2, 0.55))
    yield from _signed(meeting)


def _present(row: dict[str, Any]) -> str:
    return (
        _("%(proxy)s for %(member)s") % {"proxy": row["proxy"], "member": row["name"]} if row["proxy"] else row["name"]
    )


def _item_blocks(ordinal: int, item: dict[str, Any]) -> Iterable[paper.Block]:
    yield paper.Heading(f"{ordinal}. {item['number']} {item['title']}")
    decision = str(CabItem.Decision(item["decision"]).label) if item["decision"] else "—"
    facts = [(_("Purpose"), str(CabItem.Purpose(item["purpose"]).label)), (_("Decision"), decision)]
    facts += [
        (str(label), item[name])
        for label, name in ((_("Reason"), "reason"), (_("Conditions"), "conditions"))
        if item[name]
    ]
    facts += [(_("Heard for"), span(item["seconds"]))] if item["seconds"] else []
    yield paper.Facts(facts)
    if item["votes"]:
        rows = [
            (_voter(vote), str(CabVote.Vote(vote["vote"]).label), vote["condition"] or _reason(vote))
            for vote in item["votes"]
        ]
        yield paper.Grid((_("Member"), _("Vote"), _("Comment")), rows, (0.3, 0.2, 0.5))


def _voter(vote: dict[str, str]) -> str:
    return (
        _("%(member)s (by %(proxy)s)") % {"member": vote["member"], "proxy": vote["by"]}
        if vote["by"]
        else vote["member"]
    )


def _reason(vote: dict[str, str]) -> str:
    from changes.seats import conflict_words

    return conflict_words(vote["reason"]) if vote["vote"] == "recused" else vote["reason"]


def _signed(meeting: Any) -> Iterable[paper.Block]:
    chair = meeting.board.members.filter(is_chair=True).select_related("person").first()
    yield paper.Signatures(
        [(_("Chair"), chair.person.name if chair else ""), (_("Minutes confirmed by"), str(meeting.signed_by or ""))]
    )
    if meeting.signed_at:
        said = _("Signed by %(who)s on %(when)s. Check sum (SHA-256): %(sum)s")
        yield paper.Prose(
            said % {"who": meeting.signed_by, "when": moment_text(meeting.signed_at), "sum": meeting.minutes_sha256}
        )
    else:
        yield paper.Prose(_("Draft: these minutes are not confirmed yet."))


def _moment(text: str) -> str:
    at = parse_datetime(text) if text else None
    return moment_text(at) if at else "—"


def _asked(item: CabItem) -> str:
    """Say why an item stands on the agenda, and what was decided about it already."""
    words = (item.get_purpose_display(), item.get_decision_display() if item.decision else "")
    return " · ".join(str(word) for word in words if word)


def agenda_pdf(meeting: Any, *, language: str) -> bytes:
    """Set the agenda as a PDF in ``language``."""
    with translation.override(language), timezone.override(meeting.board.zone):
        rows = [
            (str(row.position), f"{row.change.number} {row.change.title}", _asked(row),
             row.presenter.name if row.presenter else "—", _("%(minutes)s min") % {"minutes": meeting.board.minutes_per_item})
            for row in meeting.items.select_related("change", "presenter")
        ]  # fmt: skip
        blocks: list[paper.Block] = [
            paper.Facts([(_("Begins"), moment_text(meeting.starts_at)), (_("Cut-off"), moment_text(meeting.cutoff_at)),
                         (_("Place or link"), meeting.place or "—")]),
            paper.Grid(("#", _("Change"), _("Purpose"), _("Presenter"), _("Time")), rows, (0.06, 0.5, 0.18, 0.16, 0.1)),
        ]  # fmt: skip
        title = _("%(board)s: agenda of meeting %(ordinal)s") % {
            "board": meeting.board.name,
            "ordinal": meeting.ordinal,
        }
        return paper.document(
            title, blocks, subtitle=f"{meeting.number} · {day_text(meeting.starts_at)}", foot=str(meeting.number)
        )
