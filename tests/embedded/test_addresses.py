"""Where the servers are, and the secret key kept beside them."""

import os
import stat
from pathlib import Path

import pytest

from itsm.embedded import addresses


def test_a_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first = addresses.secret_key(tmp_path / "var")

    assert len(first) >= 50
    assert addresses.secret_key(tmp_path / "var") == first
    assert stat.S_IMODE((tmp_path / "var" / "secret_key").stat().st_mode) == 0o600
    assert os.listdir(tmp_path / "var") == ["secret_key"]


def test_where_no_key_can_be_kept_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file, not a folder")

    assert addresses.secret_key(tmp_path / "var") == ""


def test_an_empty_key_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "secret_key").touch()

    assert addresses.secret_key(tmp_path)


@pytest.mark.parametrize(
    ("cache", "broker"),
    [
        ("unix:///run/my%20app/redis.sock?db=3", "redis+socket:///run/my%20app/redis.sock?virtual_host=3"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock?virtual_host=0"),
        ("redis://cache.example.org:6379/1", "redis://cache.example.org:6379/1"),
        ("rediss://cache.example.org:6379/1", "rediss://cache.example.org:6379/1"),
    ],
)
def test_the_broker_is_spelled_as_celery_spells_it(cache: str, broker: str) -> None:
    assert addresses.broker_url(cache) == broker


def test_the_programs_for_backups_are_there() -> None:
    for name in ("pg_dump", "pg_restore", "psql"):
        assert os.access(addresses.postgres_binary(name), os.X_OK)
