"""The worker's half of bench/keys.py, in a process with the worker's login; prints one JSON object."""

import json
import sys
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import django

django.setup()

from audit.actions import Action, ObjectType  # noqa: E402
from audit.entry import Entry  # noqa: E402
from audit.log import record_read  # noqa: E402
from audit.origin import Origin, acting_as  # noqa: E402
from people.accounts.system import SYSTEM_ID  # noqa: E402
from vault.custody.models import KeyRotation  # noqa: E402
from vault.custody.running import carry_out  # noqa: E402
from vault.keys import store  # noqa: E402

ORDER = 1000  # subjects that one order names


def rotate(rotation_id: UUID) -> dict[str, Any]:
    began = time.perf_counter()
    carry_out(rotation_id)
    taken = time.perf_counter() - began
    done = KeyRotation.objects.get(pk=rotation_id)
    return {"seconds": round(taken, 1), "moved": done.keys_moved, "state": done.state}


def shred(owners: Sequence[UUID]) -> dict[str, Any]:
    keys = index_rows = 0
    began = time.perf_counter()
    for start in range(0, len(owners), ORDER):
        part = owners[start : start + ORDER]
        entry = Entry(
            action=Action.DESTRUCTION_ORDER,
            object_type=ObjectType.DESTRUCTION_RUN,
            object_id=None,
            subjects=tuple(part),
        )
        gone = store.destroy(record_read(entry), part)
        keys, index_rows = keys + gone[0], index_rows + gone[1]
    return {"seconds": round(time.perf_counter() - began, 1), "keys": keys, "index_rows": index_rows}


with acting_as(Origin(actor=SYSTEM_ID)):
    if sys.argv[1] == "rotate":
        print(json.dumps(rotate(UUID(sys.argv[2]))))
    else:
        print(json.dumps(shred([UUID(line) for line in sys.stdin.read().split()])))
