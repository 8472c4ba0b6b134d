from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('references', '0002_former_keys'),
    ]

    operations = [
        migrations.AddField(
            model_name='reference',
            name='likeness',
            field=models.CharField(blank=True, db_index=True, default='', editable=False, help_text='Equal for records that are probably of one work.', max_length=200),
        ),
    ]
