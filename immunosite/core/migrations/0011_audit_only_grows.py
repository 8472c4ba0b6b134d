"""Triggers of the database refuse to change or delete an entry of the audit."""

from django.db import migrations

from immunosite.core.growing import OnlyGrows


class Migration(migrations.Migration):
    dependencies = [("core", "0010_former_tags")]
    operations = [
        migrations.AlterModelOptions(
            name="auditentry",
            options={
                "default_permissions": ("view",),
                "ordering": ["-at", "-pk"],
                "verbose_name_plural": "audit entries",
            },
        ),
        migrations.AddConstraint(
            model_name="auditentry",
            constraint=OnlyGrows(name="core_audit_only_grows"),
        ),
    ]
