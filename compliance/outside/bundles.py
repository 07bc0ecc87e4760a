"""Evidence ZIPs: what a seat takes in, with hashes, for checking offline without anybody's help.

In it: the registers of the scope, the answers to the requests, the entries of the log with the proof of each
(as `compliance.proofs.evidence` writes a history), and the SHA-256 of each file, as `sha256sum` reads them
and in a manifest that the house signs. The manifest's own digest stands in the log, in the entry of its
making: the proof of that entry shows that this very bundle was made then. Nobody is named in it: ids, codes,
masks.
"""

import io
import json
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.checkpoints import keys, store
from audit.entry import Entry, timestamp
from audit.log import record_change
from audit.merkle.proofs import inclusion_proof
from audit.origin import Origin, acting_as
from audit.tree import store as tree
from compliance.outside import access
from compliance.outside.access import files_shown, is_seated
from compliance.outside.codes import BundleState
from compliance.outside.evidence import EvidenceBundle
from compliance.outside.files import NewFile, open_file
from compliance.outside.marks import page_mark, seat_mark
from compliance.outside.models import OutsideSeat
from compliance.outside.registers import REGISTERS, as_csv
from compliance.outside.scope import entries_of, placed
from compliance.outside.stamping import DRAWN
from compliance.outside.taking import taken_along
from compliance.outside.tasks import build_bundle
from compliance.outside.zipping import SUMS, sums, write
from compliance.proofs.access import key_lines
from compliance.proofs.evidence import HEAD
from compliance.proofs.files import hash_lines
from people.accounts.models import User
from people.notices.services import notify
from vault.files.store import SealedFile
from vault.keys.errors import KeyWithheld
from vault.records.errors import NotPossible

KEPT = timedelta(hours=72)
MOST_ENTRIES = 50_000
MOST_BYTES = 256 * 1024**2
MOST_PAGES = 1000  # drawn and marked one by one
GUIDES = {"GUIDE.en.txt": "guide.en.txt", "GUIDE.zh.txt": "guide.zh.txt"}


@transaction.atomic
def ask(*, actor: User, audit_id: UUID) -> EvidenceBundle:
    """Have one made by the worker. Raises Refused, Unsigned; NotPossible: one is being made, or no checkpoint
    is signed yet."""
    seat = access.get_seat(actor, audit_id, Action.OUTSIDE_BUNDLE)
    newest = store.latest()
    if newest is None:
        raise NotPossible(_("No signed checkpoint holds it yet. Try again in a few seconds."))
    now = timezone.now()
    try:
        with transaction.atomic():
            bundle = EvidenceBundle.objects.create(
                seat=seat, size=newest.size, asked_at=now, expires_at=min(now + KEPT, seat.audit.ends_at)
            )
    except IntegrityError:
        raise NotPossible(_("One is being made already.")) from None
    _log(bundle, Action.OUTSIDE_BUNDLE)
    transaction.on_commit(lambda: build_bundle.delay(str(bundle.pk)), robust=True)
    return bundle


def build(bundle_id: UUID) -> None:
    """By the worker, any number of times: it is made whole or not at all. What goes in is gathered outside of
    a transaction, so that how far it is can be seen; of two workers the first one's counts."""
    found = EvidenceBundle.objects.filter(pk=bundle_id, state=BundleState.ASKED)
    bundle = found.select_related("seat__audit", "seat__person").first()
    if bundle is None:
        return
    person = bundle.seat.person
    with acting_as(Origin(actor=person.pk)), translation.override(person.language):
        try:
            if not is_seated(bundle.seat):
                raise NotPossible(_("The seat is closed."))
            _keep(bundle, contents(bundle))
        except (NotPossible, keys.NoKeys, KeyWithheld):
            _fail(bundle)


@transaction.atomic
def _keep(bundle: EvidenceBundle, files: dict[str, bytes]) -> None:
    if not _still_wanted(bundle):
        return
    content = io.BytesIO()
    write(content, files)
    new = NewFile(Action.OUTSIDE_WRITE, bundle.seat.audit)
    new.write(content.getvalue())
    new.keep()
    bundle.manifest = sha256(files["manifest.note"]).digest()
    bundle.digest = sha256(content.getvalue()).digest()
    bundle.file_id, bundle.file_key, bundle.bytes = new.file_id, new.key.key_id, content.tell()
    bundle.state, bundle.ready_at, bundle.done = BundleState.READY, timezone.now(), 100
    bundle.save()
    said = bundle.manifest.hex()  # in two codes: a code has at most 64 characters
    _log(bundle, Action.OUTSIDE_BUNDLE_MADE, (f"manifest.{said[:32]}", f"manifest_end.{said[32:]}"))
    notify("outside.bundle", [bundle.seat.person], object_id=bundle.seat.audit_id, key=str(bundle.pk))


@transaction.atomic
def _fail(bundle: EvidenceBundle) -> None:
    if _still_wanted(bundle):
        EvidenceBundle.objects.filter(pk=bundle.pk).update(state=BundleState.FAILED)
        _log(bundle, Action.OUTSIDE_BUNDLE_FAIL)


def _still_wanted(bundle: EvidenceBundle) -> bool:
    """Whether nobody has made or ended it meanwhile, nor closed the seat; locked until the transaction
    ends."""
    rows = EvidenceBundle.objects.select_for_update(of=("self",))
    return rows.filter(pk=bundle.pk, state=BundleState.ASKED).exists()


