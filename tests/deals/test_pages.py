"""The pages of deals and rooms, through the browser's eyes."""

import io
from types import SimpleNamespace
from typing import Any

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit.origin import Origin, acting_as
from deals.models import Deal, File, FileVersion, Folder, FolderGrant, RoomGroup
from deals.rooms.levels import Level
from people.invitations.models import Invitation
from people.invitations.services import accept
from tests.cast import client_of, signed
from tests.deals.scene import grant

pytestmark = pytest.mark.django_db


def pdf(pages: int = 2) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(595, 842)
    data = io.BytesIO()
    document.save(data)
    document.close()
    return data.getvalue()


def send(world: Any, user: Any, folder: Folder, *files: tuple[str, bytes], **more: str) -> Any:
    uploads = [SimpleUploadedFile(name, data) for name, data in files]
    return client_of(user).post(
        reverse("deals:upload", args=[world.deal.pk, folder.pk]),
        {"file": uploads, "details": "kept", "whole": "whole", **more},
    )


def get(world: Any, user: Any, name: str, *args: Any) -> Any:
    return client_of(user).get(reverse(f"deals:{name}", args=[world.deal.pk, *args]))


def test_an_agent_uploads_and_the_buyer_sees_stamped_pages_and_no_original(world: SimpleNamespace) -> None:
    content = pdf()
    answer = send(world, world.ming, world.one, ("报表.pdf", content))
    assert answer.status_code == 302
    file, version = File.objects.get(), FileVersion.objects.get()
    assert (version.media_type, version.size, version.number) == ("application/pdf", len(content), 1)
    page = get(world, world.bo, "folder", world.one.pk)
    assert "报表.pdf" in page.content.decode()
    shown = get(world, world.bo, "file", file.pk)
    assert shown.status_code == 200
    assert FileVersion.objects.get().page_count == 2
    image = get(world, world.bo, "page", version.pk, 2)
    assert image["Content-Type"] == "image/jpeg"
    assert "no-store" in image["Cache-Control"]
    assert image.content[:2] == b"\xff\xd8"
    assert get(world, world.bo, "page", version.pk, 3).status_code == 404
    assert get(world, world.bo, "original", version.pk).status_code == 404
    grant(world, world.buyers, world.one, Level.ORIGINAL)
    answer = get(world, world.bo, "original", version.pk)
    assert b"".join(answer.streaming_content) == content
    assert "attachment" in answer["Content-Disposition"]


def test_the_rival_sees_nothing_of_it(world: SimpleNamespace) -> None:
    send(world, world.ming, world.one, ("a.pdf", pdf()))
    file, version = File.objects.get(), FileVersion.objects.get()
    for name, args in (
        ("folder", [world.one.pk]),
        ("file", [file.pk]),
        ("page", [version.pk, 1]),
        ("original", [version.pk]),
    ):
        assert get(world, world.ben, name, *args).status_code == 404, name
    room = get(world, world.ben, "room").content.decode()
    assert "Contracts" in room
    assert "Finance" not in room
    assert "Acorn" not in room


def test_every_page_of_staff_opens(world: SimpleNamespace) -> None:
    send(world, world.ming, world.one, ("a.pdf", pdf()))
    lea = client_of(world.lea)
    assert lea.get(reverse("deals:deals")).status_code == 200
    assert lea.get(reverse("deals:deal_new")).status_code == 200
    for name, args in (
        ("deal", []),
        ("room", []),
        ("folder", [world.one.pk]),
        ("folder_new", []),
        ("folder_edit", [world.one.pk]),
        ("rights", []),
        ("right", [world.buyers.pk, world.one.pk]),
        ("group_new", []),
        ("group", [world.buyers.pk]),
        ("file", [File.objects.get().pk]),
    ):
        answer = lea.get(reverse(f"deals:{name}", args=[world.deal.pk, *args]))
        assert answer.status_code == 200, name


