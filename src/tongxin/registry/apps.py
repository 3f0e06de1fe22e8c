"""Registers the registry package with Django."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """See the package docstring."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "tongxin.registry"
    label = "registry"
    verbose_name = "名册与组织"

    def ready(self) -> None:
        """Put the register's figures on the list, and what it holds on people."""
        from tongxin.registry import dossier, figures, named_figures  # noqa: PLC0415 - models are there only now

        figures.register_all()
        named_figures.register_all()
        dossier.register_all()
