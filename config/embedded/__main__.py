"""`python -m config.embedded run` and `python -m config.embedded reset`."""

import argparse
import sys

from config.embedded.errors import StartError
from config.embedded.home import Home
from config.embedded.supervisor import run


def main() -> int:
    """Do what was asked; an expected failure is one line and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m config.embedded")
    parser.add_argument("what", choices=["run", "reset"])
    what = parser.parse_args().what
    try:
        if what == "run":
            run()
        else:
            _reset(Home())
    except StartError as error:
        print(f"sealroom: {error}", file=sys.stderr, flush=True)
        return 1
    return 0


def _reset(home: Home) -> None:
    """Delete a home; one in earnest only for somebody who types its name, since nothing brings it back.

    Raises:
        StartError: the name was not typed, or the home cannot be removed.
    """
    if home.in_earnest():
        print(f"{home.path} is in production. With it go its database, keys, files and log, for good.")
        print(f"Type the folder's name ({home.path.name}) to delete it:", flush=True)
        if sys.stdin.readline().strip() != home.path.name:
            raise StartError("That is not its name, so nothing was deleted.")
    home.remove()
    print(f"Removed {home.path}.")


if __name__ == "__main__":
    sys.exit(main())
