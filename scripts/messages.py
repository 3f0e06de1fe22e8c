"""Take the translatable texts out of the source into the English catalogue, and say what is still untranslated.

Needs GNU gettext (xgettext, msgmerge, msgfmt). Translations already there are kept; a guess made from a
similar text is thrown away, as an empty translation is easier to notice than a wrong one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "tongxin"
CATALOGUE = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.po"
#: The whole header: no names, no hours, so that the file changes only when a text does.
HEADER = {
    "Project-Id-Version": "Tongxin",
    "Language": "en",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}


def extract() -> None:
    """Bring the catalogue's msgids up to date with the source."""
    with tempfile.TemporaryDirectory() as data:
        subprocess.run(
            [sys.executable, "-m", "django", "makemessages", "--locale", "en", "--no-location", "--no-wrap"]
            + ["--no-obsolete", "--ignore", "*/migrations/*", "--settings", "tongxin.config.settings"],
            cwd=PACKAGE,
            env={**os.environ, "PYTHONPATH": str(PACKAGE.parent), "TONGXIN_DATA": data},
            check=True,
        )


def tidy() -> list[str]:
    """Write the catalogue with the plain header and without guesses; return the msgids without a translation."""
    catalogue = polib.pofile(str(CATALOGUE), wrapwidth=0)
    catalogue.header = "Tongxin in English."
    catalogue.metadata = dict(HEADER)
    catalogue.metadata_is_fuzzy = False
    for entry in catalogue:
        if entry.fuzzy:
            entry.flags.remove("fuzzy")
            entry.msgstr = ""
            entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, "")
        entry.previous_msgid = None
        entry.previous_msgid_plural = None
    catalogue.save(str(CATALOGUE))
    catalogue.save_as_mofile(str(CATALOGUE.with_suffix(".mo")))
    return [entry.msgid for entry in catalogue.untranslated_entries()]


def main() -> int:
    """Extract, tidy, compile; 1 if a text has no translation yet."""
    extract()
    missing = tidy()
    for text in missing:
        print(text)
    print(f"{len(missing)} without a translation", flush=True)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
