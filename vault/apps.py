"""The vault: client data, sealed field by field."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "vault"
