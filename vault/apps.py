"""The vault: client data, sealed field by field."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "vault"

    def ready(self) -> None:
        from vault.sealed import driver  # noqa: PLC0415
        from vault.wiring import connect  # noqa: PLC0415 (models are not loaded before)

        driver.register()
        connect()
