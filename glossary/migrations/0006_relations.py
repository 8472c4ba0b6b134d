import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('glossary', '0005_richer_definitions'),
    ]

    operations = [
        migrations.CreateModel(
            name='Relation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('broader', 'Broader: this is a kind of it'), ('part of', 'Whole: this is a part of it'), ('related', 'See also')], max_length=8)),
            ],
            options={
                'ordering': ['kind', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='relation',
            name='revision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='relations', to='glossary.termrevision'),
        ),
        migrations.AddField(
            model_name='relation',
            name='term',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reverse_relations', to='glossary.term'),
        ),
        migrations.AddConstraint(
            model_name='relation',
            constraint=models.UniqueConstraint(fields=('revision', 'term'), name='glossary_relation_once'),
        ),
        migrations.AddConstraint(
            model_name='relation',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['broader', 'part of', 'related'])), name='glossary_relation_kind_known'),
        ),
    ]
