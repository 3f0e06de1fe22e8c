"""Registers the notices package with Django."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """See the package docstring."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "tongxin.notices"
    label = "notices"
    verbose_name = "提示与送达"

    def ready(self) -> None:
        """Register what is held on people and what the digest says to administrators."""
        from tongxin.notices import digests, dossier  # noqa: PLC0415 - models are there only now

        dossier.register_all()
        digests.register()
