"""A deal with a room for the tests: folders 1, 1.1, 2; the buyers' groups of bo and of ben; files."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from audit.origin import Origin, acting_as
from deals.models import Deal, FileVersion, Folder, RoomGroup
from deals.pipeline.models import DealType, Stage
from deals.pipeline.services import open_deal
from deals.rooms.grants import set_folder_right
from deals.rooms.groups import create_group
from deals.rooms.levels import Level
from deals.rooms.models import GroupKind
from deals.rooms.services import create_folder
from people.accounts.models import User
from people.duties.models import NdaSignature
from people.duties.templates import in_force
from tests.cast import cast, client_of, signed


def scene(**people: User) -> SimpleNamespace:
    """ming and lea work on Willow, lea leads it; bo is a buyer who signed, ben a rival who signed.

    bo's group may view folder 1 (and so 1.1); ben's group may view folder 2. The deal stands at diligence.
    """
    world = SimpleNamespace(**(people or cast()))
    with acting_as(Origin(actor=world.ming.pk)):
        world.deal = open_deal(
            actor=world.ming, code_name="Willow", deal_type=DealType.SHARES, lead=world.lea
        )
        at_stage(world.deal, Stage.DILIGENCE)
        world.room = world.deal.room
        world.one = folder(world, "Finance")
        world.one_one = folder(world, "Tax", world.one)
        world.two = folder(world, "Contracts")
        world.buyers = group(world, "Acorn Holdings", world.bo)
        world.rivals = group(world, "Birch Capital", world.ben)
        grant(world, world.buyers, world.one, Level.VIEW)
        grant(world, world.rivals, world.two, Level.VIEW)
        signed(world.bo, deal_id=world.deal.pk)
        signed(world.ben, deal_id=world.deal.pk)
    return world


def at_stage(deal: Deal, stage: Stage) -> None:
    """As if two people had moved it there."""
    deal.stage = stage
    deal.save(update_fields=["stage"])


def folder(world: Any, title: str, parent: Folder | None = None, **options: Any) -> Folder:
    with acting_as(Origin(actor=world.ming.pk)):
        return create_folder(
            actor=world.ming,
            deal_id=world.deal.pk,
            title=title,
            parent_id=parent.pk if parent else None,
            **options,
        )


def group(
    world: Any, title: str, *people: User, kind: GroupKind = GroupKind.BUYER, **options: Any
) -> RoomGroup:
    with acting_as(Origin(actor=world.ming.pk)):
        made = create_group(
            actor=world.ming,
            deal_id=world.deal.pk,
            title=title,
            kind=kind,
            **{"stage": Stage.RETENTION, **options},
        )
    for person in people:
        person.groups.add(Group.objects.get(pk=made.auth_group_id))
    return made


def grant(world: Any, to: RoomGroup, on: Folder, level: Level | None, **options: Any) -> None:
    with acting_as(Origin(actor=world.ming.pk)):
        set_folder_right(
            actor=world.ming,
            deal_id=world.deal.pk,
            group_id=to.pk,
            folder_id=on.pk,
            level=level,
            **options,
        )


def expired_signature(person: User, deal_id: UUID) -> NdaSignature:
    """An undertaking that was signed long ago and opens no door any more."""
    template = in_force("buyer")
    now = timezone.now()
    return NdaSignature.objects.create(
        person=person,
        template=template,
        kind=template.kind,
        deal_id=deal_id,
        language="en",
        text_hash=bytes(template.text_hash),
        typed_name=person.display_name,
        signed_at=now - timedelta(days=9),
        access_expires_at=now - timedelta(days=1),
        duty_expires_at=now,
    )


def stored(world: Any, into: Folder, name: str, data: bytes) -> FileVersion:
    """A file that ming uploads, as it is."""
    answer = client_of(world.ming).post(
        reverse("deals:upload", args=[world.deal.pk, into.pk]),
        {"file": SimpleUploadedFile(name, data), "details": "kept", "whole": "whole"},
    )
    assert answer.status_code == 302
    return FileVersion.objects.order_by("-uploaded_at").select_related("file").first()
