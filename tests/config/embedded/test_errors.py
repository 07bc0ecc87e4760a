"""One clear line, and exit code 1, for everything that can be wrong before a start."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from config.embedded.home import CHECKOUT
from tests.config.embedded.running import clean_environment, free_port, outcome

URL = "postgresql://someone:hidden-password@127.0.0.1:{port}/sealroom"


def line(tmp_path: Path, **env: str) -> str:
    """What `run` says, which must be exactly one line."""
    code, said = outcome("run", tmp_path / "home", **env)
    assert code == 1
    (only,) = [text for text in said if not text.endswith(" ...")]
    assert only.startswith("sealroom: ")
    assert "hidden-password" not in only
    return only


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1", "８０８０"])
def test_a_port_that_is_none(tmp_path: Path, port: str) -> None:
    assert "PORT must be a number from 1 to 65535" in line(tmp_path, PORT=port)


def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert f"Port {port} is in use" in line(tmp_path, PORT=str(port))


def test_one_database_url_without_the_others(tmp_path: Path) -> None:
    said = line(tmp_path, DATABASE_URL=URL.format(port=5432))
    assert "go together; missing: DATABASE_WORKER_URL, DATABASE_OWNER_URL" in said


def test_a_database_that_does_not_answer(tmp_path: Path) -> None:
    url = URL.format(port=free_port())
    said = line(tmp_path, DATABASE_URL=url, DATABASE_WORKER_URL=url, DATABASE_OWNER_URL=url)
    assert "DATABASE_URL: no connection: " in said


def test_a_queue_that_does_not_answer(tmp_path: Path) -> None:
    said = line(tmp_path, REDIS_URL=f"redis://:hidden-password@127.0.0.1:{free_port()}/0")
    assert "REDIS_URL: no connection: " in said


def test_a_mode_that_is_none(tmp_path: Path) -> None:
    assert "SEALROOM_MODE must be one of demo, production" in line(tmp_path, SEALROOM_MODE="prod")


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    assert f"Cannot make the folder {tmp_path / 'home'}" in line(tmp_path)


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    code, said = outcome("run", Path("/proc/sealroom"))
    assert code == 1
    assert said == ["sealroom: Cannot make the folder /proc/sealroom: No such file or directory."]


def test_reset_spares_a_folder_that_was_not_ours(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter").write_text("mine")
    code, said = outcome("reset", tmp_path / "home")
    assert code == 1
    assert said == [
        f"sealroom: {tmp_path / 'home'} was not made by Sealroom, so it is not deleted; remove it by hand."
    ]
    assert (tmp_path / "home" / "letter").read_text() == "mine"


def test_make_says_what_is_missing_of_python(tmp_path: Path) -> None:
    """A Debian without python3-venv: the interpreter is there, the module is not."""
    python = tmp_path / "python3"
    python.write_text(f'#!/bin/sh\ncase "$*" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    for name in ("Makefile", "requirements", "locale", "tools"):
        (tmp_path / name).symlink_to(CHECKOUT / name)
    done = subprocess.run(
        ["make", "run", f"PYTHON={python}"],
        cwd=tmp_path,
        env={key: value for key, value in clean_environment().items() if not key.startswith("MAKE")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "This Python cannot make a venv" in done.stderr
    assert not os.path.lexists(tmp_path / ".venv" / "run.stamp")
