"""The one row that counts changes of public content."""

from django.db import migrations


def begin(apps, schema_editor):
    apps.get_model("core", "Epoch").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("core", "0003_fulltext")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
