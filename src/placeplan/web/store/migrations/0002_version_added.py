from typing import Any

from django.db import migrations, models

from placeplan.web.room import count_anew


def count(apps: Any, schema_editor: Any) -> None:
    """Find what versions of before added."""
    count_anew(apps.get_model("store", "Version").objects.all(), apps.get_model("store", "Blob").objects.all())


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="version",
            name="added",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
