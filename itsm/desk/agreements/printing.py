"""An agreement on paper: the table of eight columns, clauses, maintenance, and the signatures, in either language."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from itsm.desk.access import for_workers
from itsm.desk.agreements.finding import agreement_at
from itsm.draw import paper
from itsm.people.requests import PersonRequest
from itsm.ui.moments import day_text
from sla.agreement_page import chosen, parties, shown
from sla.agreement_words import remedy_words
from sla.models import AgreementEdition, ServiceAgreement, Signatory

LANGUAGES = ("zh-hant", "en")
#: Parts of the width of the eight columns.
SHARES = (1.1, 1.4, 1.3, 1.4, 1.2, 1.6, 1.7, 1.5)


@require_safe
@for_workers
def paper_of(request: PersonRequest, number: str) -> HttpResponse:
    """Give an edition as a PDF, the one in force unless another is asked for."""
    record = agreement_at(request, number)
    edition = chosen(list(record.editions.all()), request.GET.get("edition", ""))
    language = request.GET.get("language", "")
    if language not in LANGUAGES:
        language = "en" if (translation.get_language() or "").startswith("en") else "zh-hant"
    with translation.override(language):
        written = printed(record, edition) if edition is not None else b""
    answer = HttpResponse(written, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{record.number}-{language}.pdf"'
    return answer


def printed(record: ServiceAgreement, edition: AgreementEdition) -> bytes:
    """Set an edition into a document; call it with the language active."""
    found = shown(edition, at=timezone.now())
    table = [[row["service"], "\n".join(row["items"] or row["offerings"]), *row["texts"]] for row in found["table"]]
    blocks: list[paper.Block] = [
        paper.Facts([*parties(record), *_validity(edition)]),
        paper.Grid(found["heads"], table, SHARES),
    ]
    for label, text in found["clauses"]:
        blocks += [paper.Heading(label), paper.Prose(text)]
    if found["exclusions"]:
        rows = [[str(one.text), str(one.get_effect_display()), one.evidence_needed] for one in found["exclusions"]]
        head = [_("Exclusion"), _("Does not count for"), _("Evidence needed")]
        blocks += [paper.Heading(_("Exclusions")), paper.Grid(head, rows, (3, 1.2, 2))]
    if found["remedies"]:
        blocks += [paper.Heading(_("Remedies")), paper.Prose("\n\n".join(map(remedy_words, found["remedies"])))]
    blocks += [*_papers(found), _signatures(found["signatories"])]
    subtitle = f"{record.number} · {_('Version')} {edition.number}"
    return paper.document(record.title, blocks, subtitle=subtitle, foot=f"{record.number} {edition.number}", wide=True)


def _papers(found: dict[str, Any]) -> list[paper.Block]:
    """Name the procedures that responses follow and the documents that belong to it, each with its address."""
    procedures = [(row["service"], row["procedure"], row["address"]) for row in found["promised"] if row["procedure"]]
    papers = [*procedures, *((_("Document"), one.title, one.url) for one in found["documents"])]
    if not papers:
        return []
    facts = [(str(name), " ".join(filter(None, (title, url)))) for name, title, url in papers]
    return [paper.Heading(_("Procedures and documents")), paper.Facts(facts)]


def _validity(edition: AgreementEdition) -> list[tuple[str, str]]:
    start = day_text(edition.valid_from) if edition.valid_from else "—"
    end = day_text(edition.valid_to) if edition.valid_to else "—"
    seal = [(_("Seal of these contents (SHA-256)"), edition.digest)] if edition.digest else []
    return [(_("In force"), f"{start} – {end}"), (_("Service hours"), str(edition.hours or "—")), *seal]


def _signatures(people: list[Signatory]) -> paper.Block:
    """Say who signed for each side, when and how; lines to sign on where nobody has."""
    if not people:
        return paper.Signatures([(_("Provider"), ""), (_("Customer"), "")])
    head = [_("Side"), _("Name"), pgettext("person", "Title"), _("How it was signed"), _("Signed on")]
    rows = [
        [
            str(one.get_side_display()), one.name, one.title, str(one.get_method_display()),
            day_text(timezone.localdate(one.signed_at)) if one.signed_at else "",
        ]
        for one in people
    ]  # fmt: skip
    return paper.Grid(head, rows, (1, 1.4, 1.4, 1.2, 1.2))
