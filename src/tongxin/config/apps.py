"""Registers the wiring: system checks of the settings and of the views."""

from __future__ import annotations

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """See the package docstring."""

    name = "tongxin.config"
    label = "config"

    def ready(self) -> None:
        """Load the checks and name the regular work."""
        from tongxin.config import (  # noqa: PLC0415 - models must be there first
            checks,  # noqa: F401 - checks register themselves on import
            regular_work,
        )

        regular_work.name_all()
