from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    name = "people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from people.accounts import signals as sign_in_log
        from people.approvals.registry import register
        from people.fixed import ensure_fixed_rows
        from people.roles.approval import GrantRole

        sign_in_log.connect()
        register(GrantRole())
        post_migrate.connect(ensure_fixed_rows, sender=self, dispatch_uid="people.fixed_rows")
