"""Migrating in a fraction of the time: a step that adds something draws anew only the model that it touches.

Between two steps of a migration Django draws every model again that is related to the touched one, at any distance.
Nearly all models here name a person or a record, so that each of several hundred steps would draw all of them: minutes
instead of seconds for a first start. Adding a model, a field, a constraint, an index or a trigger needs only the model
itself and those that inherit from it; the others keep their place and are drawn anew, all together, before anything that
may look at them (``RunPython`` and what follows a migration), which is what Django's own mark ``is_delayed`` is for.
Steps that alter, rename or remove go Django's way.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.migrations.state import ProjectState

#: Steps that go Django's way.
WHOLE = ("alter_field", "remove_field", "rename_field")
Key = tuple[str, str]


def hasten() -> None:
    """Let adding steps draw only what they touch; a second call changes nothing."""
    if getattr(ProjectState.reload_model, "is_hastened", False):
        return
    for name in WHOLE:
        setattr(ProjectState, name, _whole(getattr(ProjectState, name)))
    setattr(ProjectState, "reload_model", _hastened(ProjectState.reload_model))  # noqa: B010  # replaced on purpose


def _whole(step: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(step)
    def wrapped(self: Any, *args: Any, **kwargs: Any) -> Any:
        self.__dict__["is_whole"] = True
        try:
            return step(self, *args, **kwargs)
        finally:
            del self.__dict__["is_whole"]

    return wrapped


def _hastened(reload_model: Callable[..., None]) -> Callable[..., None]:
    @wraps(reload_model)
    def reload(self: Any, app_label: str, model_name: str, delay: bool = False) -> None:
        if "apps" not in self.__dict__:  # nothing is drawn yet
            return
        if "is_whole" in self.__dict__:
            reload_model(self, app_label, model_name, delay)
            return
        self.is_delayed = True
        self._reload(heirs(self.models, (app_label, model_name.lower())))

    reload.is_hastened = True  # type: ignore[attr-defined]  # a mark of its own
    return reload


def heirs(models: dict[Key, Any], key: Key) -> set[Key]:
    """Find a model and those that inherit from it, at any distance."""
    found, waiting = {key}, [key]
    while waiting:
        app_label, name = waiting.pop()
        parent = f"{app_label}.{name}"
        for other, state in models.items():
            if other not in found and parent in {base.lower() for base in state.bases if isinstance(base, str)}:
                found.add(other)
                waiting.append(other)
    return found
