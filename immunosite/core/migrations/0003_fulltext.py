"""The full-text table, in each database's own dialect (see core/fulltext.py)."""

from django.db import migrations

CREATE = {
    "sqlite": [
        "CREATE VIRTUAL TABLE core_fulltext USING fts5("
        "title, names, summary, text, tokenize = 'unicode61 remove_diacritics 0')"
    ],
    "postgresql": [
        "CREATE TABLE core_fulltext (rowid bigint PRIMARY KEY, vector tsvector NOT NULL)",
        "CREATE INDEX core_fulltext_vector ON core_fulltext USING gin (vector)",
    ],
}


def create(apps, schema_editor):
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE core_fulltext")


class Migration(migrations.Migration):
    dependencies = [("core", "0002_btree_gist")]
    operations = [migrations.RunPython(create, drop)]
