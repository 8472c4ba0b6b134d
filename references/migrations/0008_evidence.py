import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('references', '0007_notice_tasks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('page_id', models.BigIntegerField()),
                ('locator', models.CharField(blank=True, max_length=200)),
                ('claim', models.TextField()),
                ('claim_key', models.CharField(max_length=64)),
                ('quotation', models.TextField(blank=True, max_length=2000)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('verified_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name_plural': 'evidence',
                'ordering': ['pk'],
                'permissions': [('verify_evidence', 'Can verify evidence')],
                'default_permissions': ('view', 'change'),
            },
        ),
        migrations.AddField(
            model_name='evidence',
            name='reference',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='references.reference'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='updated_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='evidence',
            name='verified_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.UniqueConstraint(fields=('kind', 'page_id', 'claim_key', 'reference', 'locator'), name='references_evidence_once'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('verified_at', None), ('verified_by', None)), models.Q(('verified_at__isnull', False), ('verified_by__isnull', False), models.Q(('quotation', ''), _negated=True)), _connector='OR'), name='references_evidence_verified_by_a_person'),
        ),
    ]
