"""Statements that a database session parses and plans once (PREPARE), for what is asked over and over.

A prepared statement belongs to its session: sessions must not be shared by transactions of several clients.
`audit.alone` asks for the same.
"""

from collections.abc import Callable
from weakref import WeakKeyDictionary

from psycopg2.extensions import connection as Session

_known: "WeakKeyDictionary[Session, set[str]]" = WeakKeyDictionary()


def prepare(session: Session, name: str, statement: Callable[[], str]) -> None:
    """Has the session know the statement by this name. `statement` gives "(types) as text", and is called
    where the session does not know it yet. A rollback forgets nothing. It is no query of Django's, which
    would count for the page that happens to be the session's first."""
    known = _known.setdefault(session, set())
    if name not in known:
        with session.cursor() as cursor:
            cursor.execute(f"prepare {name} {statement()}")
        known.add(name)
