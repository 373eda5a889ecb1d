"""Services get the root item that bears their code, where exactly one item in use does."""

from typing import Any

from django.db import migrations
from django.db.models import Count


def fill(apps: Any, schema_editor: Any) -> None:
    Service = apps.get_model("catalogue", "Service")
    Item = apps.get_model("configuration", "ConfigurationItem")
    used = Item.objects.filter(ci_class__code="service").exclude(state__in=("retired", "disposed"))
    coded = used.exclude(attributes__service_code=None).exclude(attributes__service_code="")
    counted = coded.values_list("attributes__service_code").annotate(Count("pk"))
    for code in [code for code, count in counted if count == 1]:
        item = coded.get(attributes__service_code=code)
        Service.objects.filter(code=code, root_ci=None).update(root_ci=item)


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0009_root_ci'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
