"""The extension that lets PostgreSQL exclude overlapping intervals of one page."""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0001_tables")]
    operations = [BtreeGistExtension()]
