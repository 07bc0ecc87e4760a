"""A round of the sequencer: `log.sequence` (audit/migrations/tree.sql), all of it in one transaction.

Killed anywhere, it leaves a whole round or none: there is no state outside the database. Signing comes
after the commit, from the committed head, so that nothing is signed which a crash could take back.
"""

from dataclasses import dataclass

from django.db import connection

MOST = 20_000  # entries in a round


@dataclass(frozen=True, slots=True)
class Round:
    """What a round did: how many leaves it added, and how many there are now."""

    added: int
    size: int
    root: bytes | None

    @property
    def is_full(self) -> bool:
        """Whether more entries may wait."""
        return self.added == MOST


def sequence() -> Round | None:
    """Carry out one round and commit it; None while another sequencer has one under way.

    Needs the worker's login, in autocommit: within a transaction, its own entries would wait for its end.
    """
    with connection.cursor() as cursor:
        cursor.execute("select added, grown, root from log.sequence(%s)", [MOST])
        for added, grown, root in cursor.fetchall():
            return Round(added, grown, None if root is None else bytes(root))
    return None
