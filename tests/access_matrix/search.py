"""The URLs of the list's saved views and of assigning many clients at once."""

from tests.access_matrix import Row, World, who
from tests.access_matrix.vault import AGENTS, client
from tests.vault.records.makers import acting
from vault.records.models import SavedView
from vault.records.saved_views import save_view


def saved(world: World) -> None:
    with acting(world.ming):
        save_view(actor=world.ming, query="assigned=me")
    world.view = SavedView.objects.get()


_MOVED = frozenset({302})

ROWS: list[Row] = [
    Row(
        url="vault:clients_assign",
        who=who("ming"),
        state="Lea works in the book, Ming manages it",
        build=client,
        method="post",
        data=lambda world: {"clients": str(world.client.pk), "to": str(world.lea.pk)},
        status=_MOVED,
    ),
    Row(
        url="vault:view_save",
        who=AGENTS,
        method="post",
        data=lambda _: {"view": "assigned=me"},
        status=_MOVED,
    ),
    Row(
        url="vault:view_remove",
        who=who("ming"),
        state="Ming's",
        build=saved,
        args=lambda world: [world.view.pk],
        method="post",
        status=_MOVED,
    ),
]
