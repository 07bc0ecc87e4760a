"""A whole Sealroom: `make run` on a copy of the template database, with a home and a Valkey of its own."""

import email
import email.policy
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser

from config.embedded.home import CHECKOUT
from tests import databases
from tests.browser.conftest import Site
from tests.config.embedded.running import Run, clean_environment, free_port

_ADDRESS = re.compile(r"http://localhost:\d+/welcome/\S+")
_BETWEEN_MAILS = re.compile(r"^-{79}\n", re.MULTILINE)
_LOGINS = ("DATABASE_URL", "DATABASE_WORKER_URL", "DATABASE_OWNER_URL")


@dataclass(kw_only=True)
class RunningSite(Site):
    """Granian, worker and beat as processes, each with the login it may have; their state is in `home`."""

    run: Run
    database: str

    @property
    def home(self) -> Path:
        return self.run.home

    def first_links(self) -> list[str]:
        """The one-time links of the first administrator and officer, as the start printed them."""
        return [match[0] for line in self.run.said if (match := _ADDRESS.search(line))]

    def link_mailed_to(self, address: str) -> str:
        """The one-time link of the newest mail to somebody."""
        *_, newest = (mail for mail in self._mails() if mail["To"] == address)
        match = _ADDRESS.search(newest.get_content())
        assert match, "no link in the mail"
        return match[0]

    def manage(self, *arguments: str) -> str:
        """`manage.py` by hand, as an operator of this home runs it; what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=CHECKOUT,
            env=clean_environment(SEALROOM_HOME=str(self.home)),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def sql(self, statement: str, *values: object) -> int:
        """What a test does to the database behind the site's back; how many rows it changed."""
        with closing(databases.superuser(self.database)) as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return int(cursor.rowcount)

    def files_holding(self, words: str) -> list[Path]:
        """Files of the home that hold these words in the clear: logs, mails, queue, heads, sealed files."""
        kept = (path for path in self.home.rglob("*") if path.is_file() and "staticfiles" not in path.parts)
        return [path for path in kept if words.encode() in path.read_bytes()]

    def _mails(self) -> Iterator[EmailMessage]:
        for path in sorted((self.home / "outbox").iterdir(), key=lambda path: path.stat().st_mtime_ns):
            for text in _BETWEEN_MAILS.split(path.read_text(encoding="utf-8")):
                if text.strip():
                    yield email.message_from_string(text, policy=email.policy.default)  # type: ignore[misc]


@contextmanager
def running_site(browser: Browser, name: str, *, mode: str = "production") -> Iterator[RunningSite]:
    """Starts it, and stops it in the end. The template database must have been made."""
    database = f"site_{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    databases.drop(database)
    databases.copy_of_template(database)
    urls = {name: urlsplit(os.environ[name])._replace(path=f"/{database}").geturl() for name in _LOGINS}
    try:
        with tempfile.TemporaryDirectory(prefix=f"sealroom-{name}-") as folder:
            run = Run(Path(folder) / "home", free_port(), mode=mode, **urls)
            site = RunningSite(
                url=f"http://localhost:{run.port}", browser=browser, run=run, database=database
            )
            try:
                yield site
            finally:
                complaints = site.close()
                run.end()
            assert complaints == []
    finally:
        databases.drop(database)
