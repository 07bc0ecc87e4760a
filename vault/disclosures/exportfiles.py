"""The sealed file of an export, under a key of its own in the slice's compartment."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from audit.actions import Action, ObjectType
from audit.entry import Entry, split
from audit.log import record_read_many
from vault.crypto.chunks import FileBinding, FileKey
from vault.crypto.keywrap import KeyKind
from vault.disclosures.marks import mark_keys, open_compartment
from vault.disclosures.models import Export
from vault.files.store import SealedFile, SealedWriter, file_path, open_sealed_file
from vault.keys.errors import KeyWithheld
from vault.keys.service import KeyDrafts, draft_keys, enter_keys, open_keys


class NewFile:
    """A file about to be sealed. Its key is in no keyring until `keep`: without it, nobody opens it again."""

    def __init__(self, action: Action) -> None:
        keys = mark_keys()
        self.file_id = uuid4()
        self._drafts: KeyDrafts = draft_keys(
            KeyKind.FILE, [self.file_id], parent=open_compartment(keys, action)
        )
        [made] = self._drafts.opened.values()
        assert isinstance(made.key, FileKey)
        self.key = made.key
        self.path = file_path(self.file_id)
        self.binding = FileBinding(self.file_id.bytes, keys.compartment.bytes)

    def keep(self) -> None:
        """Enter the key, in the transaction that makes the file known."""
        enter_keys(self._drafts)

    def write(self, content: bytes | memoryview) -> None:
        with SealedWriter(self.path, self.key, self.binding) as writer:
            writer.write(content)
            writer.finish()

    def open(self) -> SealedFile:
        """What was just sealed, under the key that is still in hand."""
        return open_sealed_file(self.path, self.key, self.binding)


def open_export_file(export: Export, subjects: Sequence[UUID]) -> SealedFile:
    """The file of a ready export, after the entries of its download, which name everybody in it.

    Raises:
        KeyWithheld: the file was destroyed.
        LogUnavailable: nothing may be given out.
    """
    if export.file_id is None or export.file_key is None:
        raise KeyWithheld(1)
    keys = mark_keys()
    named = (keys.key_id, export.file_key)
    entry = Entry(
        action=Action.CLIENT_EXPORT,
        object_type=ObjectType.EXPORT,
        object_id=export.pk,
        purpose=export.purpose,
        fields=tuple(export.fields),
    )
    parts = [replace(part, keys=named) for part in split(entry, [(subject, ()) for subject in subjects])]
    entry_id = record_read_many(parts)[-1]
    key = open_keys(entry_id, named)[export.file_key].key
    if not isinstance(key, FileKey):
        raise KeyWithheld(1)
    binding = FileBinding(export.file_id.bytes, keys.compartment.bytes)
    return open_sealed_file(file_path(export.file_id), key, binding)
