import immunosite.core.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('glossary', '0004_rules_of_forms'),
    ]

    operations = [
        migrations.AddField(
            model_name='termrevision',
            name='audio',
            field=models.CharField(blank=True, max_length=200, verbose_name='recording'),
        ),
        migrations.AddField(
            model_name='termrevision',
            name='ipa',
            field=models.CharField(blank=True, help_text='In the International Phonetic Alphabet: “ˈsaɪtəˌkaɪn”.', max_length=200, verbose_name='phonetic spelling'),
        ),
        migrations.AddField(
            model_name='termrevision',
            name='picture',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='termrevision',
            name='picture_alt',
            field=models.CharField(blank=True, max_length=300, verbose_name='what the picture shows'),
        ),
        migrations.AddField(
            model_name='termrevision',
            name='picture_credit',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='termrevision',
            name='professional',
            field=models.TextField(blank=True, help_text='An exact definition for those who work in medicine, if it helps.', verbose_name='for professionals'),
        ),
        migrations.AddField(
            model_name='termrevision',
            name='professional_html',
            field=immunosite.core.fields.HTMLField(blank=True, default='', editable=False),
        ),
        migrations.AddField(
            model_name='termrevision',
            name='respelling',
            field=models.CharField(blank=True, help_text='How it is said, for everybody: “SY-toh-kine”.', max_length=200),
        ),
        migrations.AddField(
            model_name='termrevision',
            name='translations',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddConstraint(
            model_name='termrevision',
            constraint=models.CheckConstraint(condition=models.Q(('picture', ''), models.Q(('picture_alt', ''), _negated=True), _connector='OR'), name='glossary_termrevision_picture_is_described'),
        ),
    ]
