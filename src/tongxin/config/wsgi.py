"""WSGI entry point."""

from __future__ import annotations

import logging
import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongxin.config.settings")
application = get_wsgi_application()


def _warm() -> None:
    """Compile the judgement, so that the first reader of the board does not wait for it; never a reason not to start."""
    from django.db import DatabaseError, connection  # noqa: PLC0415 - settings come first

    from tongxin.provisions import renewal  # noqa: PLC0415

    try:
        renewal.warm()
    except DatabaseError:
        logging.getLogger(__name__).warning("数据库尚未就绪，首次打开落实情况会慢几秒。")
    finally:
        connection.close()


threading.Thread(target=_warm, name="warm", daemon=True).start()
