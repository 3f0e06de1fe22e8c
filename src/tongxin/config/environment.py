"""Settings come from the environment only, through readers that fail loudly."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from tongxin.core.errors import BadInput
from tongxin.notices.hours import office_hours

env = environ.Env()

#: Where a plain start keeps its database, files and secret.
DATA_DIR = Path(env.str("TONGXIN_DATA", default=str(Path.cwd() / "data"))).resolve()


def secret(name: str) -> str:
    """Return the secret ``name``: from the environment, else from a file generated once in the data folder.

    The file is readable by its owner only.  Raises ImproperlyConfigured where it cannot be written.
    """
    given = env.str(name, default="")
    if given:
        return given
    path = DATA_DIR / f"{name.lower()}.txt"
    if path.is_file():
        return path.read_text(encoding="ascii").strip()
    from django.core.management.utils import get_random_secret_key  # noqa: PLC0415 - needs no settings, but is slow to import

    value = get_random_secret_key()
    try:
        DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Written aside and linked into place: another process that starts now reads all of it or nothing.
        with tempfile.NamedTemporaryFile("w", dir=DATA_DIR, encoding="ascii") as aside:
            aside.write(value)
            aside.flush()
            try:
                os.link(aside.name, path)
            except FileExistsError:
                return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"无法在 {DATA_DIR} 写入密钥文件，请设置环境变量 {name}。({error.strerror})"
        ) from error
    return value


def metrics_folder() -> Path:
    """Return the folder that worker processes share their counts through, and tell the counting library of it.

    Raises ImproperlyConfigured where it cannot be made.
    """
    path = DATA_DIR / "metrics"
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"无法建立 {path}，请检查数据文件夹的权限。({error.strerror})") from error
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(path)
    return path


def database() -> dict[str, object]:
    """Return Django's database entry from ``DATABASE_URL``; SQLite in the data folder where it is unset."""
    url = env.str("DATABASE_URL", default="")
    if not url:
        return sqlite(DATA_DIR / "tongxin.sqlite3")
    config: dict[str, object] = dict(env.db_url_config(url))
    engine = str(config["ENGINE"])
    if engine.endswith("sqlite3"):
        return sqlite(str(config["NAME"]))
    if not engine.endswith("postgresql"):
        raise ImproperlyConfigured("DATABASE_URL 只支持 sqlite:/// 与 postgres://。")
    config["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=600)
    config["CONN_HEALTH_CHECKS"] = True
    if env.bool("DATABASE_PREPARE", default=True):
        # Statements that bind their values on the server are planned once a connection; a pooler that hands one
        # connection to several clients in turn may not keep them.
        config["OPTIONS"] = {**dict(config.get("OPTIONS") or {}), "prepare_threshold": 3}  # type: ignore[call-overload]
    return config


def sqlite(name: object) -> dict[str, object]:
    """Return the entry for an SQLite file: WAL, and IMMEDIATE so that a writer waits instead of failing."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(name),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
        },
    }


def file_store() -> dict[str, object]:
    """Return where attachments are kept: a bucket of an S3-compatible store where one is named, else the data folder.

    ``TONGXIN_S3_BUCKET``, ``TONGXIN_S3_ACCESS_KEY`` and ``TONGXIN_S3_SECRET_KEY`` go together; ``TONGXIN_S3_ENDPOINT``
    is the store's address.  Raises ImproperlyConfigured for a bucket without keys, or where the extra ``s3`` is absent.
    """
    bucket = env.str("TONGXIN_S3_BUCKET", default="")
    if not bucket:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    key, secret_key = env.str("TONGXIN_S3_ACCESS_KEY", default=""), env.str("TONGXIN_S3_SECRET_KEY", default="")
    if not key or not secret_key:
        raise ImproperlyConfigured(
            "设置了 TONGXIN_S3_BUCKET，还须设置 TONGXIN_S3_ACCESS_KEY 和 TONGXIN_S3_SECRET_KEY。"
        )
    try:
        from botocore.config import Config  # noqa: PLC0415 - only where attachments lie in such a store
    except ImportError as error:
        raise ImproperlyConfigured("设置了 TONGXIN_S3_BUCKET，还须安装：pip install 'tongxin[s3]'。") from error
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "access_key": key,
            "secret_key": secret_key,
            "endpoint_url": env.str("TONGXIN_S3_ENDPOINT", default="") or None,
            "region_name": env.str("TONGXIN_S3_REGION", default="us-east-1"),
            "location": env.str("TONGXIN_S3_FOLDER", default=""),
            # Nobody gets an address of a file: it is handed out through the row that refers to it.
            "default_acl": None,
            "file_overwrite": False,
            "client_config": Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                connect_timeout=5,
                read_timeout=20,
                retries={"max_attempts": 3},
                # Many compatible stores do not know the checksums that the library would add of itself.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        },
    }


def openid_connect() -> dict[str, object]:
    """Return the providers of the sign-in library: the office's own identity service where one is named, else none.

    ``TONGXIN_OIDC_SERVER``, ``TONGXIN_OIDC_CLIENT`` and ``TONGXIN_OIDC_SECRET`` go together.  Raises
    ImproperlyConfigured where the address is given without the others.
    """
    server = env.str("TONGXIN_OIDC_SERVER", default="")
    if not server:
        return {}
    client, secret_text = env.str("TONGXIN_OIDC_CLIENT", default=""), env.str("TONGXIN_OIDC_SECRET", default="")
    if not client or not secret_text:
        raise ImproperlyConfigured("设置了 TONGXIN_OIDC_SERVER,还须设置 TONGXIN_OIDC_CLIENT 和 TONGXIN_OIDC_SECRET。")
    app = {
        "provider_id": "office",
        "name": env.str("TONGXIN_OIDC_NAME", default="统一身份认证"),
        "client_id": client,
        "secret": secret_text,
        "settings": {"server_url": server},
    }
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}


def identity_origins() -> list[str]:
    """Return the origin (scheme, host, port) of the identity service, or nothing where none is configured."""
    parts = urlsplit(env.str("TONGXIN_OIDC_SERVER", default=""))
    return [f"{parts.scheme}://{parts.netloc}"] if parts.scheme and parts.netloc else []


@dataclass(frozen=True)
class MailServer:
    """Where letters are handed in; ``starttls`` turns a plain line into a guarded one, ``ssl`` is guarded from the start."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    starttls: bool = False
    ssl: bool = False


def mail_server() -> MailServer | None:
    """Return the mail server of ``TONGXIN_SMTP``; None where it is unset: nothing is sent then.

    ``smtp://host:25``, ``smtp+tls://user:password@host:587`` or ``smtp+ssl://user:password@host:465``; marks in the
    password are written with %.  Raises ImproperlyConfigured for anything else, and without ``TONGXIN_MAIL_FROM``.
    """
    text = env.str("TONGXIN_SMTP", default="")
    if not text:
        return None
    ports = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ports or not parts.hostname:
        raise ImproperlyConfigured("TONGXIN_SMTP 应写作 smtp+tls://用户:口令@主机:端口(或 smtp://、smtp+ssl://)。")
    if "@" not in env.str("TONGXIN_MAIL_FROM", default=""):
        raise ImproperlyConfigured("设置了 TONGXIN_SMTP,还须用 TONGXIN_MAIL_FROM 写明发件地址。")
    return MailServer(
        parts.hostname,
        port or ports[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        parts.scheme == "smtp+tls",
        parts.scheme == "smtp+ssl",
    )


def office_hours_text() -> str:
    """Return ``TONGXIN_OFFICE_HOURS``, e.g. 8:30-17:30.  Raises ImproperlyConfigured for what is no span of a day."""
    text = env.str("TONGXIN_OFFICE_HOURS", default="8:30-17:30")
    try:
        office_hours(text)
    except BadInput as refusal:
        raise ImproperlyConfigured(f"TONGXIN_OFFICE_HOURS:{refusal}") from refusal
    return text
