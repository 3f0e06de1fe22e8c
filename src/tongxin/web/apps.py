"""Registers the web package with Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """See the package docstring."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "tongxin.web"
    label = "web"
    verbose_name = "页面"
