"""The vault: client data, sealed field by field."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VaultConfig(AppConfig):
    name = "vault"

    def ready(self) -> None:
        from people.navigation import NavItem, register  # noqa: PLC0415 (models are not loaded before)
        from people.roles.permissions import Permission  # noqa: PLC0415 (as above)

        register(
            NavItem(
                label=_("Clients"),
                icon="users",
                url_name="vault:clients",
                permission=Permission.CLIENT_VIEW,
                order=20,
            )
        )
