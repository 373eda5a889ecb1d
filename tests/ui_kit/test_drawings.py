"""Swim lanes: every box and edge of the chart, nothing on top of anything, a table that says the same."""

import itertools
import re
from xml.etree import ElementTree

import pytest
from django.utils import translation

from itsm.draw import Part, bars, clock_bar, lines, sparkline, steps, swimlane, swimlane_rows
from itsm.draw.columns import Column, columns
from itsm.draw.figures import Bar
from itsm.draw.layout import Layout, Place
from itsm.draw.lettering import width, wrap
from itsm.draw.routing import Point, routes
from itsm.draw.views import SPECIMEN
from itsm.flow.chart import Chart, Lane, boxes, edges
from itsm.flow.words import Words
from itsm.records import register

WIDE = Chart(
    tuple(Lane(role, Words(role, role)) for role in "abcd"),
    boxes(
        ("1", "Begin", "開始", "a", "start"),
        ("2", "Emergency", "緊急", "a", "start"),
        ("3", "Judge", "判斷", "b", "decision"),
        ("4", "Decide", "審核", "c", "decision"),
        ("5", "Elsewhere", "其他流程", "c", "external"),
        ("6", "Refuse", "駁回", "c", "end"),
        ("7", "Do", "執行", "d", "step"),
        ("8", "Do at once", "立即執行", "d", "step"),
        ("9", "Review", "審查", "b", "step"),
        ("10", "End", "結案", "b", "end"),
    ),
    edges(
        ("a", "1", "3", "", ""),
        ("b", "3", "4", "Yes", "是"),
        ("c", "3", "7", "No", "否"),
        ("d", "4", "5", "Yes", "是"),
        ("e", "4", "6", "No", "否"),
        ("f", "5", "7", "", ""),
        ("g", "7", "9", "", ""),
        ("h", "2", "8", "", ""),
        ("i", "8", "9", "", ""),
        ("j", "9", "10", "", ""),
        ("k", "9", "3", "Again", "再次"),
    ),
)
CHARTS = [SPECIMEN, WIDE, *(flow.chart for flow in register.flows().values() if flow.chart)]


def touches(line: tuple[Point, Point], place: Place) -> bool:
    """Tell whether a stretch of an arrow runs through the inside of a box."""
    (x1, y1), (x2, y2) = line
    left, right = place.x - place.wide / 2 + 1, place.x + place.wide / 2 - 1
    top, foot = place.y - place.high / 2 + 1, place.y + place.high / 2 - 1
    return max(x1, x2) > left and min(x1, x2) < right and max(y1, y2) > top and min(y1, y2) < foot


@pytest.mark.parametrize("chart", CHARTS)
def test_no_two_boxes_overlap(chart: Chart) -> None:
    places = Layout(chart).places.values()

    for one, two in itertools.combinations(places, 2):
        assert (
            abs(one.x - two.x) >= (one.wide + two.wide) / 2 + 8 or abs(one.y - two.y) >= (one.high + two.high) / 2 + 8
        )


@pytest.mark.parametrize("chart", CHARTS)
def test_arrows_run_around_the_boxes_in_right_angles(chart: Chart) -> None:
    layout = Layout(chart)

    for code, points in routes(layout).items():
        for line in itertools.pairwise(points):
            assert line[0][0] == line[1][0] or line[0][1] == line[1][1], code
            assert not any(touches(line, place) for place in layout.places.values()), code


@pytest.mark.parametrize("chart", CHARTS)
def test_two_arrows_share_a_line_only_into_the_same_box(chart: Chart) -> None:
    found = routes(Layout(chart))

    apart = [(one, two) for one, two in itertools.combinations(chart.edges.values(), 2) if one.target != two.target]
    shared = [(one.code, two.code) for one, two in apart if overlap(found[one.code], found[two.code])]
    assert shared == []


def overlap(one: list[tuple[float, float]], two: list[tuple[float, float]]) -> bool:
    """Whether two routes run along the same line for a stretch."""
    pairs = itertools.product(itertools.pairwise(one), itertools.pairwise(two))
    return any(along(first, second) for first, second in pairs)


