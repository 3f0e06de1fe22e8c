"""Registers the core package with Django."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Days, periods, workdays, figures and the audit book."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "tongxin.core"
    label = "core"
    verbose_name = "基础"
