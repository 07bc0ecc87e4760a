"""Sealroom's settings plus the peers' models, for benchmarks only."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS as _APPS
from config.settings import SECRET_KEY
from config.settings import STORAGES as _STORAGES

INSTALLED_APPS = [*_APPS, "auditlog", "pgtrigger", "pghistory", "simple_history", "bench.peers"]
# Both peers derive their keys from these.
SALT_KEY = SECRET_KEY[:32]
CRYPTOGRAPHY_SALT = "bench"
# Pages are measured without their static files.
STORAGES = _STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
