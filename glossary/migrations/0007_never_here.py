import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('glossary', '0006_relations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='NeverHere',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('page_id', models.BigIntegerField()),
                ('word', models.CharField(max_length=600)),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='neverhere',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='neverhere',
            constraint=models.UniqueConstraint(fields=('kind', 'page_id', 'word'), name='glossary_neverhere_once'),
        ),
        migrations.AddConstraint(
            model_name='neverhere',
            constraint=models.CheckConstraint(condition=models.Q(('word', ''), _negated=True), name='glossary_neverhere_has_word'),
        ),
    ]
