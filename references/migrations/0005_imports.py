import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('references', '0004_distinct_pairs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.CharField(max_length=200)),
                ('format', models.CharField(max_length=20)),
                ('on_existing', models.CharField(choices=[('keep', 'stays as it is'), ('update', 'is updated from the file')], default='keep', max_length=10, verbose_name='a record that exists')),
                ('look_alikes', models.BooleanField(default=False, verbose_name='also what looks like a reference that is here')),
                ('state', models.CharField(choices=[('reading', 'Not read to its end'), ('checking', 'Being checked'), ('ready', 'Checked, nothing is stored yet'), ('importing', 'Being brought in'), ('done', 'Brought in')], default='reading', max_length=10)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='uploaded at')),
            ],
            options={
                'verbose_name': 'import of references',
                'verbose_name_plural': 'imports of references',
                'ordering': ['-created_at', '-pk'],
                'default_permissions': ('view', 'add'),
            },
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('line', models.PositiveIntegerField(blank=True, null=True)),
                ('name', models.CharField(max_length=200)),
                ('csl', models.JSONField(blank=True, null=True)),
                ('notes', models.JSONField(blank=True, default=list)),
                ('own_id', models.CharField(blank=True, max_length=1000)),
                ('claim', models.JSONField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, max_length=10)),
                ('message', models.TextField(blank=True)),
                ('is_done', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['position'],
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='importbatch',
            name='created_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by'),
        ),
        migrations.AddField(
            model_name='importrow',
            name='batch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='references.importbatch'),
        ),
        migrations.AddField(
            model_name='importrow',
            name='reference',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='references.reference'),
        ),
        migrations.AddConstraint(
            model_name='importbatch',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['reading', 'checking', 'ready', 'importing', 'done'])), name='references_importbatch_state_known'),
        ),
        migrations.AddIndex(
            model_name='importrow',
            index=models.Index(fields=['batch', 'outcome'], name='references_importrow_outcome'),
        ),
        migrations.AddConstraint(
            model_name='importrow',
            constraint=models.UniqueConstraint(fields=('batch', 'position'), name='references_importrow_once'),
        ),
    ]
