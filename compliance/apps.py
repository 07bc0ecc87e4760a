"""The compliance layer: oversight, above what it oversees."""

from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    name = "compliance"

    def ready(self) -> None:
        from compliance import wiring  # noqa: PLC0415 (it needs the loaded models)

        wiring.connect()
