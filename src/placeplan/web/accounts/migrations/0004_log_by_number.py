"""Takes addresses out of the log of changes: earlier entries had those of who was signed in."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def forget(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Blank them."""
    entries = apps.get_model("auditlog", "LogEntry").objects.using(editor.connection.alias)
    entries.update(actor_email=None, remote_addr=None, remote_port=None)


class Migration(migrations.Migration):
    """No field is different."""

    dependencies = [("accounts", "0003_signed_out"), ("auditlog", "0017_add_actor_email")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
