"""The rows the house cannot be without: the service account, the built-in roles, the first undertakings.

They live in code and are brought into the database after each migration, so that an upgrade which adds a
permission or a role needs no data migration. Safe to run again.
"""

from typing import Any

from people.accounts.system import ensure_system_account
from people.duties.templates import ensure_first_templates
from people.roles.builtin import ensure_builtin_roles


def ensure_fixed_rows(using: str = "default", **_: Any) -> None:
    ensure_system_account(using=using)
    ensure_builtin_roles(using=using)
    ensure_first_templates(using=using)
