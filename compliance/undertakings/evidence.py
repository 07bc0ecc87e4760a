"""Evidence of a signature that holds without the house (电子签名法 13): who signed which text, when and how,
with the proof that the log has had the entry of it since.

The entry names the signature, its person, the SHA-256 of the text, the method and the language; it is what
the log's tree holds, so none of these can be made up later. The bundle adds the text itself and the name as
it was typed. `tools/verify_evidence.py` checks the proof offline.
"""

import io
import json
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import override

from audit.actions import Action, ObjectType
from audit.checkpoints import store as checkpoints
from audit.checkpoints.keys import NoKeys
from audit.entry import Entry, timestamp
from audit.log import record_read
from audit.models import LogEntry
from audit.tree import store as tree
from compliance.proofs.access import key_lines
from compliance.proofs.files import proof_file
from people.accounts.models import User
from people.duties.models import CLAUSES, NdaSignature
from people.duties.templates import LANGUAGES, text_hash

HEAD = "sealroom signature 1"
PROOF, KEYS, FACTS, PAGE = "entry.tlog-proof", "keys.txt", "signature.json", "signature.html"


@dataclass(frozen=True, slots=True)
class Evidence:
    """`proof` is None until a signed checkpoint holds the entry, and where the month of it has left the log;
    `text_holds`: the text still has the hash that was signed."""

    signature: NdaSignature
    entry: LogEntry | None
    proof: bytes | None
    text_holds: bool

    @property
    def is_named(self) -> bool:
        """Whether the entry itself names the text's hash; entries of earlier releases do not."""
        return self.entry is not None and bytes(self.signature.text_hash).hex() in self.entry.fields


def evidence_of(signature: NdaSignature) -> Evidence:
    """Read from the log; records nothing."""
    rows = LogEntry.objects.filter(action=Action.NDA_SIGN, object_id=signature.pk, result="done")
    entry = rows.order_by("at").first()
    proof = None
    index, newest = (tree.index_of(entry.pk) if entry else None), checkpoints.latest()
    if entry is not None and index is not None and newest is not None and index < newest.size:
        proof = proof_file(bytes(entry.leaf), index, tree.inclusion(index, newest.size), newest.note)
    return Evidence(signature, entry, proof, text_hash(signature.template) == bytes(signature.text_hash))


def record_opened(actor: User, signature: NdaSignature, what: str) -> None:
    """Commits, before anything is shown, that the evidence is opened ("page") or taken along ("bundle")."""
    record_read(
        Entry(
            action=Action.NDA_EVIDENCE,
            object_type=ObjectType.NDA_SIGNATURE,
            object_id=signature.pk,
            subjects=(signature.person_id,),
            deal=signature.deal_id,
            fields=(what,),
        )
    )


def bundle(evidence: Evidence) -> bytes:
    """A zip: the facts for programs and for people, the proof, the log's public keys."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        facts = {"v": HEAD, **facts_of(evidence)}
        file.writestr(FACTS, json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True))
        file.writestr(PAGE, readable(evidence))
        if evidence.proof is not None:
            file.writestr(PROOF, evidence.proof)
        with suppress(NoKeys):  # a house that signs no log has none to give, and no proof either
            file.writestr(KEYS, key_lines())
    return made.getvalue()


def facts_of(evidence: Evidence) -> dict[str, Any]:
    """What the signature says, in words for programs. Times are UTC (ISO 8601)."""
    signed = evidence.signature
    text = {
        language: {name: getattr(signed.template, f"{name}_{language}") for name in _PIECES}
        for language in LANGUAGES
    }
    return {
        "signature": str(signed.pk),
        "person": {"id": str(signed.person_id), "name": signed.person.display_name},
        "typed_name": signed.typed_name,
        "method": signed.method,
        "language": signed.language,
        "kind": signed.kind,
        "version": signed.template.version,
        "deal": str(signed.deal_id) if signed.deal_id else None,
        "text": text,
        "text_sha256": bytes(signed.text_hash).hex(),
        "text_hashed_as": "SHA-256 over title, preamble, definition, duties, liability, term of zh, then"
        " of en; each UTF-8, preceded by its length in bytes as 8 bytes, big-endian",
        "signed_at": timestamp(signed.signed_at),
        "access_ends": timestamp(signed.access_expires_at),
        "duty_ends": timestamp(signed.duty_expires_at),
        "revoked_at": timestamp(signed.revoked_at) if signed.revoked_at else None,
        "log_entry": str(evidence.entry.pk) if evidence.entry else None,
        "log_entry_names_text": evidence.is_named,
        "proof": PROOF if evidence.proof is not None else None,
    }


def readable(evidence: Evidence) -> str:
    """A page of its own, to be printed, in the language that was signed in. It loads nothing."""
    language = evidence.signature.language
    with override(language):
        code = "zh" if language == "zh-hans" else "en"
        parts = [getattr(evidence.signature.template, f"{name}_{code}") for name in ("preamble", *CLAUSES)]
        return render_to_string(
            "compliance/undertakings/bundle.html",
            {
                "evidence": evidence,
                "signature": evidence.signature,
                "parts": parts,
                "code": language,
                "fingerprint": bytes(evidence.signature.text_hash).hex(),
            },
        )


_PIECES = ("title", "preamble", *CLAUSES)
