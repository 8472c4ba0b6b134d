from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('references', '0005_imports'),
    ]

    operations = [
        migrations.AddField(
            model_name='identifier',
            name='asked_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='When Crossref was last asked for notices about this DOI.', null=True),
        ),
        migrations.AddField(
            model_name='notice',
            name='doi',
            field=models.CharField(blank=True, help_text='Two sources that tell of the same notice are known by it.', max_length=255, verbose_name='DOI of the notice'),
        ),
        migrations.AddField(
            model_name='notice',
            name='origin',
            field=models.CharField(choices=[('staff', 'Entered by staff'), ('retraction watch', 'Retraction Watch'), ('crossref', 'Crossref')], default='staff', editable=False, max_length=20),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(condition=models.Q(('doi', ''), _negated=True), fields=('reference', 'kind', 'doi'), name='references_notice_doi_once'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('origin__in', ['staff', 'retraction watch', 'crossref'])), name='references_notice_origin_known'),
        ),
    ]
