"""What the pages of surveys show: figures with their drawings, answers in words, the report's sections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.draw.figures import Bar, bars, sparkline
from itsm.flow import pick
from relationships import survey_access as access
from relationships import survey_figures as figures
from relationships import survey_months as months
from relationships.survey_asks import THEMES
from relationships.survey_complaints import came_of
from relationships.survey_figures import SMALL, Score
from relationships.survey_guards import SECTIONS
from relationships.survey_models import Answer, RelationshipReport, SurveyCampaign
from relationships.survey_public import choices
from relationships.survey_querysets import ANSWERED, WORTH_A_LOOK
from relationships.survey_report import TITLES

KINDS = {
    "scale": gettext_lazy("Satisfied (4 or 5 of 5)"),
    "nps": gettext_lazy("Net promoter score"),
    "ces": gettext_lazy("Ease (1 to 7)"),
}
PAGE = 50


def tabs(campaign: SurveyCampaign, person: Any, current: str) -> list[dict[str, Any]]:
    """List the pages of a survey that ``person`` may open now."""
    reads, launched = access.reads_results(person), campaign.launched_at is not None
    reported = reads and RelationshipReport.objects.filter(campaign=campaign.pk).exists()
    works = access.registers(person) or access.reads_answers(person)
    rows = [
        ("page", _("Details"), reverse("record:page", args=["surveys", campaign.number]), True),
        ("results", _("Results"), reverse("relationships:survey_results", args=[campaign.number]), reads and launched),
        (
            "feedback",
            _("Feedback"),
            reverse("relationships:survey_feedback", args=[campaign.number]),
            works and launched,
        ),
        ("report", _("Report"), reverse("relationships:survey_report", args=[campaign.number]), reported),
        ("review", _("Review"), reverse("relationships:survey_review", args=[campaign.number]), reported),
        ("flow", _("Flow"), reverse("record:flow", args=["surveys", campaign.number]), True),
    ]
    return [
        {"name": name, "label": label, "url": url, "current": name == current}
        for name, label, url, open_ in rows
        if open_
    ]


def main_figure(score: Score, kind: str = "scale") -> str:
    """Say the figure of a score: per cent, or a number with its sign, or a mean."""
    if score.share is None:
        return f"{score.mean:g}" if score.mean is not None else "—"
    return f"{score.share:+g}".replace("-", "−") if kind == "nps" else f"{score.share:g} %"


def in_words(score: Score, kind: str = "scale") -> str:
    """Say a score with how many answered and how sure it is."""
    if score.share is None and score.mean is None:
        return _("too few to show") if score.n else "—"
    between = f" ({score.low:g}–{score.high:g})" if score.low is not None else ""
    return f"{main_figure(score, kind)}{between} n={score.n}"


def sureness(score: Score) -> str:
    """Say how sure a figure is that stands above: its interval, and how many answered."""
    if score.share is None and score.mean is None:
        return _("too few to show") if score.n else "—"
    return f"{score.low:g}–{score.high:g} · n={score.n}" if score.low is not None else f"n={score.n}"


def on_bar(score: Score) -> str:
    """Say a score in the few letters that a bar has room for."""
    return f"{main_figure(score)} n={score.n}"


def results(campaign: SurveyCampaign) -> dict[str, Any]:
    """Collect every figure of a survey."""
    taken = figures.participation(campaign)
    points = figures.trend(campaign)
    hides = campaign.anonymous and taken["answered"] < SMALL
    return {
        "taken": taken | ({"low": "—"} if hides else {}),
        "hides": hides,
        "small": SMALL,
        "scores": list(_scores(campaign)),
        "questions": [_question(one, number) for number, one in enumerate(figures.by_question(campaign), 1)],
        "services": _groups(figures.by_service(campaign), "services", _("Satisfied, by service")),
        "units": _groups(figures.by_unit(campaign), "units", _("Satisfied, by unit")),
        "trend": points,
        "trend_line": _line(points),
        "months": months.slices(campaign) if campaign.is_standing else [],
    }


def _scores(campaign: SurveyCampaign) -> Iterator[dict[str, Any]]:
    for kind, label in KINDS.items():
        score = figures.headline(campaign, kind)
        if campaign.anonymous and score.n < SMALL:
            score = Score(score.n)
        if score.n:
            words, why = in_words(score, kind), sureness(score)
            yield {
                "kind": kind,
                "label": label,
                "score": score,
                "main": main_figure(score, kind),
                "words": words,
                "why": why,
            }


def _question(one: figures.QuestionResult, number: int) -> dict[str, Any]:
    words = dict(choices(one.question)) if one.bars else {}
    rows = [] if one.hidden else [(_named(value, words), count) for value, count in one.bars]
    title = one.question.text
    drawn = (
        bars([Bar(label, count, str(count)) for label, count in rows], title=title, ident=f"q{one.question.pk}")
        if rows
        else ""
    )
    shown = "" if one.hidden or one.score is None else in_words(one.score, one.question.kind)
    return {
        "number": number,
        "question": one.question,
        "n": one.n,
        "hidden": one.hidden,
        "rows": rows,
        "drawn": drawn,
        "words": shown,
    }


def _named(value: str, words: dict[str, str]) -> str:
    said = words.get(value, "")
    return f"{value} {said}".strip() if value.isdecimal() and said != value and len(value) < 3 else said or value


def _groups(rows: list[tuple[Any, Score]], ident: str, title: str) -> dict[str, Any]:
    shown = [(group.name, score) for group, score in rows]
    series = [Bar(name, score.share or 0, on_bar(score)) for name, score in shown]
    return {"rows": shown, "drawn": bars(series, title=title, ident=ident, whole=100) if series else "", "title": title}


def _line(points: list[dict[str, Any]]) -> Any:
    known = [point["csat"] for point in points if point["csat"] is not None]
    return sparkline(known, title=_("Satisfied, over the surveys"), ident="trend") if len(known) > 1 else ""


def said_answers() -> Prefetch[Any]:
    """Read answers with their questions, in order."""
    rows = Answer.objects.select_related("question", "service").prefetch_related("question__options")
    return Prefetch("answers", rows.order_by("question__position", "pk"), to_attr="said")


def lines(response: Any) -> list[dict[str, Any]]:
    """Say what was answered, one line a question."""
    return [
        {
            "question": answer.question.text + (f" · {answer.service.name}" if answer.service else ""),
            "text": answer.text or _chosen(answer),
            "low": answer.is_low,
        }
        for answer in response.said
    ]


def _chosen(answer: Answer) -> str:
    words = dict(choices(answer.question))
    if answer.value is not None:
        return _named(str(answer.value), words)
    return ", ".join(words.get(value, value) for value in answer.chosen)


def single(campaign: SurveyCampaign, *, before: str = "") -> dict[str, Any]:
    """Collect single answers, for those who may read them; of an anonymous survey only when enough came back."""
    rows = (
        campaign.responses.filter(state__in=ANSWERED).select_related("service", "unit").prefetch_related(said_answers())
    )
    if campaign.anonymous and rows.count() < SMALL:
        return {"answers": None}
    rows = rows if campaign.anonymous else rows.select_related("invitation__person")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return {
        "answers": [_one(campaign, response) for response in found[:PAGE]],
        "older": found[PAGE - 1].pk if len(found) > PAGE else None,
    }


def _one(campaign: SurveyCampaign, response: Any) -> dict[str, Any]:
    person = None if campaign.anonymous else getattr(getattr(response, "invitation", None), "person", None)
    state = response.flows[0].states[response.state]
    return {
        "response": response,
        "state": state,
        "lines": lines(response),
        "person": person,
        "theme": theme(response.theme),
    }


def one_of(response: Any, *, named: bool) -> dict[str, Any]:
    """Collect one answer; with the name where ``named`` and the survey is not anonymous."""
    made = _one(response.campaign, response) if named else _nameless(response)
    return made | {"complaint": came_of([response.pk]).get(response.pk)}


def theme(code: str) -> str:
    """Say a theme in words."""
    return next((str(choice.label) for choice in THEMES if choice.value == code), "")


def waiting(campaign: SurveyCampaign, *, most: int) -> dict[str, Any]:
    """Collect what is to be registered, and what was registered by people; without names."""
    rows = campaign.responses.select_related("service").prefetch_related(said_answers())
    done = rows.filter(Q(state="complained") | Q(state="registered") & ~Q(theme="none")).order_by("-changed_at", "-pk")
    counts = campaign.responses.aggregate(
        waiting=Count("pk", filter=Q(state="submitted") & WORTH_A_LOOK), registered=Count("pk", filter=Q(state="registered")),
        complained=Count("pk", filter=Q(state="complained")),
    )  # fmt: skip
    ended = list(done[:most])
    born = came_of(response.pk for response in ended if response.state == "complained")
    return {
        "waiting": [_nameless(response) for response in rows.to_register().order_by("pk")[:most]],
        "registered": [_nameless(response) | {"complaint": born.get(response.pk)} for response in ended],
        "counts": counts,
    }


def _nameless(response: Any) -> dict[str, Any]:
    state = response.flows[0].states[response.state]
    return {"response": response, "state": state, "lines": lines(response), "theme": theme(response.theme)}


def table(campaign: SurveyCampaign) -> Iterable[tuple[Any, ...]]:
    """Give the figures as rows: question, answer, number; what is hidden stays out."""
    for one in figures.by_question(campaign):
        words = dict(choices(one.question)) if one.bars else {}
        for value, count in [] if one.hidden else one.bars:
            yield one.question.text, _named(value, words), count


def report(campaign: SurveyCampaign, found: RelationshipReport) -> dict[str, Any]:
    """Collect the sections of a report with the figures and drawings that belong to each."""
    figure = found.figures
    services = [
        Bar(pick(row["zh_hant"], row["en"]), row["share"] or 0, on_bar(_score(row)))
        for row in figure.get("services", [])
    ]
    levels = [
        Bar(
            pick(row["zh_hant"], row["en"]),
            row["rate"],
            f"{row['rate']:g} % ({row['met']}/{row['met'] + row['missed']})",
        )
        for row in figure.get("sla", [])
    ]
    known = [row for row in figure.get("trend", []) if row["csat"] is not None]
    past = [Bar(row["number"], row["csat"], f"{row['csat']:g} % n={row['n']}") for row in known]
    drawings = {"scores": services, "sla": levels, "trend": past}
    sections = [
        {
            "name": name,
            "title": TITLES[name],
            "text": getattr(found, name),
            "bars": drawings.get(name, []),
            "drawn": _drawn(name, drawings),
            "note": _consent(figure) if name == "complaints" else "",
        }
        for name in SECTIONS
    ]
    return {"report": found, "figures": figure, "sections": sections, "scores": list(_report_scores(figure))}


def _consent(figure: dict[str, Any]) -> str:
    """Say with whose consent complaints were closed, and list apart those closed without; empty in older reports."""
    said: dict[str, Any] | None = figure.get("consent")
    if said is None:
        return ""
    if not said["decided"]:
        return _("Closed with consent in this time: %(consented)s; none by a decision without it.") % {
            "consented": said["consented"]
        }
    return _("Closed with consent in this time: %(consented)s; by a decision without it: %(decided)s.") % {
        "consented": said["consented"], "decided": " · ".join(said["decided"]),
    }  # fmt: skip


def _drawn(name: str, drawings: dict[str, list[Bar]]) -> Any:
    series = drawings.get(name)
    return bars(series, title=str(TITLES[name]), ident=f"report-{name}", whole=100) if series else ""


def _score(row: dict[str, Any]) -> Score:
    return Score(row["n"], row["mean"], row["share"], row["low"], row["high"])


def _report_scores(figure: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for kind, label in KINDS.items():
        row = figure.get("scores", {}).get(kind)
        if row and row["n"]:
            score = _score(row)
            words, why = in_words(score, kind), sureness(score)
            yield {"label": label, "main": main_figure(score, kind), "words": words, "why": why, "score": score}


def report_rows(found: RelationshipReport) -> Iterator[tuple[str, str, Any]]:
    """Give the figures of a report as rows: section, figure, value."""
    figure = found.figures
    rate = str(TITLES["response_rate"])
    for label, name in ((_("Invited"), "invited"), (_("Answered"), "answered"), (_("Response rate"), "rate")):
        yield rate, label, figure.get(name)
    for one in _report_scores(figure):
        yield str(TITLES["scores"]), str(one["label"]), one["words"]
    for row in figure.get("services", []):
        yield str(TITLES["scores"]), pick(row["zh_hant"], row["en"]), in_words(_score(row))
    for row in figure.get("trend", []):
        yield str(TITLES["trend"]), row["number"], row["csat"]
    for label, value in _complaints(figure):
        yield str(TITLES["complaints"]), label, value
    for row in figure.get("sla", []):
        yield str(TITLES["sla"]), pick(row["zh_hant"], row["en"]), row["rate"]


def _complaints(figure: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in figure.get("complaints", {}).items():
        yield str(COMPLAINTS[name]), value
    if said := figure.get("consent"):
        yield _("Complaints closed with consent"), said["consented"]
        yield from ((_("Closed by decision, without consent"), number) for number in said["decided"])


COMPLAINTS = {
    "received": gettext_lazy("Received"),
    "closed": gettext_lazy("Closed"),
    "from_survey": gettext_lazy("Born of this survey"),
}
