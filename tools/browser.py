"""The Chromium that the browser tests drive: found, or installed with `python -m tools.browser install`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW_TO = (
    "No browser for the tests. Install Chromium (Debian, Ubuntu: apt install chromium fonts-noto-cjk), "
    "or name one: CHROMIUM=/path/to/chromium make test"
)


class NoBrowserError(Exception):
    """There is no browser; the message says how to get one."""


def find_browser() -> str:
    """Return the path of a Chromium: `CHROMIUM`, the system's, or the one that playwright installed.

    Raises:
        NoBrowserError: there is none, or `CHROMIUM` names no program.
    """
    if named := os.environ.get("CHROMIUM"):
        if not os.access(named, os.X_OK):
            raise NoBrowserError(f"CHROMIUM names no program: {named}")
        return named
    for name in NAMES:
        if found := shutil.which(name):
            return found
    if own := _of_playwright():
        return own
    raise NoBrowserError(HOW_TO)


def install_browser() -> str:
    """Return a Chromium, installing one when there is none: with apt as root, else with playwright.

    Raises:
        NoBrowserError: no way worked.
    """
    try:
        return find_browser()
    except NoBrowserError:
        if os.environ.get("CHROMIUM"):
            raise
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _run("apt-get", "update", "-qq")
        _run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-cjk")
    if not any(map(shutil.which, NAMES)):
        _run(sys.executable, "-m", "playwright", "install", "chromium")
    return find_browser()


def _of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (slow, and seldom needed)

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _run(*command: str) -> None:
    """Try a command; whether it helped is seen by looking for the browser again."""
    print("$", *command, flush=True)
    subprocess.run(command, check=False, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"})


def main() -> int:
    """`find` prints the browser's path; `install` also gets one first."""
    try:
        path = install_browser() if sys.argv[1:] == ["install"] else find_browser()
    except NoBrowserError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Browser: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
