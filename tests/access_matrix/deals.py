"""Who gets in where, in the deals layer: Willow is ming's and lea's; bo and ben are rival buyers."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audit.origin import Origin, acting_as
from deals.files.ends import begin_ends
from deals.models import Deal, DealMember, FileVersion, RoomGroup
from deals.pipeline.models import Stage
from deals.rooms.groups import invite_phone_to_group
from deals.rooms.levels import Level
from people.duties.models import NdaSignature
from people.duties.services import revoke_nda
from tests.access_matrix import Row, World, who
from tests.cast import signed
from tests.deals.scene import at_stage, expired_signature, grant, scene, stored
from tests.people.training.making import course
from tests.vault.records.makers import ZHANG

STAFF = who("ming", "lea")
AGENTS = who("ming", "lin", "lea")
LEAD = who("lea")
_OK, _MOVED, _BAD = frozenset({200}), frozenset({302}), frozenset({422})


def deal(world: World) -> None:
    """bo signed and may view folder 1; ben signed and may view folder 2; ada is put on the deal."""
    world.__dict__.update(scene(**world.__dict__).__dict__)
    DealMember.objects.create(deal=world.deal, user=world.ada, added_by=world.lea)
    world.version = stored(world, world.one, "a.txt", b"text")
    world.file = world.version.file


def for_guests(world: World) -> None:
    """A course that a lead may ask of outside people."""
    deal(world)
    world.track = course(world, roles=(), for_guests=True)


def original(world: World) -> None:
    deal(world)
    grant(world, world.buyers, world.one, Level.ORIGINAL)


def uploading(world: World) -> None:
    deal(world)
    grant(world, world.buyers, world.one, Level.UPLOAD)


def managing(world: World) -> None:
    deal(world)
    grant(world, world.buyers, world.one, Level.MANAGE)


def _sam_in_bos_group(world: World) -> None:
    deal(world)
    world.sam.groups.add(Group.objects.get(pk=world.buyers.auth_group_id))


def unsigned(world: World) -> None:
    _sam_in_bos_group(world)


def expired(world: World) -> None:
    _sam_in_bos_group(world)
    expired_signature(world.sam, world.deal.pk)


def revoked(world: World) -> None:
    _sam_in_bos_group(world)
    with acting_as(Origin(actor=world.olivia.pk)):
        revoke_nda(actor=world.olivia, signature=signed(world.sam, deal_id=world.deal.pk))


def hidden(world: World) -> None:
    deal(world)
    grant(world, world.buyers, world.one, Level.NONE)


def too_early(world: World) -> None:
    deal(world)
    at_stage(world.deal, Stage.TEASER)


def group_ended(world: World) -> None:
    deal(world)
    RoomGroup.objects.filter(pk=world.buyers.pk).update(expires_at=timezone.now())


def leaver(world: World) -> None:
    """ming was taken off the deal."""
    deal(world)
    DealMember.objects.filter(user=world.ming).delete()


def unsigned_bo(world: World) -> None:
    deal(world)
    with acting_as(Origin(actor=world.olivia.pk)):
        revoke_nda(actor=world.olivia, signature=NdaSignature.objects.get(person=world.bo))


def guest(world: World) -> None:
    """lea invited somebody by mobile number, who has not come yet."""
    deal(world)
    with acting_as(Origin(actor=world.lea.pk)):
        handed = invite_phone_to_group(
            actor=world.lea,
            deal_id=world.deal.pk,
            group_id=world.buyers.pk,
            number=ZHANG["phone"],
            display_name="Wang Hai",
            language="en",
        )
    world.guest = handed.invitation.person


def led_by_ming(world: World) -> None:
    deal(world)
    Deal.objects.filter(pk=world.deal.pk).update(lead=world.ming)


def replaced(world: World) -> None:
    original(world)
    stored(world, world.one, "a.txt", b"newer")
    world.version = FileVersion.objects.get(number=1)


def ending(world: World) -> None:
    """The version is to go; bo manages the folder."""
    managing(world)
    with acting_as(Origin(actor=world.olivia.pk)):
        begin_ends([world.version.pk])


def ending_left(world: World) -> None:
    ending(world)
    DealMember.objects.filter(user=world.ming).delete()


def of(*names: str) -> Callable[[World], list[Any]]:
    """The ids of these parts of the world, the deal's first."""
    return lambda world: [getattr(world, name).pk for name in ("deal", *names)]


