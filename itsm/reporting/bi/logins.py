"""Logins for programs that read the reporting views."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

from django.db import connection
from django.db.utils import ProgrammingError
from django.utils.translation import gettext
from psycopg2 import sql

from itsm.reporting.bi.installing import ROLE, SCHEMA, has_role, lacking

NAME = re.compile(r"bi_[a-z0-9_]{2,40}")
#: How long a question may take, how long an open transaction may idle, and how many connections one login has.
LIMITS = {"statement_timeout": "60s", "idle_in_transaction_session_timeout": "60s", "default_transaction_read_only": "on",
          "search_path": SCHEMA}  # fmt: skip
CONNECTIONS = 5


class LoginRefused(Exception):
    """The login cannot be made; the message says why."""


def make(name: str, *, until: datetime) -> str:
    """This will make the login ``name`` or give it a new password; gives the password, which is kept nowhere.

    :raises LoginRefused: if the name will not do, is another's, or the database's user may not make roles
    """
    if not NAME.fullmatch(name):
        raise LoginRefused(gettext("A login begins with bi_ and has only small letters, digits and _ after it."))
    if not has_role():
        raise LoginRefused(lacking())
    password = secrets.token_urlsafe(24)
    verb = "ALTER" if _is_ours(name) else "CREATE"
    said = sql.SQL("{verb} ROLE {name} LOGIN PASSWORD {password} CONNECTION LIMIT {most} VALID UNTIL {until}").format(
        verb=sql.SQL(verb), name=sql.Identifier(name), password=sql.Literal(password), most=sql.Literal(CONNECTIONS),
        until=sql.Literal(until.isoformat()),
    )  # fmt: skip
    try:
        with connection.cursor() as cursor:
            cursor.execute(said)
            _limit(cursor, name)
    except ProgrammingError as fault:
        raise LoginRefused(gettext("The database's user may not make roles: %s") % str(fault).strip()) from fault
    return password


def _limit(cursor: object, name: str) -> None:
    run = cursor.execute  # type: ignore[attr-defined]  # a cursor
    for setting, value in LIMITS.items():
        words = sql.SQL("ALTER ROLE {name} SET {setting} = {value}")
        run(words.format(name=sql.Identifier(name), setting=sql.Identifier(setting), value=sql.Literal(value)))
    run(sql.SQL("GRANT {role} TO {name}").format(role=sql.Identifier(ROLE), name=sql.Identifier(name)))
    run(sql.SQL("ALTER ROLE {name} INHERIT").format(name=sql.Identifier(name)))


def _is_ours(name: str) -> bool:
    """Tell whether the login is there and reads the views.

    :raises LoginRefused: if another role has the name
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(rolname, %s, 'member') AND NOT rolsuper FROM pg_roles WHERE rolname = %s", [ROLE, name]
        )
        found = cursor.fetchone()
    if found is not None and not found[0]:
        raise LoginRefused(gettext("Another role of the database has this name."))
    return found is not None


def drop(name: str) -> None:
    """This will take the login away.

    :raises LoginRefused: if there is no such login
    """
    if not NAME.fullmatch(name) or not _is_ours(name):
        raise LoginRefused(gettext("There is no such login."))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP ROLE {name}").format(name=sql.Identifier(name)))
