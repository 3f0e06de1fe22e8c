"""Registers the accounts package with Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """See the package docstring."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "tongxin.accounts"
    label = "accounts"
    verbose_name = "账号"
