"""Check that the migrations say what the models say, and that they build an empty database.

Run beside a throw-away database: ``python -m itsm.embedded with --throwaway -- python -m tools.check_migrations``.
"""

import os
import sys


def main() -> int:
    """Migrate, then compare; Django prints what is missing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsm.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=1)
    call_command("migrate", verbosity=0)
    call_command("check", databases=["default"], fail_level="WARNING")
    return 0


if __name__ == "__main__":
    sys.exit(main())
