"""The digest of a position, as the log entries about it carry it.

What is sealed needs none: a row is sealed once, and its bytes open in no other row. What stands unsealed says
who holds it, in what, since when and until when, and by whose word; the newest entry about a row names the
digest of that, and a move to another cipher suite leaves it as it is.
"""

from hashlib import sha256

from vault.relations.people.models import Relation

PREFIX = "row-"
_HEX = 40


def row_code(row: Relation) -> str:
    """The code for `Entry.fields`: `row-` and 160 bits of SHA-256, in hexadecimal."""
    told = (
        *(row.pk, row.client_id, row.company_id, row.position, row.evidence, row.since, row.until),
        *(row.by_id, row.agreed_by_id, row.ended_by_id, row.end_agreed_by_id, row.share is not None),
    )
    return PREFIX + sha256("|".join(map(str, told)).encode()).hexdigest()[:_HEX]
