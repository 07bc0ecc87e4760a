"""Durable services of a benchmark run, as `make run` has them, in a folder that is gone afterwards."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from config.database import admin
from config.embedded.databases import create_database
from config.embedded.postgres import Postgres
from config.embedded.valkey import Valkey

DATABASE = "bench"


@contextmanager
def running() -> Iterator[None]:
    """PostgreSQL (fsync on) and Valkey, migrated, with the peers' tables."""
    home = Path(tempfile.mkdtemp(prefix="sealroom-bench-"))
    postgres, valkey = Postgres(home), Valkey(home)
    postgres.start()
    valkey.start()
    try:
        os.environ |= create_database(postgres, DATABASE)
        os.environ |= {
            "REDIS_URL": valkey.url,
            "SEALROOM_HOME": str(home),
            "SECRET_KEY": secrets.token_hex(32),
        }
        _make_tables(postgres)
        yield
    finally:
        valkey.stop()
        postgres.stop()
        postgres.remove()
        shutil.rmtree(home, ignore_errors=True)


def _make_tables(postgres: Postgres) -> None:
    import django

    django.setup()
    from django.apps import apps
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", database="owner", verbosity=0)
    with connections["owner"].schema_editor() as editor:
        for model in apps.get_app_config("peers").get_models():
            editor.create_model(model)
    call_command("pgtrigger", "install", database="owner", verbosity=0)  # django-pghistory's
    connections.close_all()
    with closing(postgres.connect(DATABASE)) as connection:
        admin.settle_database(connection)
