"""Registers the trace package with Django."""

from django.apps import AppConfig


class TraceConfig(AppConfig):
    """See the package docstring."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "tongxin.trace"
    label = "trace"
    verbose_name = "要求落实对照"

    def ready(self) -> None:
        """Register the papers of the library with the judgement, what the digest says of units, how they stand as figures."""
        from tongxin.trace import digests, figures, occurrences  # noqa: PLC0415 - models are there only now

        occurrences.register()
        digests.register()
        figures.register_all()
