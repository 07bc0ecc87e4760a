"""Sealroom's settings plus the peers' models, for benchmarks only."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS as _APPS
from config.settings import SECRET_KEY

INSTALLED_APPS = [*_APPS, "bench.peers"]
# Both peers derive their keys from these.
SALT_KEY = SECRET_KEY[:32]
CRYPTOGRAPHY_SALT = "bench"
