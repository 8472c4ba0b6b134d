import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


def one_meaning_a_name(apps, schema_editor):
    """A name that another tag has, or that means two, keeps its address only."""
    taken = {tag.name.casefold() for tag in apps.get_model('core', 'Tag').objects.all()}
    for alias in apps.get_model('core', 'TagAlias').objects.order_by('-pk'):
        if alias.name.casefold() in taken:
            alias.name = ''
            alias.save()
        taken.add(alias.name.casefold())


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0014_foot_is_found_by_an_index'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint('formertag', 'core_formertag_slug_any_case'),
        migrations.RenameModel('FormerTag', 'TagAlias'),
        migrations.AlterModelOptions('tagalias', {'ordering': ['name', 'pk'], 'verbose_name_plural': 'tag aliases'}),
        migrations.RunPython(one_meaning_a_name, migrations.RunPython.noop),
        migrations.CreateModel(
            name='TagMerge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('survivor_id', models.BigIntegerField()),
                ('survivor_name', models.CharField(max_length=100)),
                ('other_id', models.BigIntegerField()),
                ('other_name', models.CharField(max_length=100)),
                ('reason', models.CharField(max_length=200)),
                ('kept', models.JSONField()),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-at', '-pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='TagsApart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['-at', '-pk'],
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='tag',
            name='parent',
            field=models.ForeignKey(blank=True, help_text='The wider tag of the same kind, whose page shows this one’s too.', limit_choices_to={'parent__isnull': True}, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='children', to='core.tag', verbose_name='part of'),
        ),
        migrations.AddField(
            model_name='tag',
            name='picture',
            field=models.CharField(blank=True, help_text='The address that core.pictures.store_picture returned.', max_length=200),
        ),
        migrations.AddField(
            model_name='tag',
            name='picture_alt',
            field=models.CharField(blank=True, help_text='For readers who can’t see it.', max_length=300, verbose_name='what the picture shows'),
        ),
        migrations.AddField(
            model_name='tag',
            name='picture_credit',
            field=models.CharField(blank=True, help_text='Who made the picture, and its license.', max_length=200),
        ),
        migrations.AlterField(
            model_name='tagalias',
            name='name',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AlterField(
            model_name='tagalias',
            name='slug',
            field=models.SlugField(allow_unicode=True, blank=True, max_length=100),
        ),
        migrations.AlterField(
            model_name='tagalias',
            name='tag',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='core.tag'),
        ),
        migrations.AddConstraint(
            model_name='tag',
            constraint=models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('pk')), _negated=True), _connector='OR'), name='core_tag_is_not_its_own_parent', violation_error_message="A tag can't be part of itself."),
        ),
        migrations.AddConstraint(
            model_name='tag',
            constraint=models.CheckConstraint(condition=models.Q(('picture', ''), models.Q(('picture_alt', ''), _negated=True), _connector='OR'), name='core_tag_picture_is_described'),
        ),
        migrations.AddConstraint(
            model_name='tagalias',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('slug'), condition=models.Q(('slug', ''), _negated=True), name='core_tagalias_slug_any_case'),
        ),
        migrations.AddConstraint(
            model_name='tagalias',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('name'), condition=models.Q(('name', ''), _negated=True), name='core_tagalias_name_any_case'),
        ),
        migrations.AddConstraint(
            model_name='tagalias',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), ('slug', ''), _negated=True), name='core_tagalias_says_some'),
        ),
        migrations.AddField(
            model_name='tagmerge',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='tagsapart',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='tagsapart',
            name='first',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='core.tag'),
        ),
        migrations.AddField(
            model_name='tagsapart',
            name='second',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='core.tag'),
        ),
        migrations.AddConstraint(
            model_name='tagmerge',
            constraint=models.CheckConstraint(condition=models.Q(('survivor_id', models.F('other_id')), _negated=True), name='core_tagmerge_of_two'),
        ),
        migrations.AddConstraint(
            model_name='tagsapart',
            constraint=models.UniqueConstraint(fields=('first', 'second'), name='core_tagsapart_once'),
        ),
        migrations.AddConstraint(
            model_name='tagsapart',
            constraint=models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='core_tagsapart_in_order'),
        ),
    ]
