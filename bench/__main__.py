"""`python -m bench [NAME]`: run the benchmarks (or one) on real services and print a JSON object a line.

`name`, `value` (ours, in `unit`), `ratio` (ours to `against`, as the bar words it), `against`, `bar`, and
`peers`: the same work by other packages in the same run, as ratios to `against`.
"""

import json
import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
os.environ["BENCH"] = "1"


def main() -> int:
    from bench import services

    with services.running():
        import django

        django.setup()
        from bench import fields, importing, keys, million

        only = sys.argv[1] if len(sys.argv) > 1 and sys.argv[1] else None
        missed = 0
        for part in (fields, keys, importing, million):
            for result in part.run(only):
                print(json.dumps(result), flush=True)
                missed += not result["met"]
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
