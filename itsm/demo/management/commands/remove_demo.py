"""``manage.py remove_demo``: take the demo organisation out again."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.core.management.base import BaseCommand

from itsm.demo.removal import remove


class Command(BaseCommand):
    """Removes what load_demo made and what visitors did with it; the rest stays."""

    help = "Remove the demo organisation with all its cases; what real people made stays."

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove it and say what could not go."""
        gone, kept = remove()
        cache.delete("demo-loaded")
        self.stdout.write(f"{gone} cases removed.")
        for name in kept:
            self.stdout.write(f"Kept, because real cases name it: {name}")
