from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    name = "people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from people import fixed, wiring  # noqa: PLC0415 (they need the loaded models)

        wiring.connect()
        post_migrate.connect(fixed.ensure_fixed_rows, sender=self, dispatch_uid="people.fixed_rows")
