#!/usr/bin/env python
"""Django's command line for Sealroom."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Once the settings are named.
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415
    from django.core.management import execute_from_command_line  # noqa: PLC0415
    from django.db import OperationalError  # noqa: PLC0415

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"sealroom: {error}")
    except OperationalError:
        # The error's own words name addresses and logins.
        sys.exit("sealroom: The database does not answer. Start it (make run), then try again.")


if __name__ == "__main__":
    main()
