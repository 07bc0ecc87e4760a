"""`python -m bench [NAME]`: run the benchmarks (or one) on real services and print a JSON object a line.

`name`, `value` (ours, in `unit`), `ratio` (ours to `against`, as the bar words it), `against`, `bar`, and
`peers`: the same work by other packages in the same run, as ratios to `against`.
"""

import sys
from multiprocessing import get_context

from bench.measuring import measure

# Module, function, and the names of what it measures. Each runs in a process and on services of its own, so
# that no figure depends on what another measurement left in the database.
PARTS = (
    ("fields", "run", ("fields_write", "fields_write_new", "fields_read_warm", "fields_read_cold")),
    ("keys", "run", ("epoch_rotation", "shred")),
    ("importing", "run_csv", ("import_rows",)),
    ("importing", "run_xlsx", ("import_rows",)),
    ("million", "run", ("search_1m", "list_page")),
    ("appending", "run", ("log_append",)),
    ("verifying", "run", ("verify",)),
    ("comparing", "run", ("records_compared",)),
    ("overheads", "run", ("log_overhead_save", "log_overhead_page")),
    ("log_query", "run", ("log_query",)),
    ("log_month", "run", ("log_month",)),
    ("gates", "run", ("gates",)),
    ("signing_in", "run", ("signin_page",)),
)


def main() -> int:
    only = sys.argv[1] if len(sys.argv) > 1 and sys.argv[1] else None
    wanted = [(module, function) for module, function, names in PARTS if only in {None, *names}]
    if not wanted:
        sys.exit(f"nothing is called {only}")
    missed = 0
    for part in wanted:
        process = get_context("spawn").Process(target=measure, args=(*part, only))
        process.start()
        process.join()
        missed += process.exitcode != 0
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
