"""Reads settings from the environment and refuses to start on a bad value."""

import os
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """The value of `name`; refuses to start where it is unset and has no default."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set {name}. See .env.example for what it means.")
    return value


def flag(name: str, default: bool = False) -> bool:
    """0 or 1; nothing else, so that the word "False" is never true."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value not in ("0", "1"):
        raise ImproperlyConfigured(f"{name}={value!r}: write 0 or 1.")
    return value == "1"


def whole_number(name: str, default: int, low: int = 0, high: int = 1_000_000) -> int:
    """A whole number between `low` and `high`, both included."""
    value = os.environ.get(name)
    if value is None:
        return default
    if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
        raise ImproperlyConfigured(f"{name}={value!r}: write a whole number, {low} to {high}.")
    return int(value)


def day(name: str, default: date) -> date:
    """A civil day, written YYYY-MM-DD."""
    value = os.environ.get(name)
    if value is None:
        return default
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r}: write a day as YYYY-MM-DD.") from None


def words(name: str, default: str) -> list[str]:
    """A list, written with commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def folder(name: str, default: Path) -> Path:
    """An absolute folder; it need not exist yet."""
    return Path(text(name, str(default)) or default).expanduser().resolve()


def time_zone(name: str, default: str) -> str:
    """A zone of the IANA database."""
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ImproperlyConfigured(
            f"{name}={value!r}: write a time zone such as Europe/Berlin."
        ) from None
    return value


def database(name: str, url: str) -> dict[str, Any]:
    """Django's DATABASES entry for a postgresql:// URL; `?host=` may name a socket folder."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured(
            f"{name} begins with {parts.scheme!r}: only postgresql:// is supported."
        )
    query = dict(parse_qsl(parts.query))
    database_name = unquote(parts.path.lstrip("/"))
    if not database_name:
        raise ImproperlyConfigured(f"{name} names no database: postgresql://user@host/database.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database_name,
        "USER": unquote(parts.username or "") or query.pop("user", ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or query.pop("port", "")),
        "OPTIONS": query,
    }


def broker(name: str, url: str) -> str:
    """The Celery address for a redis://, rediss:// or unix:// URL."""
    parts = urlsplit(url)
    if parts.scheme in ("redis", "rediss", "redis+socket"):
        return url
    if parts.scheme == "unix":
        number = dict(parse_qsl(parts.query)).get("db", "0")
        return f"redis+socket://{parts.path}?virtual_host={number}"
    raise ImproperlyConfigured(
        f"{name} begins with {parts.scheme!r}: write redis://, rediss:// or unix://."
    )


def mail(name: str, default: str, folder_for_files: Path) -> dict[str, Any]:
    """Django's EMAIL_* settings for an address such as smtp+tls://user:password@host:587."""
    parts = urlsplit(text(name, default))
    backends = {"smtp": "smtp", "smtp+tls": "smtp", "smtps": "smtp", "console": "console"}
    if parts.scheme in ("file", ""):
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": parts.path or str(folder_for_files),
        }
    if parts.scheme not in backends:
        raise ImproperlyConfigured(
            f"{name} begins with {parts.scheme!r}: write smtp, smtp+tls, smtps, console or file."
        )
    return {
        "EMAIL_BACKEND": f"django.core.mail.backends.{backends[parts.scheme]}.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or {"smtp+tls": 587, "smtps": 465}.get(parts.scheme, 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }
