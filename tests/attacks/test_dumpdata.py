"""Invariant 7: plaintext through `manage.py dumpdata`, by the login that migrates: no other dumps a row."""

import json
from io import StringIO
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from audit.actions import Action
from tests.vault.records.conftest import book, people
from tests.vault.records.makers import ZHANG, acting, add
from tests.vault.relations.makers import said_to
from vault.access import Mode, access
from vault.records.changing import update_client
from vault.records.entries import client_entry
from vault.records.models import Client, ClientBook
from vault.sealed.models import SealedModel

__all__ = ["book", "people"]

WORDS = "定金三万已谈妥"
SECRETS = [*ZHANG.values(), WORDS]


def dumped(label: str, **options: object) -> str:
    said = StringIO()
    call_command("dumpdata", label, stdout=said, **options)
    return said.getvalue()


@pytest.mark.django_db(transaction=True, databases=["default", "audit", "owner"])
def test_i7_plaintext_through_dumpdata(people: SimpleNamespace, book: ClientBook) -> None:
    """Every app, as an operator types it, and from inside an access that has the client open."""
    client = add(book)
    said_to(client, people.ming, WORDS)
    with acting(people.ming):
        changed = {"values": {"phone": "+8613700137000"}, "reason": "update"}
        update_client(actor=people.ming, client_id=client.pk, version=1, **changed)
    sealed = [one for one in apps.get_models() if issubclass(one, SealedModel)]
    filled = [one._meta.label for one in sealed if one._default_manager.exists()]
    assert {"vault.Client", "vault.ClientVersion", "vault.Communication"} <= set(filled)
    labels = [config.label for config in apps.get_app_configs()]
    gave, refused = "", set()
    with acting(people.ming), access(Mode.OPEN, client_entry(client, Action.CLIENT_VIEW)):
        assert Client.objects.get(pk=client.pk).name == ZHANG["name"]
        for database in ("default", "owner"):
            for everything in (False, True):
                for label in [*labels, *filled]:
                    try:
                        gave += dumped(label, database=database, use_base_manager=everything)
                    except CommandError as error:
                        gave += str(error)
                        refused.add((database, everything, label))
    for label in ("vault", *filled):
        assert {("owner", False, label), ("owner", True, label)} <= refused
    assert '"people.user"' in gave  # what is not sealed is dumped, so that something was tried
    assert [one for one in SECRETS if one in gave or json.dumps(one)[1:-1] in gave] == []
