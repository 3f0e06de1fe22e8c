"""Registers the api package with Django."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """See the package docstring."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "tongxin.api"
    label = "api"
    verbose_name = "接口"
