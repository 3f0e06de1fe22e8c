"""What is loaded before worker processes are forked, so that they share its memory and answer at once."""

from __future__ import annotations

import gc
import logging
import threading
from importlib import import_module

from django.db import DatabaseError, connection
from django.urls import get_resolver

from tongxin.provisions import renewal

_done = threading.Event()


def preload() -> None:
    """Load the pages and the judgement and set aside all that is there; to be called before any thread is begun."""
    get_resolver().url_patterns  # noqa: B018 - loads the views
    warm()
    _done.set()
    import_module("tongxin.config.wsgi")
    gc.collect()
    # Looking for garbage writes on every object that it looks at, and what is written on is copied.
    gc.freeze()


def warm_aside() -> None:
    """Warm in a thread, where another server loads the application in each of its processes."""
    if not _done.is_set():
        threading.Thread(target=warm, name="warm", daemon=True).start()


def warm() -> None:
    """Compile the judgement, so that the first reader of the board does not wait for it; never a reason not to start."""
    try:
        renewal.warm()
    except DatabaseError:
        logging.getLogger(__name__).warning("数据库尚未就绪，首次打开落实情况会慢几秒。")
    finally:
        connection.close()
