"""Registers the trace package with Django."""

from django.apps import AppConfig


class TraceConfig(AppConfig):
    """See the package docstring."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "tongxin.trace"
    label = "trace"
    verbose_name = "要求落实对照"

    def ready(self) -> None:
        """Register the papers of the library with the judgement, and what the digest says of units."""
        from tongxin.trace import digests, occurrences  # noqa: PLC0415 - models are there only now

        occurrences.register()
        digests.register()
