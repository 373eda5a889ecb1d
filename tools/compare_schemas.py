"""Check that migrating the quick way builds the very schema that Django's own way builds; takes a minute or two.

Run as ``make check-schema``: each way gets a throw-away server of its own, and the two dumps must be equal line by line.
"""

import difflib
import os
import subprocess
import sys
from typing import Any

WAYS = {"quick": True, "whole": False}


def main(way: str | None = None) -> int:
    """Compare both ways; named as ``quick`` or ``whole``, print the dump of one."""
    if way:
        sys.stdout.write(dump(is_quick=WAYS[way]))
        return 0
    quick, whole = (built(name).splitlines() for name in WAYS)
    differences = list(difflib.unified_diff(quick, whole, "quick", "whole", lineterm=""))
    print("\n".join(differences[:200]) or f"Both ways build the same schema ({len(quick)} lines).")
    return 1 if differences else 0


def built(way: str) -> str:
    """Have one way build a database in a server of its own; gives the dump."""
    command = [sys.executable, "-m", "itsm.embedded", "with", "--throwaway", "--"]
    this = [sys.executable, "-W", "ignore", "-m", "tools.compare_schemas", way]
    return subprocess.run([*command, *this], check=True, text=True, stdout=subprocess.PIPE).stdout


def dump(*, is_quick: bool) -> str:
    """Migrate the empty database of the settings and dump its schema."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsm.settings")
    from itsm.records import migrating

    if not is_quick:
        setattr(migrating, "hasten", lambda: None)  # noqa: B010  # before the apps are ready
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    return _schema()


def _schema() -> str:
    from django.db import connection

    from itsm.embedded.addresses import postgres_binary

    found: dict[str, Any] = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    environment = os.environ | {name: str(found[key]) for name, key in names.items() if found[key]}
    command = [str(postgres_binary("pg_dump")), "--schema-only", "--no-owner"]
    text = subprocess.run(command, env=environment, check=True, text=True, stdout=subprocess.PIPE).stdout
    return "\n".join(line for line in text.splitlines() if not line.startswith(("\\restrict", "\\unrestrict")))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
