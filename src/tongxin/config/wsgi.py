"""WSGI entry point."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongxin.config.settings")
application = get_wsgi_application()

from tongxin.config.preload import warm_aside  # noqa: E402 - settings come first

warm_aside()