def along(one: tuple[tuple[float, float], ...], two: tuple[tuple[float, float], ...]) -> bool:
    """Whether two straight pieces share more than a point of one line."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = *one, *two
    if ax == bx == cx == dx:
        return min(max(ay, by), max(cy, dy)) > max(min(ay, by), min(cy, dy))
    return ay == by == cy == dy and min(max(ax, bx), max(cx, dx)) > max(min(ax, bx), min(cx, dx))


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_the_drawing_holds_every_box_and_edge_once(language: str) -> None:
    svg = swimlane(
        SPECIMEN, now_box="A6", walked_boxes=["A1"], walked_edges=["E1"], blocked={"A9": "<no & no>"}, language=language
    )
    root = ElementTree.fromstring(svg)

    assert sorted(re.findall(r'data-box="(\w+)"', svg)) == sorted(SPECIMEN.boxes)
    assert sorted(re.findall(r'data-edge="(\w+)"', svg)) == sorted(SPECIMEN.edges)
    assert root.find("title") is not None
    assert "&lt;no &amp; no&gt;" in svg
    assert ("目前" in svg) == (language == "zh-hant")


def test_the_table_says_what_the_drawing_shows() -> None:
    rows = {
        row.code: row
        for row in swimlane_rows(SPECIMEN, now_box="A6", walked_boxes=["A1"], blocked={"A9": "Tasks."}, language="en")
    }

    assert rows["A6"].word == "Now"
    assert rows["A1"].word == "Done"
    assert (rows["A9"].word, rows["A9"].why) == ("Closed for now", "Tasks.")
    assert rows["A4"].leads_to == ("No → Desk resolves", "Yes → Second line resolves")


def test_the_rail_tells_path_place_and_way_on() -> None:
    with translation.override("en"):
        rail = steps(
            SPECIMEN,
            walked_boxes=["A1", "A2", "A3", "A4"],
            now_box="A6",
            blocked={"A9": "Tasks."},
            notes={"A6": "23 min"},
        )

    assert [step.state for step in rail] == ["walked"] * 4 + ["now", "open", "blocked"]
    assert (rail[4].label, rail[4].note) == ("Second line resolves", "23 min")
    assert rail[-1].why == "Tasks."


def test_words_break_where_they_may() -> None:
    assert wrap("服務請求/問題管理流程", room=90) == ["服務請求/", "問題管理流程"]
    assert all(width(line) <= 120 for line in wrap("Incident, request or problem process", room=120))


def test_bars_write_their_values_and_mark_what_missed() -> None:
    svg = bars([Bar("A", 99.9, "99.9%"), Bar("B", 90, "90%", missed=True)], title="T", target=98, target_text="98%")

    assert "! 90%" in svg
    assert "missed" in svg
    ElementTree.fromstring(svg)


def test_bars_of_shares_are_held_against_the_whole_and_nothing_is_no_bar() -> None:
    svg = bars([Bar("A", 50, "50%"), Bar("B", 0, "0%")], title="T", whole=100)

    assert 'width="50.000%"' in svg
    assert 'width="0.000%"' in svg


def test_a_trend_keeps_its_letters_and_leaves_out_every_other_label_where_it_is_narrow() -> None:
    series = [Column(f"{month:02}", 99.0 + month / 10, "99%", missed=month == 1) for month in (1, 2)]

    svg = columns([*series, Column("03", None, "no data")], title="T", ident="t", target=99.5, target_text="99.5%")

    assert "viewBox" not in svg
    assert svg.count('class="spare"') == 1
    assert "×" in svg
    ElementTree.fromstring(svg)


def test_a_trend_over_the_table_that_names_its_periods_has_no_labels_but_the_target() -> None:
    series = [Column("01", 99.0, "99%", under="2026", missed=True), Column("02", 99.6, "99.6%")]
    given = {"title": "T", "ident": "t", "target": 99.5, "target_text": "at least 99.5%"}

    labelled, bare = (ElementTree.fromstring(columns(series, **given, labelled=one)) for one in (True, False))  # type: ignore[arg-type]  # a table of arguments

    assert [text.text for text in labelled.findall(".//text")] == ["×", "01", "2026", "02", "at least 99.5%"]
    assert [text.text for text in bare.findall(".//text")] == ["×", "at least 99.5%"]
    assert float(bare.attrib["height"]) < float(labelled.attrib["height"])


def test_the_mark_of_a_clock_stands_after_its_pauses() -> None:
    svg = clock_bar([Part("counted", 50), Part("paused", 100), Part("counted", 25)], target=100, ident="c")

    assert 'd="M1000 -2v14"' in svg
    ElementTree.fromstring(svg)


@pytest.mark.parametrize(("values", "above"), [((0, 40, 90), True), ((90, 90, 10), False), ((50, 50, 50), True)])
def test_the_last_value_of_a_line_stands_where_the_line_does_not_run(values: tuple[int, ...], above: bool) -> None:
    points = [lines.Point(f"{value}", value, f"{value} %") for value in values]

    drawn = ElementTree.fromstring(lines.line(points, title="T", ident="t"))

    mark, text = drawn.findall("circle")[-1], next(one for one in drawn.findall("text") if one.get("class") == "value")
    assert (float(str(text.get("y"))) < float(str(mark.get("cy")))) is above


def test_a_line_without_values_is_nothing() -> None:
    assert sparkline([], title="T") == ""
