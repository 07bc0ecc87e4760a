"""The SoftHSM2 that the tests keep keys in: found, or installed with `python -m tools.softhsm install`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# Where it is unpacked for a user who may not install packages.
OWN = Path(__file__).resolve().parent.parent / ".venv" / "softhsm"
PLACES = (
    str(OWN / "usr/lib/softhsm"),
    "/usr/lib/softhsm",
    "/usr/lib64/softhsm",
    "/usr/lib",
    "/usr/local/lib/softhsm",
    "/opt/homebrew/lib/softhsm",
)
HOW_TO = (
    "No SoftHSM2 for the tests. Install it (Debian, Ubuntu: apt install softhsm2), "
    "or name its library: SOFTHSM2=/path/to/libsofthsm2.so make test"
)


class NoSoftHsmError(Exception):
    """There is no SoftHSM2; the message says how to get one."""


def find_softhsm() -> str:
    """Return the path of the library: `SOFTHSM2` or the system's.

    Raises:
        NoSoftHsmError: there is none, or `softhsm2-util`, which makes tokens, is missing.
    """
    named = os.environ.get("SOFTHSM2")
    places = [Path(named)] if named else [Path(place) / "libsofthsm2.so" for place in PLACES]
    found = next((path for path in places if path.is_file()), None)
    if found is None or _util() is None:
        raise NoSoftHsmError(HOW_TO)
    return str(found)


def find_util() -> str:
    """Return the path of `softhsm2-util`, which makes tokens. Raises NoSoftHsmError."""
    found = _util()
    if found is None:
        raise NoSoftHsmError(HOW_TO)
    return found


def _util() -> str | None:
    return shutil.which("softhsm2-util") or shutil.which("softhsm2-util", path=str(OWN / "usr/bin"))


def install_softhsm() -> str:
    """Return the library, installing it with apt when there is none and we are root.

    Raises:
        NoSoftHsmError: no way worked.
    """
    try:
        return find_softhsm()
    except NoSoftHsmError:
        if shutil.which("apt-get") is None:
            raise
    (_install if os.geteuid() == 0 else _unpack)()
    return find_softhsm()


def _install() -> None:
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "softhsm2"]):
        print("$", *command, flush=True)
        subprocess.run(command, check=False, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"})


def _unpack() -> None:
    """The packages' files beside the virtual environment: nothing of the machine changes."""
    OWN.mkdir(parents=True, exist_ok=True)
    command = ["apt-get", "download", "-qq", "softhsm2", "libsofthsm2"]
    print("$", *command, flush=True)
    subprocess.run(command, check=False, cwd=OWN)
    for package in OWN.glob("*.deb"):
        subprocess.run(["dpkg", "-x", package, OWN], check=False)


def main() -> int:
    """`find` prints the library's path; `install` also gets it first."""
    try:
        path = install_softhsm() if sys.argv[1:] == ["install"] else find_softhsm()
    except NoSoftHsmError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"SoftHSM2: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
