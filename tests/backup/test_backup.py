"""Everything goes into one file and comes back the same."""

import hashlib
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from catalogue.models import Category, Service
from incidents import services
from itsm.people.models import Person
from itsm.records import attachments
from itsm.records.models import Attachment
from itsm.records.perform import perform
from tests.database import copy_template
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db(transaction=True)


def contents() -> dict[str, tuple[int, str]]:
    """Count and hash the rows of every table."""
    with connection.cursor() as cursor:
        found = {}
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(
                f"SELECT count(*), md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM \"{table}\" t"
            )
            found[table] = cursor.fetchone()
    return found


@pytest.fixture
def case(agent: Person, requester: Person, service: Service, category: Category, settings: Any, tmp_path: Path) -> Any:
    settings.MEDIA_ROOT = tmp_path / "media"
    made = services.raise_incident(
        by=requester, requester=requester, title="公文系統無法登入", service=service, at=MONDAY
    )
    made = perform(made, "classify", by=agent, at=MONDAY, service=service, category=category, impact="2", urgency="2")
    sha256, size = attachments.keep([b"the log ", "的內容".encode()])
    Attachment.objects.create(
        record_id=made.pk,
        name="log.txt",
        media_type="text/plain",
        size=size,
        sha256=sha256,
        added_by=agent,
        added_at=MONDAY,
    )
    return made


def test_a_backup_restored_into_an_empty_system_is_the_same(case: Any, tmp_path: Path) -> None:
    before = contents()
    sha256 = Attachment.objects.get().sha256
    call_command("backup", str(tmp_path / "all.backup"), verbosity=0)
    shutil.rmtree(settings.MEDIA_ROOT)
    copy_template()
    assert not Person.objects.exists()

    call_command("restore", str(tmp_path / "all.backup"))

    assert contents() == before
    assert hashlib.sha256(attachments.path_of(sha256).read_bytes()).hexdigest() == sha256
    assert (tmp_path / "all.backup").stat().st_mode & 0o077 == 0


def test_a_system_in_use_is_not_replaced_without_force(case: Any, tmp_path: Path) -> None:
    call_command("backup", str(tmp_path / "all.backup"))
    Category.objects.create(code="later", name_zh="後來", name_en="Later")

    with pytest.raises(CommandError):
        call_command("restore", str(tmp_path / "all.backup"))
    assert Category.objects.filter(code="later").exists()

    call_command("restore", str(tmp_path / "all.backup"), "--force")
    assert not Category.objects.filter(code="later").exists()


def test_a_damaged_backup_changes_nothing(case: Any, tmp_path: Path) -> None:
    path = tmp_path / "all.backup"
    call_command("backup", str(path))
    whole = bytearray(path.read_bytes())
    place = whole.index(b"PGDMP") + 2000
    whole[place] ^= 1
    path.write_bytes(whole)
    before = contents()

    with pytest.raises(CommandError):
        call_command("restore", str(path), "--force")
    assert contents() == before
