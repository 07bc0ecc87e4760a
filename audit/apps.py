"""The audit app: the append-only log beneath everything else."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = _("Audit log")

    def ready(self) -> None:
        from audit import checks, signals  # noqa: F401, PLC0415 (they need the apps loaded)
