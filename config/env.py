"""Typed readers of environment variables. Every setting that a deployment may change is read through here."""

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# What was read, by name, as it counts: `config.starting` records when one of them has changed.
read: dict[str, str] = {}

_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def text(name: str, default: str | None = None) -> str:
    read[name] = value = _text(name, default)
    return value


def _text(name: str, default: str | None) -> str:
    """The variable, or the content of the file that `NAME_FILE` points to, or `default`.

    Raises ImproperlyConfigured when neither is set and there is no default, or when both are set:
    guessing which of two secrets is meant would hide a deployment mistake.
    """
    value, file = os.environ.get(name), os.environ.get(f"{name}_FILE")
    if value is not None and file is not None:
        raise ImproperlyConfigured(f"Both {name} and {name}_FILE are set; keep one.")
    if file is not None:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error.strerror}: {file}") from None
    if value is not None:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} (or {name}_FILE) is not set.")
    return default


def flag(name: str, default: bool) -> bool:
    """A yes/no variable. Raises ImproperlyConfigured on anything but 1/0, true/false, yes/no, on/off."""
    value = read[name] = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in _TRUE or value in _FALSE:
        return value in _TRUE
    raise ImproperlyConfigured(f"{name} must be one of 1, 0, true, false, yes, no, on, off; it is {value!r}.")


def number(name: str, default: int) -> int:
    """A whole number. Raises ImproperlyConfigured on anything else."""
    value = read[name] = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number; it is {value!r}.") from None


def choice(name: str, known: Sequence[str]) -> str:
    """One of `known`, the first if nothing is set. Raises ImproperlyConfigured on anything else."""
    value = read[name] = os.environ.get(name, "").strip() or known[0]
    if value not in known:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(known)}; it is {value!r}.")
    return value


def words(name: str, default: list[str]) -> list[str]:
    """A comma-separated list."""
    value = os.environ.get(name)
    read[name] = ",".join(default) if value is None else value
    return default if value is None else [word.strip() for word in value.split(",") if word.strip()]


def postgres(url: str, *, name: str) -> dict[str, object]:
    """Django's database settings for a `postgresql://user:password@host:port/database?option=…` address."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} must look like postgresql://user:password@host:port/database.")
    options = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            # An open transaction elsewhere stalls the log's sequencing horizon; none of ours waits this long.
            "options": "-c idle_in_transaction_session_timeout=60000 -c statement_timeout=120000",
            **{key: unquote(value) for key, value in options.items()},
        },
    }
