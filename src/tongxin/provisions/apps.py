"""Registers the provisions package with Django."""

from django.apps import AppConfig


class ProvisionsConfig(AppConfig):
    """See the package docstring."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "tongxin.provisions"
    label = "provisions"
    verbose_name = "制度要求"

    def ready(self) -> None:
        """Register the registry's selectors and what is held on people, and listen for changes."""
        from tongxin.core import changes  # noqa: PLC0415 - models exist only now
        from tongxin.provisions import dossier, renewal, selectors  # noqa: PLC0415 - models exist only now

        selectors.register()
        dossier.register_all()
        changes.listen(renewal.note_change)
