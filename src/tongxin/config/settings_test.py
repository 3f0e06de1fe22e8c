"""Settings of the test run: fast passwords, files in a temporary folder, nothing sent anywhere."""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("TONGXIN_SECRET_KEY", "tests-only-not-secret-0123456789-abcdefghijklmnop")
# Whatever the environment names: tests must not write among somebody's data.
os.environ["TONGXIN_DATA"] = tempfile.mkdtemp(prefix="tongxin-tests-")
atexit.register(shutil.rmtree, os.environ["TONGXIN_DATA"], ignore_errors=True)

from tongxin.config.settings import *  # noqa: E402, F403

_database = DATABASES["default"]  # noqa: F405
if str(_database["ENGINE"]).endswith("sqlite3"):
    # A file as in service, not memory: threads of a live server would share one connection to memory, and two requests
    # at once one transaction and one set of temporary tables.
    _database["TEST"] = {"NAME": str(Path(os.environ["TONGXIN_DATA"]) / "test.sqlite3")}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
TONGXIN_MAIL = False
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
AXES_ENABLED = True
# What one run compiled the next one of the same checkout and code need not compile again.
COMPILED_ROOT = (
    Path(tempfile.gettempdir()) / f"tongxin-compiled-{hashlib.sha256(str(PACKAGE).encode()).hexdigest()[:8]}"  # noqa: F405
)
# The file middleware warns at each start of a missing folder.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