def test_a_deal_is_opened_with_its_room(world: SimpleNamespace) -> None:
    answer = client_of(world.ming).post(
        reverse("deals:deal_new"), {"code_name": "杨柳", "deal_type": "assets", "lead": world.lea.pk}
    )
    assert answer.status_code == 302
    deal = Deal.objects.get(code_name="杨柳")
    assert deal.room.groups.count() == 0
    assert {member.user_id for member in deal.members.all()} == {world.ming.pk, world.lea.pk}
    taken = client_of(world.ming).post(
        reverse("deals:deal_new"), {"code_name": "willow", "deal_type": "assets", "lead": world.lea.pk}
    )
    assert "This code name is taken." in taken.content.decode()


def test_a_right_shows_what_it_opens_before_it_is_set(world: SimpleNamespace) -> None:
    ming = client_of(world.ming)
    address = reverse("deals:right", args=[world.deal.pk, world.rivals.pk, world.one.pk])
    effect = ming.get(address, {"level": "2"}).context["effect"]
    assert (effect.folders["opens"], effect.files["opens"]) == (2, 0)
    assert not FolderGrant.objects.filter(group=world.rivals.auth_group, content_object=world.one).exists()
    assert ming.post(address, {"level": "2"}).status_code == 302
    assert get(world, world.ben, "folder", world.one.pk).status_code == 200
    assert ming.post(address, {"level": "inherit"}).status_code == 302
    assert get(world, world.ben, "folder", world.one.pk).status_code == 404


def test_the_lead_invites_and_the_person_signs_and_enters(world: SimpleNamespace) -> None:
    lea = client_of(world.lea)
    answer = lea.post(
        reverse("deals:invite", args=[world.deal.pk, world.buyers.pk]),
        {"display_name": "Sam", "email": world.sam.email, "language": "en"},
    )
    assert answer.status_code == 302
    with acting_as(Origin(actor=world.sam.pk)):
        accept(invitation=Invitation.objects.get(person=world.sam), password=None)
    rooms = client_of(world.sam).get(reverse("deals:rooms"))
    assert [row.must_sign for row in rooms.context["rooms"]] == [True]
    assert get(world, world.sam, "room").status_code == 404
    with acting_as(Origin(actor=world.sam.pk)):
        signed(world.sam, deal_id=world.deal.pk)
    assert get(world, world.sam, "room").status_code == 200
    lea.post(reverse("deals:take_out", args=[world.deal.pk, world.buyers.pk]), {"person": str(world.sam.pk)})
    assert get(world, world.sam, "room").status_code == 404


def test_an_agent_who_does_not_lead_cannot_invite(world: SimpleNamespace) -> None:
    answer = client_of(world.ming).post(
        reverse("deals:invite", args=[world.deal.pk, world.buyers.pk]),
        {"display_name": "Sam", "email": world.sam.email, "language": "en"},
    )
    assert answer.status_code == 404


def test_groups_are_made_with_a_sealed_name(world: SimpleNamespace) -> None:
    answer = client_of(world.ming).post(
        reverse("deals:group_new", args=[world.deal.pk]),
        {"title": "Cedar Fund", "kind": "adviser", "stage": "6", "until": ""},
    )
    assert answer.status_code == 302
    made = RoomGroup.objects.order_by("-created_at").first()
    assert b"Cedar" not in bytes(made.__dict__["label"])
    assert "Cedar" not in made.auth_group.name


def test_the_same_name_again_is_the_next_version(world: SimpleNamespace) -> None:
    send(world, world.ming, world.one, ("a.txt", b"one"))
    send(world, world.ming, world.one, ("A.TXT", b"two"))
    assert File.objects.count() == 1
    assert sorted(FileVersion.objects.values_list("number", flat=True)) == [1, 2]
    old = FileVersion.objects.get(number=1)
    grant(world, world.buyers, world.one, Level.ORIGINAL)
    assert get(world, world.bo, "original", old.pk).status_code == 404
    assert get(world, world.ming, "original", old.pk).status_code == 200
