"""Registers the documents package with Django."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """See the package docstring."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "tongxin.documents"
    label = "documents"
    verbose_name = "文库"

    def ready(self) -> None:
        """Register what documents hold on people."""
        from tongxin.documents import dossier  # noqa: PLC0415 - models are there only now

        dossier.register_all()
