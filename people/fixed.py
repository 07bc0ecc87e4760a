"""The rows the house cannot be without: the service account, the built-in roles, the first undertakings and
courses, and drafts of policies to start from.

They live in code and are brought into the database after each migration, so that an upgrade which adds a
permission or a role needs no data migration. Safe to run again.
"""

from typing import Any

from django.apps.registry import Apps

from people.accounts.system import ensure_system_account
from people.duties.templates import ensure_first_templates
from people.policies.texts import ensure_first_policies
from people.roles.builtin import ensure_builtin_roles
from people.training.shipped import ensure_first_tracks


def ensure_fixed_rows(apps: Apps, using: str = "default", **_: Any) -> None:
    """`apps` are as the migrations left them: after the last backwards one there is no table for a row,
    nor after one that took the policies away."""
    if "people" not in apps.app_configs:
        return
    ensure_system_account(using=using)
    ensure_builtin_roles(using=using)
    text = apps.get_model("people", "NdaTemplate")
    kinds = [code for code, _label in text._meta.get_field("kind").flatchoices]
    ensure_first_templates(kinds=kinds, using=using)
    known = apps.all_models["people"]  # fewer after migrations that went back behind them
    if "policy" in known:
        ensure_first_policies(using=using)
    if "track" in known:
        ensure_first_tracks(using=using)
