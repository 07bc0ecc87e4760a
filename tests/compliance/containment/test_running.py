"""What a locked person had under way: exports, standing approvals, the lines of a file."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from people.locks.codes import Kind
from people.locks.standing import LockedMeanwhile, until_locked
from people.standing.models import StandingApproval
from tests.cast import client_of
from tests.compliance.containment.making import approved, asked, locked
from tests.people.standing.conftest import RenameWithin, rename, within
from tests.people.standing.test_standing import given, use
from tests.vault.disclosures.makers import approve, ask, fill, ready
from tests.vault.records.makers import book_of
from vault.disclosures import freezes
from vault.disclosures.building import build
from vault.disclosures.models import Export, ExportState

__all__ = ["rename", "within"]


class _Pieces:
    """A file of two pieces."""

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def __iter__(self) -> Iterator[bytes]:
        return iter((b"one", b"two"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("as_worker")
def test_exports_end_with_their_requester(people: SimpleNamespace) -> None:
    fill(book_of(people.ming), 2)
    export = ready(people, people.lin)
    waiting = ask(people.ming, people.lin)
    approve(waiting, people.lea)
    browser, address = client_of(people.ming), reverse("vault:export_download", args=[export.pk])
    under_way = iter(freezes.watched(export, _Pieces()))  # type: ignore[arg-type]
    assert next(under_way) == b"one"
    lock = locked(people.olivia, Kind.PERSON, people.ming)
    with pytest.raises(freezes.CutOff):
        next(under_way)
    assert browser.post(address).status_code == 302  # to the sign-in
    build(waiting.pk)
    states = dict(Export.objects.values_list("pk", "state"))
    assert states == {export.pk: ExportState.ENDED, waiting.pk: ExportState.FAILED}
    approved(people.otto, asked(people.olivia, lock))
    assert dict(Export.objects.values_list("pk", "state")) == states  # nothing comes back


@pytest.mark.parametrize("name", ["ming", "olivia"])
def test_a_standing_approval_ends_with_its_holder_and_with_its_giver(
    people: SimpleNamespace, within: RenameWithin, name: str
) -> None:
    given(people, within)
    lock = locked(people.otto, Kind.PERSON, getattr(people, name))
    assert not StandingApproval.objects.filter(ended_at__isnull=True).exists()
    asker = people.ada if name == "olivia" else people.olivia
    approved(people.otto, asked(asker, lock))
    assert use(people.ming).state == "pending"


def test_a_file_of_lines_ends_at_the_next_stride(people: SimpleNamespace) -> None:
    lines = until_locked(iter(range(9)), people.otto.pk, stride=3)
    assert [next(lines) for _ in range(2)] == [0, 1]
    locked(people.olivia, Kind.PERSON, people.otto)
    assert next(lines) == 2
    with pytest.raises(LockedMeanwhile):
        next(lines)
