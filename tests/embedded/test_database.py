"""What the test plugin promises about the database."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder


def rows() -> int:
    return MigrationRecorder.Migration.objects.count()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_real_transactions_leave_nothing_behind(turn: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE left_behind (id int)")

    assert rows() > 0


@pytest.mark.django_db
def test_the_database_is_a_migrated_copy() -> None:
    assert rows() > 10
    assert connection.settings_dict["TEST"]["TEMPLATE"]
