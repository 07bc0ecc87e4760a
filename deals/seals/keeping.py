"""Keys and files of companies' undertakings: one subject key and a key for each file, all of a compartment of
this slice, each released only for a committed entry that names it (invariant 1).

Each seal is bound to its row and kind: copied into another row it does not open. Files are chunked AEAD under
random names, like those of rooms.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID, uuid4

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from deals.files.models import Upload
from deals.seals.models import CompanyUndertaking, SealKeys
from vault.crypto.chunks import FileBinding, FileKey
from vault.crypto.envelope import OpenKey, group_tag, open_sealed
from vault.crypto.errors import SealBroken
from vault.crypto.keywrap import KeyKind
from vault.files.store import SealedFile, SealedWriter, file_path, open_sealed_file, remove_sealed_file
from vault.keys.cache import Opened
from vault.keys.errors import KeyWithheld
from vault.keys.own import only_row
from vault.keys.seals import seal_counted
from vault.keys.service import KeyDrafts, draft_keys, enter_keys, open_keys, open_new_compartment

FACTS, SEALER, WORD = group_tag("seals.facts"), group_tag("seals.sealer"), group_tag("seals.word")
_COUNTER = 0  # what is sealed here is sealed once and never rewritten


@dataclass(frozen=True, slots=True)
class Held:
    """Open keys of one undertaking."""

    undertaking: UUID
    compartment: Opened
    key_id: int
    keys: dict[int, Opened]

    def seal(self, group: bytes, row: UUID, said: dict[str, str]) -> bytes:
        data = json.dumps(said, ensure_ascii=False, sort_keys=True).encode()
        place = (group, row.bytes, self.compartment.compartment.bytes, _COUNTER)
        return seal_counted([(self._key(), data, *place)])[0]

    def unseal(self, group: bytes, row: UUID, kept: bytes | memoryview) -> dict[str, str]:
        """Raises KeyWithheld: of another row, or changed."""
        place = {"group": group, "row": row.bytes, "compartment": self.compartment.compartment.bytes}
        try:
            data = open_sealed(self._key(), bytes(kept), counter=_COUNTER, **place)
        except SealBroken:
            raise KeyWithheld(1) from None
        said: dict[str, str] = json.loads(data)
        return said

    def file(self, file_id: UUID, key_id: int) -> SealedFile:
        """Raises vault.crypto.errors.SealBroken, FileNotFoundError."""
        return open_sealed_file(file_path(file_id), _file_key(self.keys[key_id]), self._binding(file_id))

    def write_file(self, data: bytes, *, under: UUID | None = None) -> "KeptFile":
        """Seals the bytes to the disk (under this id, or a new one) with a key that is only a draft:
        nothing is known of the file until `enter` runs in the transaction that makes it known. Not in one
        itself."""
        file_id = under or uuid4()
        Upload.objects.create(id=file_id)  # by which a sweep finds what a killed process left
        drafts = draft_keys(KeyKind.FILE, [file_id], parent=self.compartment)
        [made] = drafts.opened.values()
        with SealedWriter(file_path(file_id), _file_key(made), self._binding(file_id)) as writer:
            writer.write(data)
            writer.finish()
        return KeptFile(file_id, drafts, sha256(data).digest(), len(data))

    def _key(self) -> OpenKey:
        key = self.keys[self.key_id].key
        if not isinstance(key, OpenKey):
            raise KeyWithheld(1)
        return key

    def _binding(self, file_id: UUID) -> FileBinding:
        return FileBinding(file_id.bytes, self.compartment.compartment.bytes)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """On the disk, sealed. `sha256` is of the plaintext."""

    id: UUID
    drafts: KeyDrafts
    sha256: bytes
    size: int

    @property
    def key_id(self) -> int:
        return self.drafts.ids()[self.id]


def enter(files: Sequence[KeptFile]) -> None:
    """In the transaction that makes the files known."""
    for one in files:
        enter_keys(one.drafts)
    Upload.objects.filter(pk__in=[one.id for one in files]).delete()


def drop(files: Sequence[KeptFile]) -> None:
    """After a transaction that was broken off: leaves nothing on the disk."""
    for one in files:
        remove_sealed_file(file_path(one.id))
    Upload.objects.filter(pk__in=[one.id for one in files]).delete()


def begin(undertaking: UUID, deal: UUID) -> tuple[Held, KeyDrafts]:
    """The key of a new undertaking, a draft: `vault.keys.service.enter_keys` in the transaction that makes
    it. Leaves an entry of its own.

    Raises LogUnavailable, KeyWithheld, ProviderDown.
    """
    keys = seal_keys()
    entry = _entry(Action.SEAL_KEEP, undertaking, deal, (keys.compartment_key_id,))
    compartment = open_keys(record_read(entry), entry.keys)[keys.compartment_key_id]
    drafts = draft_keys(KeyKind.SUBJECT, [undertaking], parent=compartment)
    return Held(undertaking, compartment, drafts.ids()[undertaking], drafts.opened), drafts


def hold(
    undertaking: CompanyUndertaking,
    action: Action,
    *,
    files: tuple[int, ...] = (),
    fields: tuple[str, ...] = (),
) -> Held:
    """Commits that the undertaking is opened, then opens its key and those of these files. Raises as
    `begin`."""
    keys = seal_keys()
    names = (keys.compartment_key_id, undertaking.key_id, *files)
    entry = _entry(action, undertaking.pk, undertaking.group.room.deal_id, names, fields)
    opened = open_keys(record_read(entry), names)
    return Held(undertaking.pk, opened[keys.compartment_key_id], undertaking.key_id, opened)


def seal_keys() -> SealKeys:
    """The compartment and its key; made at the first use."""
    return only_row(SealKeys, _make)


def bytes_of(file: SealedFile) -> bytes:
    """The whole of a small file."""
    with file:
        return b"".join(file)


def pieces_of(file: SealedFile) -> Iterator[bytes]:
    with file:
        yield from file


def _make() -> SealKeys:
    compartment = open_new_compartment(uuid4())
    return SealKeys.objects.create(
        compartment=compartment.compartment, compartment_key_id=compartment.key.key_id
    )


def _file_key(opened: Opened) -> FileKey:
    if not isinstance(opened.key, FileKey):
        raise KeyWithheld(1)
    return opened.key


def _entry(
    action: Action, undertaking: UUID, deal: UUID, keys: tuple[int, ...], fields: tuple[str, ...] = ()
) -> Entry:
    return Entry(
        action=action,
        object_type=ObjectType.COMPANY_UNDERTAKING,
        object_id=undertaking,
        subjects=(undertaking,),
        deal=deal,
        fields=fields,
        keys=keys,
    )
