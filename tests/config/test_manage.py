"""What an operator reads who types `manage.py` where nothing runs: one line, and no traceback."""

import subprocess
import sys
from pathlib import Path

from config.embedded.home import CHECKOUT
from tests.config.embedded.running import clean_environment, free_port


def line(home: Path, **env: str) -> str:
    home.mkdir(mode=0o700)
    done = subprocess.run(
        [sys.executable, "manage.py", "verify_log"],
        cwd=CHECKOUT,
        env=clean_environment(SEALROOM_HOME=str(home), **env),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    (only,) = done.stderr.splitlines()
    assert only.startswith("sealroom: ")
    return only


def test_in_a_home_that_was_never_started(tmp_path: Path) -> None:
    assert "start once with `make run`" in line(tmp_path / "home")


def test_without_the_address_of_a_database(tmp_path: Path) -> None:
    assert "DATABASE_URL (or DATABASE_URL_FILE) is not set." in line(tmp_path / "home", SECRET_KEY="unused")


def test_when_the_database_does_not_answer(tmp_path: Path) -> None:
    url = f"postgresql://someone:hidden-password@127.0.0.1:{free_port()}/sealroom"
    said = line(tmp_path / "home", SECRET_KEY="unused", DATABASE_URL=url, REDIS_URL="redis://127.0.0.1:1/0")
    assert said == "sealroom: The database does not answer. Start it (make run), then try again."
