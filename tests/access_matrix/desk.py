"""The log desk: charts, kept views, lives, masks, sign-offs and samples."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from audit.models import LogEntry
from compliance.review.models import Drawn, Sample, SignOff
from compliance.review.sampling import answer, draw, last_week, set_rule
from compliance.review.saved import save_view
from tests.access_matrix import Row, World, who
from tests.access_matrix.compliance import NOBODY_AT_ALL, OFFICERS, READERS, STAFF
from tests.compliance.review.entries import reveal
from tests.vault.records.makers import acting, add, book_of
from vault.purposes.catalogue import Reason


def _nothing(world: World) -> list[Any]:
    return [uuid4()]


def _view(world: World) -> None:
    with acting(world.olivia):
        world.view = save_view(actor=world.olivia, name="refusals", address="result=refused")


def _named(world: World) -> None:
    world.client = add(book_of(world.ming))
    world.entry = reveal(world.ming, world.client.pk)


def _signed(world: World) -> None:
    now = timezone.now()
    world.signed = SignOff.objects.create(
        officer=world.olivia,
        address="result=refused&since=2026-01-01&until=2026-01-02",
        since=now - timedelta(days=1),
        until=now,
        entries=0,
        explained=0,
        unread=0,
        digest=b"0" * 32,
        signed_at=now,
    )


def _sample(world: World) -> None:
    _named(world)
    with acting(world.olivia):
        rule = set_rule(actor=world.olivia, drawn=Drawn.REVEALS, per_week=1, days=5)
    drawn = draw(rule, last_week(timezone.now() + timedelta(days=7)))
    assert drawn is not None
    # The log outlives tests: the one that was drawn may be another's.
    world.sample, _new = Sample.objects.get_or_create(
        entry=world.entry.pk,
        defaults={
            "draw": drawn,
            "client": world.client.pk,
            "reader": world.ming,
            "due_at": drawn.drawn_at + timedelta(days=5),
        },
    )


def _answered(world: World) -> None:
    _sample(world)
    with acting(world.ming):
        answer(actor=world.ming, sample_id=world.sample.pk, reason=Reason.CALL, words="")


def _sample_id(world: World) -> list[Any]:
    return [world.sample.pk]


def _mask(world: World) -> list[Any]:
    return [world.entry.pk, world.client.pk]


def _other_entry(world: World) -> list[Any]:
    return [LogEntry.objects.exclude(subjects__contains=[world.client.pk])[0].pk, world.client.pk]


ROWS: list[Row] = [
    Row(url="compliance:log_charts", who=READERS),
    Row(url="compliance:log_today", who=READERS, args=lambda world: [world.ming.pk]),
    Row(url="compliance:log_day", who=READERS, args=lambda world: [world.ming.pk, timezone.localdate()]),
    Row(url="compliance:log_client", who=READERS, args=_nothing),
    Row(url="compliance:log_deal", who=READERS, args=_nothing),
    Row(
        url="compliance:log_view_save",
        who=READERS,
        method="post",
        data=lambda world: {"name": "x", "address": "result=refused"},
    ),
    Row(
        url="compliance:log_view_drop",
        who=who("olivia"),
        build=_view,
        args=lambda world: [world.view.pk],
        method="post",
        state="Olivia's",
    ),
    Row(
        url="compliance:log_view_drop",
        who=NOBODY_AT_ALL,
        args=_nothing,
        method="post",
        state="no such view",
    ),
    Row(
        url="compliance:log_mask",
        who=OFFICERS,
        build=_named,
        args=_mask,
        method="post",
        state="the entry names the client",
    ),
    Row(
        url="compliance:log_mask",
        who=NOBODY_AT_ALL,
        build=_named,
        args=_other_entry,
        method="post",
        state="the entry does not name the client",
    ),
    Row(url="compliance:log_sign", who=OFFICERS),
    Row(url="compliance:log_sign", who=OFFICERS, method="post", state="without a stretch"),
    Row(url="compliance:log_signed", who=READERS),
    Row(
        url="compliance:log_signed_one",
        who=READERS,
        build=_signed,
        args=lambda world: [world.signed.pk],
    ),
    Row(url="compliance:log_signed_one", who=NOBODY_AT_ALL, args=_nothing, state="no such sign-off"),
    Row(url="compliance:asked", who=STAFF),
    Row(url="compliance:asked_one", who=who("ming"), build=_sample, args=_sample_id, state="asked of Ming"),
    Row(
        url="compliance:asked_one",
        who=who("ming"),
        build=_sample,
        args=_sample_id,
        method="post",
        data=lambda world: {"reason": "call", "words": "because"},
        state="answered by Ming",
    ),
    Row(url="compliance:asked_one", who=NOBODY_AT_ALL, args=_nothing, state="no such question"),
    Row(url="compliance:log_samples", who=OFFICERS, build=_answered),
    Row(
        url="compliance:log_samples",
        who=OFFICERS,
        method="post",
        data=lambda world: {"drawn": "reveals", "per_week": "3", "days": "5"},
        state="a rule",
    ),
    Row(
        url="compliance:log_sample",
        who=OFFICERS,
        build=_answered,
        args=_sample_id,
        method="post",
        data=lambda world: {"verdict": "accept"},
    ),
    Row(
        url="compliance:log_sample",
        who=NOBODY_AT_ALL,
        args=_nothing,
        method="post",
        data=lambda world: {"verdict": "accept"},
        state="no such sample",
    ),
]
