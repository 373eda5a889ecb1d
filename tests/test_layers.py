"""Foreign keys point down the same layers as imports, also where they are written as strings."""

import tomllib
from pathlib import Path

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Model

PROJECT = Path(__file__).resolve().parent.parent


def levels() -> dict[str, int]:
    """Read each package's level, 0 at the top, from the import contract."""
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    contract = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    return {name.strip(" ()"): level for level, line in enumerate(contract) for name in line.split("|")}


def own_models() -> list[type[Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_config.name in levels()]


def test_every_foreign_key_points_down_or_stays_at_home() -> None:
    level = levels()
    upward = []
    for model in own_models():
        home = model._meta.app_config.name
        for field in model._meta.get_fields():
            target = field.related_model if field.is_relation and not field.auto_created else None
            if not isinstance(target, type) or target._meta.app_config.name not in level:
                continue
            away = target._meta.app_config.name
            if target is get_user_model() and home == "itsm.api":
                continue  # tokens name whoever may sign in, through AUTH_USER_MODEL as any app of Django may
            if away != home and level[away] <= level[home]:
                upward.append(f"{model._meta.label}.{field.name} -> {target._meta.label}")

    assert upward == []


def test_every_app_of_ours_has_a_layer() -> None:
    own = {config.name for config in apps.get_app_configs() if Path(config.path).is_relative_to(PROJECT)}
    installed = {name for name in own if ".venv" not in str(apps.get_app_config(name.rpartition(".")[2]).path)}

    assert installed - set(levels()) == set()
