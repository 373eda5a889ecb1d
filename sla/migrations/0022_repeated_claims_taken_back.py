"""Takes back what repeats a standing claim exactly, so that the database may refuse repetitions; figures stay, as both counted once."""

from typing import Any

from django.db import migrations
from django.db.models import Case, IntegerField, Value, When

SAME = ("service_id", "clause_code", "started_at", "ended_at")


def take_back(apps: Any, schema_editor: Any) -> None:
    """This will keep the approved one of equal claims, else the first, and withdraw the others."""
    claims = apps.get_model("sla", "ExclusionClaim").objects
    approved_first = Case(When(state="approved", then=Value(0)), default=Value(1), output_field=IntegerField())
    standing = claims.filter(state__in=["claimed", "approved"]).order_by(approved_first, "pk")
    kept = set()
    for key, *same in standing.values_list("pk", *SAME):
        if tuple(same) in kept:
            claims.filter(pk=key).update(state="withdrawn")
        kept.add(tuple(same))


class Migration(migrations.Migration):
    dependencies = [("sla", "0021_predictions_of_weeks")]

    operations = [migrations.RunPython(take_back, migrations.RunPython.noop)]
