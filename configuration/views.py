"""The list of configuration items, to read and to take along."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from configuration import access, far, listing, schema, sensitive
from configuration.models import CiRelation, ConfigurationItem
from configuration.rows import rows_html
from itsm.ui import sheets

CLASS = 2  # where the code of the class stands among what is taken
View = Callable[..., HttpResponse]
#: Rows that one file takes.
MOST_TAKEN = 200_000
TAKEN = (
    "number", "title", "ci_class__code", "state", "environment", "criticality", "site__code", "place", "owner__username",
    "team__code", "supplier__code", "serial", "asset_no", "hostname", "address", "release_version", "licence",
    "support_until", "data_classification", "last_verified_at", "changed_at", "attributes",
)  # fmt: skip


def for_workers(view: View) -> View:
    """Let only those who work cases in; everybody else is told so (403)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person: Any = request.user
        if not person.is_worker:
            raise PermissionDenied(_("These screens are for those who work cases. Your own cases are in the portal."))
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@for_workers
def items(request: HttpRequest) -> HttpResponse:
    """List the items that match, fifty at a time; or give all of them as a file."""
    person: Any = request.user
    asked = listing.ask(request.GET.dict(), at=timezone.now())
    if (form := request.GET.get("as", "")) in sheets.MEDIA:
        return _file(asked, person, form)
    found = listing.page(asked, person=person)
    count = len(found.rows) if not (found.previous or found.next) else listing.total(asked, person=person)
    context = {
        "asked": asked, "page": found, "rows": rows_html(found.rows, at=asked.at), "shown": len(found.rows),
        "total": f"{listing.MOST}+" if count > listing.MOST else str(count), "facets": _facets(asked),
        "sorts": [{"value": name, "word": row[2], "chosen": name == asked.sort} for name, row in listing.SORTS.items()],
        "filtered": bool(asked.values or asked.text), "keeps": access.keeps(person), "views": far.answers.views(person)[:8],
        "address": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "configuration/list.html", context)


def _facets(asked: listing.Asked) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "label": facet.label,
            "options": [
                {"value": value, "word": word, "chosen": asked.values.get(name) == value}
                for value, word in asked.choices[name].items()
            ],
        }
        for name, facet in listing.FACETS.items()
    ]


def _file(asked: listing.Asked, person: Any, form: str) -> HttpResponse:
    """Write every matching item with its attributes in columns; the names of columns are those that an import reads."""
    found = listing.matching(asked, person=person).order_by("pk").values_list(*TAKEN)[:MOST_TAKEN]
    codes = _attribute_codes(asked)
    header = [name.removesuffix("__code").removesuffix("__username") for name in TAKEN[:-1]] + codes
    return sheets.download(
        "configuration-items", form=form, header=header, rows=_lines(found.iterator(), codes, _unread(person))
    )


def _attribute_codes(asked: listing.Asked) -> list[str]:
    known = schema.present()
    chosen = known.below(int(asked.values["class"])) if "class" in asked.values else list(known.classes)
    return list(dict.fromkeys(row.code for key in chosen for row in known.attributes(key)))


def _unread(person: Any) -> dict[str, frozenset[str]]:
    """Give for the code of each class the attributes that stay empty in this person's file."""
    classes = schema.present().classes
    return {classes[key].code: unread for key, unread in sensitive.by_class(person).items()}


def _lines(rows: Iterable[Any], codes: list[str], unread: Mapping[str, frozenset[str]]) -> Iterable[list[Any]]:
    for row in rows:
        attributes = sensitive.open_attributes(row[-1], unread[row[CLASS]])
        plain = [str(cell) if hasattr(cell, "isoformat") and not hasattr(cell, "hour") else cell for cell in row[:-1]]
        yield [*plain, *(_cell(attributes.get(code)) for code in codes)]


def _cell(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


@require_safe
@for_workers
def relations(request: HttpRequest) -> HttpResponse:
    """Give every present relationship as a file, in the columns that an import reads."""
    person: Any = request.user
    seen = ConfigurationItem.objects.visible_to(person).values("pk")
    columns = (
        "source__number",
        "source__title",
        "type__code",
        "target__number",
        "target__title",
        "weight",
        "group",
        "needs",
    )
    rows = CiRelation.objects.present().filter(source__in=seen, target__in=seen).order_by("pk").values_list(*columns)
    form = request.GET.get("as", "csv")
    header = ["source", "source_title", "type", "target", "target_title", "weight", "group", "needs"]
    return sheets.download(
        "ci-relationships",
        form=form if form in sheets.MEDIA else "csv",
        header=header,
        rows=rows[:MOST_TAKEN].iterator(),
    )
