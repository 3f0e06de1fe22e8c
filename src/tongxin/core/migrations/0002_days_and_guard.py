"""Fill the day table and put up the triggers of the audit book."""

from django.db import migrations

from tongxin.core import guard, workdays


def fill_days(apps, schema_editor):
    Day = apps.get_model("core", "Day")
    Day.objects.using(schema_editor.connection.alias).bulk_create(
        (
            Day(
                day=row.day,
                number=row.number,
                is_workday=row.is_workday,
                workday_number=row.workday_number,
                provisional=row.provisional,
            )
            for row in workdays.rows()
        ),
        batch_size=2000,
    )


def put_up(apps, schema_editor):
    guard.put_up(schema_editor.connection)


def take_down(apps, schema_editor):
    guard.take_down(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.RunPython(fill_days, migrations.RunPython.noop),
        migrations.RunPython(put_up, take_down),
    ]
