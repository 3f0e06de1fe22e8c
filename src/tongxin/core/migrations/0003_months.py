"""Number the months of the day table, so that months can be added by a join."""

from django.db import migrations, models

from tongxin.core.workdays import months_of


def number_months(apps, schema_editor):
    Day = apps.get_model("core", "Day")
    days = Day.objects.using(schema_editor.connection.alias)
    kept = list(days.all())
    for row in kept:
        row.month_number, row.month_day, row.month_days = months_of(row.day)
    days.all().delete()
    days.bulk_create(kept, batch_size=2000)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_days_and_guard")]

    operations = [
        migrations.AddField("day", "month_number", models.IntegerField(db_index=True, default=0)),
        migrations.AddField("day", "month_day", models.IntegerField(default=0)),
        migrations.AddField("day", "month_days", models.IntegerField(default=0)),
        migrations.RunPython(number_months, migrations.RunPython.noop),
    ]
