"""Heads of entries that are lost, put aside once the loss is declared: `verify_log` would name them for ever.

They stay in a folder of their own beside the others, for whoever asks what the lost chains were.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from django.db import connection

from audit import heads
from audit.files import write_whole
from audit.heads import Head

_MOST = 5000  # heads asked for at a time
_LOST = """
select h.writer::text, h.seq, h.link from unnest(%s::uuid[], %s::bigint[], %s::text[]) h(writer, seq, link)
where not exists (
    select from log.entry e where e.writer = h.writer and e.seq = h.seq and e.link = decode(h.link, 'hex'))
and not exists ( -- it left with its month
    select from log.dropped_chain d where d.writer = h.writer
      and (h.seq >= d.first and h.seq < d.last or h.seq = d.last and d.link = decode(h.link, 'hex')))
"""


def put_aside(folder: Path, name: str) -> int:
    """Move the heads whose entry is not in the log into `folder/name`; how many there were.

    What a process that runs has noted is in the log, so only files of the past are changed. Killed in
    between, a head stands in both places, and a second time moves the rest.

    Raises:
        ValueError: a file in the folder holds no heads.
    """
    heads.read(folder)
    count = 0
    for path in sorted(folder.glob("*.json")):
        there = [Head(*one) for one in json.loads(path.read_text(encoding="utf-8"))["heads"]]
        lost = _lost(there)
        if lost:
            write_whole(folder / name / path.name, _file(lost))
            write_whole(path, _file([one for one in there if one not in set(lost)]))
            count += len(lost)
    return count


def _lost(there: Sequence[Head]) -> list[Head]:
    found: list[Head] = []
    with connection.cursor() as cursor:
        for start in range(0, len(there), _MOST):
            cursor.execute(
                _LOST, [list(column) for column in zip(*there[start : start + _MOST], strict=True)]
            )
            found += [Head(*row) for row in cursor.fetchall()]
    return found


def _file(kept: Sequence[Head]) -> bytes:
    return json.dumps({"v": 1, "heads": kept}, separators=(",", ":")).encode()
