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
            home = Home()
            home.remove()
            print(f"Removed {home.path}.")
    except StartError as error:
        print(f"sealroom: {error}", file=sys.stderr, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
