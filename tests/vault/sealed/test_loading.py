"""Sealed records come and go by short ways of their own; what they hold is what Django's ways give."""

import pytest
from django.apps import apps
from django.db import models, transaction
from django.db.models.signals import post_init, pre_init

from audit.actions import Action
from tests.vault.records.conftest import book, people
from tests.vault.records.makers import ZHANG, acting, add
from vault.access import Mode, access
from vault.records.entries import client_entry
from vault.records.models import Client, ClientBook
from vault.relations.communications.models import Communication
from vault.sealed.context import Sealed
from vault.sealed.models import SealedModel

__all__ = ["book", "people"]

SEALED = [model for model in apps.get_models() if issubclass(model, SealedModel)]


@pytest.mark.django_db
def test_a_loaded_record_is_what_django_would_load(book: ClientBook) -> None:
    client = add(book, ZHANG)
    names = [field.attname for field in Client._meta.concrete_fields]
    [row] = models.QuerySet(Client).filter(pk=client.pk).values_list(*names)
    ours = Client.from_db("default", names, row)
    djangos = models.Model.from_db.__func__(Client, "default", names, row)  # type: ignore[attr-defined]
    assert {name: ours.__dict__[name] for name in names} == {name: djangos.__dict__[name] for name in names}
    assert (ours._state.adding, ours._state.db) == (djangos._state.adding, djangos._state.db)
    assert ours.book == book
    assert ours._state.fields_cache is not djangos._state.fields_cache
    assert Client.objects.only("kind").get(pk=client.pk).get_deferred_fields() >= {"identity", "grade"}


@pytest.mark.parametrize("model", SEALED, ids=lambda model: model.__name__)
def test_nothing_waits_for_the_signals_that_loading_does_not_send(model: type[SealedModel]) -> None:
    assert model.__init__ is models.Model.__init__
    assert not pre_init.has_listeners(model)
    assert not post_init.has_listeners(model)


@pytest.mark.django_db
def test_many_are_stored_at_once_or_none(book: ClientBook) -> None:
    client, other = add(book, ZHANG), add(book, {"name": "李四"})

    def call(of: Client, words: str) -> Communication:
        made = Communication(
            client=of, key_id=of.key_id, by=book.lead, channel="call", direction="out", outcome="reached"
        )
        made.text = words
        return made

    entry = client_entry(client, Action.CLIENT_OPEN)
    words = ["谈价\t格", "line\nline \\N", ""]
    with acting(book.lead), access(Mode.WRITE, entry), transaction.atomic():
        made = Communication.objects.bulk_create([call(client, text) for text in words], batch_size=2)
        assert not any(one._state.adding for one in made)
        with pytest.raises(Sealed):
            Communication.objects.bulk_create([call(client, "x"), call(other, "y")])
        with pytest.raises(TypeError, match="neither ignored nor updated"):
            Communication.objects.bulk_create([call(client, "x")], ignore_conflicts=True)
    with acting(book.lead), access(Mode.OPEN, entry):
        stored = Communication.objects.filter(pk__in=[one.pk for one in made])
        assert sorted(one.text for one in stored) == sorted(words)
    assert Communication.objects.count() == len(words)
