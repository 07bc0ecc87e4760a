"""Which login does what: schema changes are the owner's alone, everything else is the process's own login."""

from typing import Any

OWNER = "owner"


class OwnerMigrates:
    """Only the alias `owner` may migrate, so that the web and worker logins never own a table."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == OWNER
