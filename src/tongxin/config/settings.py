"""Django's settings; everything an office sets comes from the environment (see docs/reference/settings.md)."""

from __future__ import annotations

from importlib.resources import files as package_files
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from tongxin.config.environment import (
    DATA_DIR,
    database,
    env,
    file_store,
    identity_origins,
    mail_server,
    metrics_folder,
    office_hours_text,
    openid_connect,
    secret,
)

PACKAGE = Path(__file__).resolve().parent.parent

DEBUG = env.bool("TONGXIN_DEBUG", default=False)
SECRET_KEY = secret("TONGXIN_SECRET_KEY")
#: Earlier secrets, for as long as something sealed with them is to be opened.
SECRET_KEY_FALLBACKS = env.list("TONGXIN_OLD_SECRET_KEYS", default=[])
ALLOWED_HOSTS = env.list("TONGXIN_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("TONGXIN_ORIGINS", default=[])
#: True where people reach the system by https; cookies are then sent over https only.
HTTPS = env.bool("TONGXIN_HTTPS", default=False)
#: Hosts (with port, where it is not the usual one) to which events may be sent; none unless said.
WEBHOOK_HOSTS = [host.lower() for host in env.list("TONGXIN_WEBHOOK_HOSTS", default=[])]
#: Area codes of the offices that publish their public subset; none unless said.
OPARL_OFFICES = env.list("TONGXIN_OPARL", default=[])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks_db",
    "tongxin.core",
    "tongxin.accounts",
    "tongxin.registry",
    "tongxin.documents",
    "tongxin.provisions",
    "tongxin.activities",
    "tongxin.matters",
    "tongxin.trace",
    "tongxin.notices",
    "tongxin.web",
    "tongxin.api",
    "tongxin.demo",
    "tongxin.config",
]

MIDDLEWARE = [
    "tongxin.web.request_log.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "tongxin.web.register.doorway.Doorway",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tongxin.accounts.middleware.SessionBook",
    "tongxin.web.access.AccessMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "tongxin.web.methods.MethodPage",
]

ROOT_URLCONF = "tongxin.config.urls"
WSGI_APPLICATION = "tongxin.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "tongxin.web.navigation.page_frame",
            ],
        },
    },
]

DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"}}

#: Background work waits in the database; see ``core.work``.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "tongxin.accounts.passwords.OwnWordsValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "tongxin.accounts.adapter.ClosedAdapter"
ACCOUNT_LOGOUT_ON_GET = False
# The library's own limit of five a name, from wherever, would let a stranger keep somebody out; the lock by name and
# address (axes) comes first.  Sixty an hour for one name stay, against many addresses that guess at once.
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,60/h/key"}
ACCOUNT_SESSION_REMEMBER = False
MFA_ADAPTER = "tongxin.accounts.secrets.SealedAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
SOCIALACCOUNT_ADAPTER = "tongxin.accounts.adapter.InvitedOnlySocialAdapter"
SOCIALACCOUNT_PROVIDERS = openid_connect()

#: Ten failures lock the pair of name and address for half an hour; throttling, not punishment.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
#: Behind a proxy every caller would else bear the proxy's address: one could lock out another, and the log say nothing.
AXES_CLIENT_IP_CALLABLE = "tongxin.web.callers.client_address"
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [("vendor/bootstrap", Path(str(package_files("bootstrap") / "version.txt")).parent)]
STORAGES = {
    "default": file_store(),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = DATA_DIR / "files"
#: SQL compiled before (see ``core.compiled``); may be deleted at any time.  None: nothing is kept.
COMPILED_ROOT = DATA_DIR / "compiled"
#: No address serves stored files; they are handed out through the row that refers to them.
MEDIA_URL = "files-are-not-served/"
FILE_UPLOAD_PERMISSIONS = 0o600
#: One request may carry this much; reading refuses earlier and says so.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
BEHIND_PROXY = env.bool("TONGXIN_BEHIND_PROXY", default=False)
#: The same for the limits of allauth (second factor, password changes), which counts addresses by itself.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
#: Other bodies share the domain, so neither its subdomains nor browsers' preload lists are ours to speak for.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # The sign-in form leads on to the office's own identity service, where one is configured.
        "form-action": [SELF, *identity_origins()],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

#: Whoever knows it may read the counts at /health/metrics/; without it that address answers 404.
METRICS_TOKEN = env.str("TONGXIN_METRICS_TOKEN", default="")
#: Where several worker processes put their counts together.
METRICS_FOLDER = metrics_folder() if METRICS_TOKEN else None
#: Mail is off unless a server is named; see docs/howto/mail.md.
MAIL = mail_server()
TONGXIN_MAIL = MAIL is not None
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if MAIL else "django.core.mail.backends.dummy.EmailBackend"
)
EMAIL_HOST, EMAIL_PORT = (MAIL.host, MAIL.port) if MAIL else ("localhost", 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = (MAIL.user, MAIL.password) if MAIL else ("", "")
EMAIL_USE_TLS, EMAIL_USE_SSL = (MAIL.starttls, MAIL.ssl) if MAIL else (False, False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("TONGXIN_MAIL_FROM", default="")
TONGXIN_MAIL_DOMAIN = DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
#: Where the pages are reached, for links in letters; the first of the origins where it is not said.
TONGXIN_SITE = env.str("TONGXIN_SITE", default=next(iter(CSRF_TRUSTED_ORIGINS), "")).rstrip("/")
#: Letters go out within these hours of workdays only.
TONGXIN_OFFICE_HOURS = office_hours_text()

#: One log line a request; the law asks to keep them for six months at least.
LOG_REQUESTS = env.bool("TONGXIN_LOG_REQUESTS", default=False)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
            "rename_fields": {"asctime": "at", "levelname": "level", "name": "logger"},
            "json_ensure_ascii": False,
        },
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json" if env.bool("TONGXIN_LOG_JSON", default=False) else "line",
        }
    },
    "root": {"handlers": ["stderr"], "level": env.str("TONGXIN_LOG_LEVEL", default="WARNING")},
    "loggers": {
        "tongxin.request": {"level": "INFO" if LOG_REQUESTS else "WARNING"},
    },
}
