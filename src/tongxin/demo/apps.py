"""Registers the demo package with Django."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """See the package docstring."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "tongxin.demo"
    label = "demo"
    verbose_name = "示例"
