"""Starts the real services of the test run before Django's settings are read (`-p tests.plugin`).

One PostgreSQL and one Valkey serve all test processes; each process has databases of its own. With the
`DATABASE_*` and `TEST_SUPERUSER_URL` variables set, a server that already runs is used instead.
"""

import atexit
import os
import secrets
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from config.embedded.databases import create_database
from config.embedded.postgres import SUPERUSER, Postgres
from config.embedded.valkey import Valkey

# So that the pages of the sign-in show a provider; where one is asked, tests start a real one.
_NOBODY_ANSWERS = """
[work]
name = "企业登录"
name_en = "Company sign-in"
issuer = "http://127.0.0.1:9"
client_id = "sealroom"
client_secret = "none"
"""


def _start() -> None:
    home = Path(tempfile.mkdtemp(prefix="sealroom-test-"))
    # The chromium and PostgreSQL of a root run have users of their own; they must reach their files.
    postgres, valkey = Postgres(home, durable=False), Valkey(home)
    started: list[Postgres | Valkey] = []

    def stop() -> None:
        for server in started:
            server.stop()
        postgres.remove()
        shutil.rmtree(home, ignore_errors=True)

    atexit.register(stop)
    for server in (postgres, valkey):
        server.start()
        started.append(server)
    os.environ |= create_database(postgres, "unused")
    os.environ["TEST_SUPERUSER_URL"] = postgres.url(
        role=SUPERUSER, password=postgres.password, database="postgres"
    )
    os.environ["TEST_TEMPLATE"] = f"template_{secrets.token_hex(4)}"
    os.environ["REDIS_URL"] = valkey.url
    os.environ["SEALROOM_HOME"] = str(home)
    (home / "staticfiles").mkdir()
    os.environ["SECRET_KEY"] = secrets.token_hex(32)
    os.environ["OIDC_PROVIDERS"] = _NOBODY_ANSWERS


def _own_home_and_queue() -> None:
    """Give each test process its own folder for files and its own numbered Valkey database."""
    worker = os.environ["PYTEST_XDIST_WORKER"]
    home = Path(os.environ["SEALROOM_HOME"]) / worker
    (home / "staticfiles").mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ["SEALROOM_HOME"] = str(home)
    parts = urlsplit(os.environ["REDIS_URL"])
    os.environ["REDIS_URL"] = parts._replace(path=f"/{int(worker.removeprefix('gw')) + 1}").geturl()


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
if "PYTEST_XDIST_WORKER" in os.environ:
    _own_home_and_queue()
elif "TEST_SUPERUSER_URL" not in os.environ:
    _start()
