"""Median and P90 stand beside every mean of a report."""

from __future__ import annotations

from django.utils.translation import override

from itsm.service_reports.amounts import COUNT, MARK, Figure, counted
from itsm.service_reports.cells import figure, parts_of


def test_a_mean_has_its_median_and_what_nine_of_ten_did_not_exceed() -> None:
    marks = Figure(
        "mean", MARK, {"part": [("record", place, mark) for place, mark in enumerate([5, 1, 4, 4, 3, 5, 5, 2, 4, 4])]}
    )
    kept = {"figures": {"mark": marks.as_json()}}

    with override("en"):
        cell = figure(kept, "mark", note=parts_of(kept, "mark"))

    assert cell.parts[0].text == "3.70 (median 4, P90 5)"


def test_a_median_between_two_marks_is_no_whole_number() -> None:
    marks = Figure("mean", MARK, {"part": [("record", 1, 4), ("record", 2, 5)]})

    with override("zh-hant"):
        assert parts_of({"figures": {"mark": marks.as_json()}}, "mark") == " (中位數 4.5，P90 5)"


def test_nothing_stands_beside_other_numbers_and_no_marks() -> None:
    none = Figure("mean", MARK, {"part": []})
    kept = {"figures": {"none": none.as_json(), "sum": counted([("record", 1, 1)], COUNT).as_json()}}

    assert (parts_of(kept, "none"), parts_of(kept, "sum")) == ("", "")
