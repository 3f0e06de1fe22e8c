"""Registers the documents package with Django."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """See the package docstring."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "tongxin.documents"
    label = "documents"
    verbose_name = "文库"
