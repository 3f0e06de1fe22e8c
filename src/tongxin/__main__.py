"""The ``tongxin`` command: Django's commands under one name, in UTF-8 whatever the locale."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run one command; see ``tongxin help``."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongxin.config.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - settings must be named first

    from tongxin.config.command_words import speak_chinese  # noqa: PLC0415

    speak_chinese()
    arguments = list(sys.argv)
    if len(arguments) > 1 and not arguments[1].startswith("-"):
        # ``import-roster`` reads better than the name of the module that holds it.
        arguments[1] = arguments[1].replace("-", "_")
    execute_from_command_line(arguments)


if __name__ == "__main__":
    main()
