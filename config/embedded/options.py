"""What `make run` reads from the environment, checked before anything starts."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

import psycopg2
import redis
from django.core.exceptions import ImproperlyConfigured

from config import env
from config.embedded.databases import URL_NAMES
from config.embedded.errors import StartError
from config.embedded.files import port_is_free

MODES = ("demo", "production")
# What a child gets only if it is meant to; everything else of the environment is passed on.
NOT_PASSED_ON = frozenset(
    f"{name}{suffix}"
    for name in (*URL_NAMES, "REDIS_URL", "SEALROOM_PROCESS", "SEALROOM_DEMO")
    for suffix in ("", "_FILE")
)


@dataclass(frozen=True, kw_only=True)
class Options:
    """The choices of one run.

    Attributes:
        database_urls: the three URLs by variable name, or empty for the embedded PostgreSQL.
        redis_url: empty for the embedded Valkey.
        mode: "demo" makes demo people and data; "production" does not; empty if the home decides.
    """

    port: int
    database_urls: Mapping[str, str]
    redis_url: str
    mode: str

    @property
    def demo(self) -> bool:
        """Whether demo people and data are made."""
        return self.mode == "demo"


def read_options() -> Options:
    """Read and check the environment.

    Raises:
        StartError: naming the variable that is wrong.
    """
    try:
        urls = {name: url for name in URL_NAMES if (url := env.text(name, ""))}
        redis_url = env.text("REDIS_URL", "")
    except ImproperlyConfigured as error:
        raise StartError(str(error)) from None
    if urls and len(urls) < len(URL_NAMES):
        missing = ", ".join(name for name in URL_NAMES if name not in urls)
        raise StartError(f"{', '.join(URL_NAMES)} go together; missing: {missing}.")
    mode = os.environ.get("SEALROOM_MODE", "")
    if mode and mode not in MODES:
        raise StartError(f"SEALROOM_MODE must be one of {', '.join(MODES)}; it is {mode!r}.")
    return Options(port=_port(), database_urls=urls, redis_url=redis_url, mode=mode)


def check_services(options: Options) -> None:
    """Try the services that were given.

    Raises:
        StartError: one does not answer; the message never shows a password.
    """
    for name, url in options.database_urls.items():
        try:
            psycopg2.connect(url, connect_timeout=5).close()
        except psycopg2.Error as error:
            raise StartError(f"{name}: no connection: {_first_line(error)}") from None
    if options.redis_url:
        try:
            with redis.Redis.from_url(
                options.redis_url, socket_connect_timeout=5, socket_timeout=5
            ) as client:
                client.ping()
        except (redis.RedisError, ValueError) as error:
            raise StartError(f"REDIS_URL: no connection: {_first_line(error)}") from None


def check_port(port: int) -> None:
    """Raise StartError if the web port is taken."""
    if not port_is_free(port):
        raise StartError(f"Port {port} is in use; choose another one, for example: PORT={port + 1} make run")


def _port() -> int:
    given = os.environ.get("PORT") or "8000"
    if not given.isascii() or not given.isdigit() or not 0 < int(given) < 65536:
        raise StartError(f"PORT must be a number from 1 to 65535; it is {given!r}.")
    return int(given)


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
