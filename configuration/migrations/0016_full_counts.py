"""Results of full counts that were closed before lose their interval, which only a sample has."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def unbound(apps: Any, schema_editor: Any) -> None:
    """Take the bounds from the shares of closed audits that counted everything."""
    audit = apps.get_model("configuration", "VerificationAudit")
    for row in audit.objects.filter(closed_at__isnull=False).order_by("pk").iterator():
        if row.figures and row.figures["items"] >= row.population:
            for part in (row.figures, *row.figures["classes"].values()):
                _bare(part)
            row.save(update_fields=["figures"])


def _bare(part: dict[str, Any]) -> None:
    for name in ("accuracy", "strict"):
        if part[name] is not None:
            part[name] |= {"low": None, "high": None}


class Migration(migrations.Migration):

    dependencies = [("configuration", "0015_scope_kept")]

    operations = [migrations.RunPython(unbound, migrations.RunPython.noop)]