def upload_data(_: World) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("b.txt", b"text"), "whole": "whole"}


def _seen(url: str, *names: str) -> list[Row]:
    """What bo sees with the right to view, in every state in which somebody must not."""
    more: dict[str, Any] = {"url": url, "args": of(*names), "status": _OK}
    return [
        Row(who=STAFF | {"bo"}, state="bo may view", build=deal, **more),
        Row(who=STAFF | {"bo"}, state="sam has not signed", build=unsigned, **more),
        Row(who=STAFF | {"bo"}, state="sam's undertaking expired", build=expired, **more),
        Row(who=STAFF | {"bo"}, state="sam's undertaking is revoked", build=revoked, **more),
        Row(who=STAFF, state="hidden from bo's group", build=hidden, **more),
        Row(who=STAFF, state="before its stage", build=too_early, **more),
        Row(who=STAFF, state="bo's group has ended", build=group_ended, **more),
        Row(who=LEAD | {"bo"}, state="ming was taken off", build=leaver, **more),
    ]


ROWS: list[Row] = [
    Row(url="deals:deals", who=AGENTS, status=_OK),
    Row(url="deals:deal_new", who=AGENTS, status=_OK),
    Row(url="deals:deal", who=STAFF, build=deal, args=of(), status=_OK),
    Row(url="deals:deal", who=LEAD, state="ming was taken off", build=leaver, args=of(), status=_OK),
    Row(url="deals:deal_stage", who=LEAD, build=deal, args=of(), method="post", status=_MOVED),
    Row(url="deals:deal_members", who=LEAD, build=deal, args=of(), method="post", status=_MOVED),
    Row(url="deals:deal_target", who=STAFF, build=deal, args=of(), method="post", status=_MOVED),
    Row(url="deals:rooms", who=who("bo", "ben", "sam", "aud"), build=deal, status=_OK),
    Row(url="deals:room", who=STAFF | {"bo", "ben"}, build=deal, args=of(), status=_OK),
    Row(url="deals:room", who=STAFF | {"bo", "ben"}, state="unsigned", build=unsigned, args=of(), status=_OK),
    Row(url="deals:room", who=STAFF | {"ben"}, state="group ended", build=group_ended, args=of(), status=_OK),
    *_seen("deals:folder", "one"),
    *_seen("deals:file", "file"),
    Row(url="deals:folder_new", who=STAFF, build=deal, args=of(), status=_OK),
    Row(url="deals:folder_edit", who=STAFF, build=deal, args=of("one"), status=_OK),
    Row(
        url="deals:folder_edit",
        who=STAFF | {"bo"},
        state="bo manages it",
        build=managing,
        args=of("one"),
        status=_OK,
    ),
    Row(url="deals:rights", who=STAFF, state="bo manages a folder", build=managing, args=of(), status=_OK),
    Row(url="deals:right", who=STAFF, build=managing, args=of("buyers", "one"), status=_OK),
    Row(
        url="deals:right",
        who=STAFF,
        build=managing,
        args=of("buyers", "one"),
        method="post",
        data=lambda _: {"level": "5"},
        status=_MOVED,
    ),
    Row(url="deals:preview", who=LEAD, build=deal, args=of(), status=_OK),
    Row(url="deals:preview", who=LEAD, state="bo manages a folder", build=managing, args=of(), status=_OK),
    *(
        Row(
            url="deals:preview",
            who=people,
            state=state,
            build=build,
            args=of(),
            method="post",
            data=lambda world: {"person": str(world.bo.pk)},
            status=_MOVED,
        )
        for people, state, build in (
            (LEAD, "as bo", deal),
            (LEAD, "as bo, whose undertaking is revoked", unsigned_bo),
            (who(), "bo's group has ended", group_ended),
            (who(), "ming leads it now, and may not lead deals", led_by_ming),
        )
    ),
    Row(url="deals:preview_end", who=LEAD, build=deal, args=of(), method="post", status=_MOVED),
    Row(url="deals:group_new", who=STAFF, build=managing, args=of(), status=_OK),
    Row(url="deals:group", who=STAFF, build=managing, args=of("buyers"), status=_OK),
    Row(url="deals:group", who=LEAD, build=deal, args=of("buyers"), method="post", status=_OK),
    Row(url="deals:invite", who=LEAD, build=deal, args=of("buyers"), method="post", status=_OK),
    Row(
        url="deals:invite_again",
        state="bo was not invited",
        who=frozenset(),
        build=deal,
        args=of("buyers"),
        method="post",
        data=lambda world: {"person": str(world.bo.pk)},
    ),
    Row(
        url="deals:invite_again",
        state="a guest has not come yet",
        who=LEAD,
        build=guest,
        args=of("buyers"),
        method="post",
        data=lambda world: {"person": str(world.guest.pk)},
        status=_OK,
    ),
    Row(url="deals:guest_number", who=LEAD, build=guest, args=of("buyers", "guest"), status=_OK),
    Row(
        url="deals:guest_number",
        who=LEAD,
        build=guest,
        args=of("buyers", "guest"),
        method="post",
        data=lambda world: {"number": "13900139000"},
        status=_OK,
    ),
    Row(url="deals:guest_number", state="no guest", who=frozenset(), build=deal, args=of("buyers", "bo")),
    Row(
        url="deals:ask_lesson",
        who=LEAD,
        build=for_guests,
        args=of("buyers"),
        method="post",
        data=lambda world: {"person": str(world.bo.pk), "track": str(world.track.pk)},
        status=_MOVED,
    ),
    Row(
        url="deals:take_out",
        who=LEAD,
        build=deal,
        args=of("buyers"),
        method="post",
        data=lambda world: {"person": str(world.bo.pk)},
        status=_MOVED,
    ),
    Row(
        url="deals:upload",
        who=STAFF,
        state="bo may view",
        build=deal,
        args=of("one"),
        method="post",
        data=upload_data,
        status=_MOVED,
    ),
    Row(
        url="deals:upload",
        who=STAFF | {"bo"},
        state="bo may upload",
        build=uploading,
        args=of("one"),
        method="post",
        data=upload_data,
        status=_MOVED,
    ),
    Row(url="deals:file_rename", who=STAFF, build=uploading, args=of("file"), method="post", status=_MOVED),
    Row(
        url="deals:file_rename",
        who=STAFF | {"bo"},
        state="bo manages it",
        build=managing,
        args=of("file"),
        method="post",
        status=_MOVED,
    ),
    Row(url="deals:ending", who=AGENTS, build=ending, status=_OK),
    Row(url="deals:version_destroy", who=who(), build=managing, args=of("version"), state="it may stay"),
    Row(url="deals:version_destroy", who=STAFF, build=ending, args=of("version"), status=_OK),
    Row(
        url="deals:version_destroy",
        who=LEAD,
        state="ming was taken off",
        build=ending_left,
        args=of("version"),
        status=_OK,
    ),
    Row(url="deals:file_rights", who=STAFF, build=managing, args=of("file"), method="post", status=_MOVED),
    Row(
        url="deals:file_grade",
        state="raised",
        who=STAFF,
        build=managing,
        args=of("file"),
        method="post",
        data=lambda world: {"grade": 4},
        status=_MOVED,
    ),
    Row(
        url="deals:file_grade",
        state="lowered",
        who=LEAD,
        build=managing,
        args=of("file"),
        method="post",
        data=lambda world: {"grade": 2},
        status=_MOVED,
    ),
    Row(url="deals:original", who=STAFF, state="bo may view", build=deal, args=of("version"), status=_OK),
    Row(
        url="deals:original",
        who=STAFF | {"bo"},
        state="bo may download",
        build=original,
        args=of("version"),
        status=_OK,
    ),
    Row(url="deals:original", who=STAFF, state="replaced", build=replaced, args=of("version"), status=_OK),
    # A text file has no pages: who passes the gate is told so.
    *(
        Row(
            url="deals:page",
            who=people,
            state=state,
            build=build,
            args=lambda world: [world.deal.pk, world.version.pk, 1],
            status=_BAD,
        )
        for people, state, build in (
            (STAFF | {"bo"}, "bo may view", deal),
            (STAFF | {"bo"}, "sam has not signed", unsigned),
            (STAFF | {"bo"}, "sam's undertaking is revoked", revoked),
            (STAFF, "hidden from bo's group", hidden),
            (STAFF, "before its stage", too_early),
            (STAFF, "bo's group has ended", group_ended),
            (STAFF, "replaced by a newer version", replaced),
        )
    ),
]
