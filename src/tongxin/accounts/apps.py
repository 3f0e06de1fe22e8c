"""Registers the accounts package with Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """See the package docstring."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "tongxin.accounts"
    label = "accounts"
    verbose_name = "账号"

    def ready(self) -> None:
        """Listen for signing out and new passwords; put what is kept only for a time on the list."""
        from tongxin.accounts import disposals, signals  # noqa: PLC0415 - models are there only now

        signals.connect()
        disposals.register()
