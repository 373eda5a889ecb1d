"""Editing the fields of a case; on a stale page both versions stand side by side and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from itsm.desk.record.answering import AskForm, answers_refusals, ask, case_of, finish
from itsm.flow import Input, Words
from itsm.records import register
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on
from itsm.tickets import edits
from itsm.tickets.forms import initial_of

INPUTS = (
    Input("title", Words("Subject", "主旨"), initial="title"),
    Input("description", Words("Description", "描述"), "text", required=False, initial="description"),
    Input("service", Words("Service", "服務"), "service", required=False, initial="service"),
    Input("category", Words("Category", "分類"), "category", required=False, initial="category"),
    Input("requested_for", Words("Requested for", "使用對象"), "person", required=False, initial="requested_for"),
    Input("component", Words("Affected component", "受影響組件"), required=False, initial="component"),
    Input("affected_users", Words("Users affected", "受影響人數"), "number", required=False, initial="affected_users"),
    Input("occurred_at", Words("Occurred at", "發生時間"), "instant", required=False, initial="occurred_at"),
    Input("is_security", Words("Security incident", "資通安全事件"), "flag", required=False, initial="is_security"),
)
FLAGS = frozenset({"is_security"})
TEXTS = frozenset({"title", "description", "component"})


class EditForm(AskForm):
    """The fields with the values they had when the page was shown, and both versions where somebody else was first."""

    def __init__(self, case: Any, person: Any, data: Mapping[str, str] | None = None) -> None:
        """Make the fields that the case has, and keep their present values as the base."""
        inputs = [item for item in INPUTS if hasattr(case, item.name)]
        super().__init__(case, inputs, person, data, name="edit")
        self.base = {item.name: self._base(item) for item in inputs}
        self.theirs: dict[str, str] = {}

    def _base(self, item: Input) -> str:
        """Give the value that the person saw: the one sent along, else the present one."""
        if self.is_bound and f"base_{item.name}" in self.data:
            return str(self.data[f"base_{item.name}"])
        return raw(item, self.case, self.person)

    def changes(self) -> dict[str, Any]:
        """Collect what the person changed against what they saw, without fields where they take the other's value."""
        changed = {}
        for item in self.inputs:
            takes_theirs = self.data.get(f"choose_{item.name}") == "theirs"
            if not takes_theirs and self._sent(item) != lines(self.base[item.name]):
                changed[item.name] = self._value(item)
        return changed

    def _sent(self, item: Input) -> str:
        if item.name in FLAGS:
            return "true" if self.data.get(item.name) else ""
        return lines(str(self.data.get(item.name, "")))

    def _value(self, item: Input) -> Any:
        value = self.given.get(item.name)
        if item.name in FLAGS:
            return bool(value)
        return value or "" if item.name in TEXTS else value

    def seen(self) -> dict[str, Any]:
        """Read the base values as the case holds them, to be compared with the present ones."""
        return {
            item.name: getattr(self.case, item.name)
            for item in self.inputs
            if self.base[item.name] == raw(item, self.case, self.person)
        }

    def show_conflict(self, conflict: edits.Conflict, case: Any) -> None:
        """Lay the other's values beside one's own and make them the base of the next try."""
        mine = self.changes()
        shown: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        for item in self.inputs:
            self.base[item.name] = raw(item, case, self.person)
            if item.name not in mine:
                shown[item.name] = self.base[item.name]
            if item.name in conflict.theirs:
                self.theirs[item.name] = _spoken(item, case)
        self.data = shown


def raw(item: Input, case: Any, person: Any) -> str:
    """Give the value of a field in the way in which the form sends it."""
    if item.name in FLAGS:
        return "true" if getattr(case, item.name) else ""
    value = initial_of(item, record=case, person=person)
    return "" if value is None else str(value)


def lines(text: str) -> str:
    """Write line ends in one way, as browsers send them in another."""
    return text.replace("\r\n", "\n").strip()


def _spoken(item: Input, case: Any) -> str:
    value = getattr(case, item.name)
    if item.name in FLAGS:
        return _("yes") if value else _("no")
    return str(value) if value not in (None, "") else "—"


@require_http_methods(["GET", "POST"])
@answers_refusals
def edit(request: HttpRequest, number: str) -> HttpResponse:
    """Show the fields, or write what was changed."""
    case = case_of(request, number, "service", "category", "requested_for")
    person: Any = request.user
    if not roles_on(case, person=person) & register.workers(case):
        raise NotAllowed
    form = EditForm(case, person, request.POST if request.method == "POST" else None)
    version, status = case.version, 200
    if form.is_bound:
        status = 422
        try:
            if form.is_valid():
                return _write(request, case, form)
        except edits.Conflict as conflict:
            form.show_conflict(conflict, case)
            version, status = conflict.version, 409
        except Objected as refusal:
            form.refuse(refusal)
    return _show(request, case, form, version=version, status=status)


def _write(request: HttpRequest, case: Any, form: EditForm) -> HttpResponse:
    changes = form.changes()
    version = request.POST.get("version", "")
    made = edits.edit(
        case, changes, by=form.person, base=form.seen(), version=int(version) if version.isdecimal() else None,
    )  # fmt: skip
    say = _("Saved.") if changes else _("Nothing was changed.")
    return finish(request, made, say)


def _show(request: HttpRequest, case: Any, form: EditForm, *, version: int, status: int) -> HttpResponse:
    pairs = [
        {
            "field": form[item.name],
            "name": item.name,
            "base": form.base[item.name],
            "theirs": form.theirs.get(item.name),
        }
        for item in form.inputs
    ]
    return ask(
        request, case, form, title=_("Edit"), button=_("Save"), status=status, template="record/edit.html",
        version=version, pairs=pairs, conflict=bool(form.theirs),
    )  # fmt: skip


@require_POST
@answers_refusals
def confidential(request: HttpRequest, number: str) -> HttpResponse:
    """Hide the case from everybody but its own people and team, or show it again."""
    case = case_of(request, number)
    wanted = request.POST.get("confidential") == "1"
    made = edits.edit(case, {"confidential": wanted}, by=request.user)  # type: ignore[arg-type]  # signed in
    say = (
        _("The case is confidential: only its requester, its assignee and their team see it.")
        if wanted
        else _("The case is open to the desk again.")
    )
    return finish(request, made, say)
