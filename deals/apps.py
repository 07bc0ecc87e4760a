"""The deals layer."""

from django.apps import AppConfig


class DealsConfig(AppConfig):
    name = "deals"

    def ready(self) -> None:
        from deals import wiring  # noqa: PLC0415 (models are not loaded before)

        wiring.connect()
