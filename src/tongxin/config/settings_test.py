"""Settings of the test run: fast passwords, files in a temporary folder, nothing sent anywhere."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("TONGXIN_SECRET_KEY", "tests-only-not-secret-0123456789-abcdefghijklmnop")
if "TONGXIN_DATA" not in os.environ:
    os.environ["TONGXIN_DATA"] = tempfile.mkdtemp(prefix="tongxin-tests-")
    atexit.register(shutil.rmtree, os.environ["TONGXIN_DATA"], ignore_errors=True)

from tongxin.config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
TONGXIN_MAIL = False
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
AXES_ENABLED = True
# The file middleware warns at each start of a missing folder.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
