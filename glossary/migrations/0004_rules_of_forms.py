from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('glossary', '0003_former_slugs'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='form',
            name='glossary_form_kind_known',
        ),
        migrations.AddField(
            model_name='form',
            name='case',
            field=models.CharField(blank=True, choices=[('any', 'In any case'), ('exact', 'Just as it is written')], max_length=5),
        ),
        migrations.AddField(
            model_name='form',
            name='is_automatic',
            field=models.BooleanField(default=True, verbose_name='links automatically'),
        ),
        migrations.AddField(
            model_name='form',
            name='is_sense',
            field=models.BooleanField(default=False, help_text='A page links the sense that bears one of its topics, else all.', verbose_name='other terms may have it too'),
        ),
        migrations.AlterField(
            model_name='form',
            name='kind',
            field=models.CharField(choices=[('headword', 'Headword'), ('plural', 'Plural'), ('synonym', 'Synonym'), ('variant', 'Other spelling'), ('abbreviation', 'Abbreviation')], max_length=12),
        ),
        migrations.AddConstraint(
            model_name='form',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['headword', 'plural', 'synonym', 'variant', 'abbreviation'])), name='glossary_form_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='form',
            constraint=models.CheckConstraint(condition=models.Q(('case__in', ['', 'any', 'exact'])), name='glossary_form_case_known'),
        ),
    ]
