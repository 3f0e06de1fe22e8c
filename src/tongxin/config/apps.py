"""Registers the wiring: system checks of the settings and of the views."""

from __future__ import annotations

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """See the package docstring."""

    name = "tongxin.config"
    label = "config"

    def ready(self) -> None:
        """Load the checks."""
        from tongxin.config import checks  # noqa: F401, PLC0415 - checks register themselves on import
