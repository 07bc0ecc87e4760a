"""Django's `migrate`, as the owner and as nobody else, in less than half of its processor time from an empty
database.

By another login Django would run no migration, since `config.routers` allows none, and yet note all as done.

While it migrates, Django keeps each table's model drawn as a class, and draws a model and all its neighbours
again for every index and constraint that is added or removed. Neither changes a field, and so no neighbour:
here the list in the model that is drawn already is replaced. The statements that reach the database are the
same; a first start and each test run wait for them some fifteen seconds less.
"""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState

from config.routers import OWNER


class Command(migrate.Command):
    help = "Brings the database to the schema of this release, as the owner of its tables."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        [database] = [action for action in parser._actions if action.dest == "database"]
        database.default, database.choices = OWNER, None  # what is no choice is said below, in words
        database.help = "the owner's login, and no other"

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Before the system checks, which connect already."""
        if options["database"] != OWNER:
            raise CommandError(
                f"Only the owner migrates, not the login `{options['database']}`; nothing was changed. Run:"
                f" manage.py migrate --database {OWNER}"
            )
        if OWNER not in connections:
            raise CommandError(
                "The owner's login is not known; nothing was changed. Set DATABASE_OWNER_URL (or"
                f" DATABASE_OWNER_URL_FILE), then run: manage.py migrate --database {OWNER}"
            )
        return super().execute(*args, **options)


class _State(ProjectState):
    """Its clones are plain states again: what is drawn here is changed by forward migrations alone, which go
    on from one state. Backwards, Django keeps many beside each other, with shared classes."""

    def _append_option(self, app_label: str, model_name: str, option_name: str, obj: Any) -> None:
        kept = self.models[app_label, model_name].options[option_name]
        self._replace(app_label, model_name, option_name, [*kept, obj])

    def _remove_option(self, app_label: str, model_name: str, option_name: str, obj_name: str) -> None:
        listed = self.models[app_label, model_name].options[option_name]
        kept = [obj for obj in listed if obj.name != obj_name]
        self._replace(app_label, model_name, option_name, kept)

    def _replace(self, app_label: str, model_name: str, option_name: str, objects: list[Any]) -> None:
        self.models[app_label, model_name].options[option_name] = objects
        if "apps" in vars(self):  # hasattr would draw them all
            drawn = self.apps.get_model(app_label, model_name)._meta
            setattr(drawn, option_name, list(objects))
            vars(drawn).pop("total_unique_constraints", None)  # a cached property


class _Executor(MigrationExecutor):
    def _migrate_all_forwards(self, state: ProjectState, *arguments: Any, **options: Any) -> Any:
        quick = _State(state.models, state.real_apps)
        return super()._migrate_all_forwards(quick, *arguments, **options)  # type: ignore[misc]


migrate.MigrationExecutor = _Executor  # type: ignore[attr-defined]
