"""Recovery codes are kept hashed. Those from before were made of a sealed seed and cannot be hashed here, where
no key is opened: they end, and Today asks their people to make new ones."""

from typing import Any

from django.db import migrations


def end(apps: Any, schema_editor: Any) -> None:
    _codes(apps).update(data={"codes": []})


def remove(apps: Any, schema_editor: Any) -> None:
    """The program from before could not read what is kept now."""
    _codes(apps).delete()


def _codes(apps: Any) -> Any:
    return apps.get_model("mfa", "Authenticator").objects.filter(type="recovery_codes")


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0023_partners"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(end, remove)]
