import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('references', '0006_origin_of_notices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RefusedNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('retraction', 'Retraction'), ('concern', 'Expression of concern'), ('correction', 'Correction'), ('reinstatement', 'Reinstatement')], max_length=20)),
                ('noticed_on', models.DateField()),
                ('doi', models.CharField(blank=True, max_length=255)),
                ('refused_at', models.DateTimeField(auto_now_add=True)),
                ('reference', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refused_notices', to='references.reference')),
            ],
            options={
                'ordering': ['pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='NoticeTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('page_id', models.BigIntegerField()),
                ('opened_at', models.DateTimeField(auto_now_add=True)),
                ('decision', models.CharField(blank=True, choices=[('still fine', 'Still fine as it is'), ('changed', 'The page was changed'), ('withdrawn', 'The page was withdrawn')], max_length=12)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['opened_at', 'pk'],
                'default_permissions': ('view', 'change'),
            },
        ),
        migrations.AddField(
            model_name='noticetask',
            name='closed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='noticetask',
            name='notice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tasks', to='references.notice'),
        ),
        migrations.AddIndex(
            model_name='noticetask',
            index=models.Index(fields=['kind', 'page_id'], name='references_task_page'),
        ),
        migrations.AddConstraint(
            model_name='noticetask',
            constraint=models.UniqueConstraint(fields=('notice', 'kind', 'page_id'), name='references_task_once'),
        ),
        migrations.AddConstraint(
            model_name='noticetask',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None), ('decision', ''), ('reason', '')), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), ('decision__in', ['still fine', 'changed', 'withdrawn']), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='references_task_closed_by_a_person'),
        ),
    ]