def contents(bundle: EvidenceBundle) -> dict[str, bytes]:
    """The files by their names; the same from the same rows. Raises NotPossible: too much for one bundle, or
    the checkpoint is gone; NoKeys; KeyWithheld."""
    checkpoint = store.at_size(bundle.size)
    if checkpoint is None:
        raise NotPossible(_("No signed checkpoint holds it yet. Try again in a few seconds."))
    audit, mark = bundle.seat.audit, seat_mark(bundle.seat)
    files: dict[str, bytes] = {}
    until = {"log": Q(at__lt=bundle.asked_at)}
    for step, area in enumerate(audit.areas):
        files[f"registers/{area}.csv"] = as_csv(REGISTERS[area], audit, mark=mark, until=until.get(area))
        _progress(bundle, 10 + 30 * (step + 1) // len(audit.areas))
    answers, originals = _answers(bundle)
    files |= answers
    _progress(bundle, 60)
    entries, places, indexes = _entries(bundle)
    _progress(bundle, 90)
    files |= {"entries.jsonl": entries, "places.jsonl": places, "checkpoint": checkpoint.note}
    files |= {"keys.txt": key_lines().encode(), "MARK.txt": f"{mark}\n".encode()}
    for name, source in GUIDES.items():
        files[name] = (Path(__file__).parent / source).read_bytes()
    files[SUMS] = sums(files)
    files["manifest.note"] = _manifest(bundle, files, originals, indexes)
    return files


def _answers(bundle: EvidenceBundle) -> tuple[dict[str, bytes], dict[str, str]]:
    """The files of answers, as auditors see them, and of the report where there is one; every page bears the
    mark of the seat. And the SHA-256 of each file that was marked, as it was answered with."""
    found: dict[str, bytes] = {}
    originals: dict[str, str] = {}
    places: dict[UUID | None, int] = {}
    mark, total, pages = page_mark(bundle.seat, bundle.asked_at), 0, 0
    for file in files_shown(bundle.seat).select_related("request").order_by("at", "pk"):
        places[file.request_id] = place = places.get(file.request_id, 0) + 1
        total, pages = total + file.size, pages + file.pages
        if total > MOST_BYTES or pages > MOST_PAGES:
            raise NotPossible(_("This is too much for one evidence ZIP."))
        called, pieces = taken_along(file, place, mark)
        name = f"requests/{called}"
        if file.extension in DRAWN:
            originals[name] = file.hex
        found[name] = b"".join(pieces)
    return found, originals


def _entries(bundle: EvidenceBundle) -> tuple[bytes, bytes, list[int]]:
    """The leaves of the scope below the checkpoint, their proofs, and their numbers, in the log's order."""
    found = placed(entries_of(bundle.seat.audit), bundle.size)
    if found.count() > MOST_ENTRIES:
        raise NotPossible(_("This is too much for one evidence ZIP."))
    read, lines, places, indexes = tree.reader(bundle.size), list[bytes](), list[bytes](), list[int]()
    for entry in found:
        index = int(entry.place)
        proof = hash_lines(inclusion_proof(read, index, bundle.size)).decode().split()
        lines.append(bytes(entry.leaf) + b"\n")
        places.append(json.dumps({"index": index, "proof": proof}).encode() + b"\n")
        indexes.append(index)
    return b"".join(lines), b"".join(places), indexes


def _manifest(
    bundle: EvidenceBundle, files: dict[str, bytes], originals: dict[str, str], indexes: list[int]
) -> bytes:
    signing, audit = keys.load(), bundle.seat.audit
    before = [-1, *indexes]
    manifest = {
        "v": 1,
        "kind": "audit",
        "about": str(audit.pk),
        "origin": signing.origin,
        "size": bundle.size,
        "made": timestamp(bundle.asked_at),
        "for": str(bundle.seat.pk),
        "period": [audit.period_from.isoformat(), audit.period_to.isoformat()],
        "areas": list(audit.areas),
        "deals": [str(deal) for deal in audit.deals],
        "entries": len(indexes),
        "steps": " ".join(str(index - last) for last, index in zip(before, indexes, strict=False)),
        "stamp": None,
        "originals": originals,
        "files": {name: sha256(files[name]).hexdigest() for name in sorted(files)},
    }
    text = f"{HEAD}\n{json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)}\n"
    return signing.sign_statement(text).encoded()


def take(*, actor: User, audit_id: UUID, bundle_id: UUID) -> tuple[EvidenceBundle, SealedFile]:
    """The file, after the entry of its taking. Raises Refused, Unsigned, KeyWithheld, LogUnavailable."""
    seat: OutsideSeat = access.get_seat(actor, audit_id, Action.OUTSIDE_BUNDLE_TAKE)
    bundle = access.get_bundle(seat, bundle_id, Action.OUTSIDE_BUNDLE_TAKE)
    if bundle.file_id is None or bundle.file_key is None:
        raise KeyWithheld(1)
    opened = open_file(
        Action.OUTSIDE_BUNDLE_TAKE, ObjectType.OUTSIDE_BUNDLE, bundle.pk, bundle.file_id, bundle.file_key
    )
    return bundle, opened


def _progress(bundle: EvidenceBundle, percent: int) -> None:
    EvidenceBundle.objects.filter(pk=bundle.pk, state=BundleState.ASKED).update(done=percent)


def _log(bundle: EvidenceBundle, action: Action, fields: tuple[str, ...] = ()) -> None:
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.OUTSIDE_BUNDLE,
            object_id=bundle.pk,
            subjects=(bundle.seat.person_id,),
            fields=fields,
        )
    )
