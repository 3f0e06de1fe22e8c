"""Registers the matters package with Django."""

from django.apps import AppConfig


class MattersConfig(AppConfig):
    """See the package docstring."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "tongxin.matters"
    label = "matters"
    verbose_name = "事项"

    def ready(self) -> None:
        """Register what matters say happened with the judgement, and what they hold on people."""
        from tongxin.matters import digests, dossier, duty_rows, figures, listings, occurrences  # noqa: PLC0415 - models are there only now

        occurrences.register()
        dossier.register_all()
        digests.register()
        duty_rows.register()
        figures.register_all()
        listings.register_all()
