"""One part of the benchmarks, in a process that was started for it."""

import json
import os
import sys
from importlib import import_module


def measure(module: str, function: str, only: str | None) -> None:
    """Print what `bench.<module>` measures, on services of its own; exits with 1 where a bar is missed."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "bench.settings", "BENCH": "1"}
    from bench import services

    with services.running():
        import django

        django.setup()
        missed = 0
        for result in getattr(import_module(f"bench.{module}"), function)(only):
            print(json.dumps(result), flush=True)
            missed += not result["met"]
    sys.exit(min(missed, 1))
