"""Migrating draws only what a step touches, and everything before anything that may look at it."""

import pytest
from django.db import models
from django.db.migrations import operations as steps
from django.db.migrations.state import ModelState, ProjectState

from itsm.records.migrating import heirs


def drawn() -> ProjectState:
    """Three models: a parent, its child, and one that names the parent."""
    state = ProjectState()
    key = ("id", models.AutoField(primary_key=True))
    state.add_model(ModelState("records", "Parent", [key]))
    link = models.OneToOneField("records.Parent", models.CASCADE, parent_link=True, primary_key=True)
    state.add_model(ModelState("records", "Child", [("parent_ptr", link)], bases=("records.parent",)))
    state.add_model(
        ModelState("records", "Other", [key, ("parent", models.ForeignKey("records.Parent", models.CASCADE))])
    )
    assert state.apps
    return state


def test_a_model_is_drawn_with_its_heirs() -> None:
    assert heirs(drawn().models, ("records", "parent")) == {("records", "parent"), ("records", "child")}


def test_an_added_field_is_seen_by_the_heirs_and_leaves_the_others_as_they_were() -> None:
    state = drawn()
    before = state.apps.get_model("records", "Other")

    steps.AddField("Parent", "colour", models.CharField(max_length=9, default="")).state_forwards("records", state)

    assert state.apps.get_model("records", "Other") is before
    assert "colour" in {field.name for field in state.apps.get_model("records", "Child")._meta.get_fields()}
    assert state.is_delayed


@pytest.mark.parametrize("touched", ["colour", "size"])
def test_everything_is_drawn_anew_before_code_looks_at_it(touched: str) -> None:
    state = drawn()
    steps.AddField("Parent", touched, models.CharField(max_length=9, default="")).state_forwards("records", state)

    state.clear_delayed_apps_cache()

    other = state.apps.get_model("records", "Other")
    assert other._meta.get_field("parent").remote_field.model is state.apps.get_model("records", "Parent")
