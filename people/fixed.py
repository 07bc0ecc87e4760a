"""The rows the house cannot be without: the service account, the built-in roles, the first undertakings.

They live in code and are brought into the database after each migration, so that an upgrade which adds a
permission or a role needs no data migration. Safe to run again.
"""

from typing import Any

from django.apps.registry import Apps

from people.accounts.system import ensure_system_account
from people.duties.templates import ensure_first_templates
from people.roles.builtin import ensure_builtin_roles


def ensure_fixed_rows(apps: Apps, using: str = "default", **_: Any) -> None:
    """`apps` are as the migrations left them: after the last backwards one there is no table for a row."""
    if "people" not in apps.app_configs:
        return
    ensure_system_account(using=using)
    ensure_builtin_roles(using=using)
    ensure_first_templates(using=using)
