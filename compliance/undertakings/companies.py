"""Evidence that a company is bound, which holds without the house: which document of which version it
sealed, how and when, by whom, who compared it, and the proof that the log has had that since.

The entry of the acceptance names the SHA-256 of the version's text, of the document and of what came back,
and the method; it is what the log's tree holds. Entries of certificates name the certificate's digest as
well. The bundle adds the document, the papers or the signed PDF, and the undertakings of the company's
people.
"""

import io
import json
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from audit.actions import Action
from audit.checkpoints import store as checkpoints
from audit.checkpoints.keys import NoKeys
from audit.entry import timestamp
from audit.models import LogEntry
from audit.tree import store as tree
from compliance.proofs.access import key_lines
from compliance.proofs.files import proof_file
from compliance.undertakings.evidence import FACTS, KEYS, PROOF
from deals.seals import keeping
from deals.seals.models import CompanyUndertaking, Envelope, Method, SealedPaper, SealedReturn
from deals.seals.services import document_of
from deals.seals.showing import pdf_with
from people.duties.models import NdaSignature
from people.uploads import EXTENSIONS

HEAD = "sealroom company seal 1"
DOCUMENT, SIGNED = "document.pdf", "signed.pdf"


@dataclass(frozen=True, slots=True)
class CompanyEvidence:
    """`returned` for a copy, `envelope` for a certificate. `document_holds`: what was drawn up still has the
    hash that is printed on it. `people`: the signatures of the group's people for the deal, each beside
    it."""

    undertaking: CompanyUndertaking
    facts: dict[str, str]
    sealer: str
    returned: SealedReturn | None
    papers: list[SealedPaper]
    envelope: Envelope | None
    entry: LogEntry | None
    proof: bytes | None
    document_holds: bool
    people: list[NdaSignature]


def opened(undertaking: CompanyUndertaking, what: str) -> tuple[CompanyEvidence, keeping.Held]:
    """Commits that the evidence is opened ("page") or taken along ("bundle"), then reads it."""
    returned = undertaking.returns.select_related("uploaded_by").filter(accepted=True).first()
    papers = list(SealedPaper.objects.filter(returned=returned).order_by("position")) if returned else []
    envelope = undertaking.envelopes.filter(signed_at__isnull=False).first()
    files = [undertaking.pdf_key_id, *(paper.file_key_id for paper in papers)]
    if envelope is not None and envelope.signed_key_id is not None:
        files.append(envelope.signed_key_id)
    held = keeping.hold(undertaking, Action.SEAL_EVIDENCE, files=tuple(files), fields=(what,))
    document = document_of(undertaking, held)
    sealer = held.unseal(keeping.SEALER, returned.pk, returned.facts)["sealer"] if returned else ""
    entry, proof = _logged(undertaking)
    found = CompanyEvidence(
        undertaking=undertaking,
        facts=document.facts,
        sealer=sealer,
        returned=returned,
        papers=papers,
        envelope=envelope,
        entry=entry,
        proof=proof,
        document_holds=document.hash == bytes(undertaking.document_hash),
        people=_people(undertaking),
    )
    return found, held


def bundle(evidence: CompanyEvidence, held: keeping.Held) -> bytes:
    """A zip: facts, document, what came back, proof, the log's public keys."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        facts = {"v": HEAD, **facts_of(evidence)}
        file.writestr(FACTS, json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True))
        file.writestr(DOCUMENT, pdf_with(evidence.undertaking, held))
        for paper in evidence.papers:
            file.writestr(name_of(paper), keeping.bytes_of(held.file(paper.pk, paper.file_key_id)))
        signed = evidence.envelope
        if signed is not None and signed.signed_key_id is not None:
            file.writestr(SIGNED, keeping.bytes_of(held.file(signed.pk, signed.signed_key_id)))
        if evidence.proof is not None:
            file.writestr(PROOF, evidence.proof)
        with suppress(NoKeys):  # a house that signs no log has none to give, and no proof either
            file.writestr(KEYS, key_lines())
    return made.getvalue()


def facts_of(evidence: CompanyEvidence) -> dict[str, Any]:
    """In words for programs. Times are UTC (ISO 8601), digests SHA-256 in hexadecimal."""
    one, back, signed = evidence.undertaking, evidence.returned, evidence.envelope
    return {
        "undertaking": str(one.pk),
        "number": one.number,
        "company": evidence.facts["company"],
        "credit_code": evidence.facts["code"],
        "deal": str(one.group.room.deal_id),
        "version": one.template.version,
        "language": one.language,
        "text_sha256": _hex(one.text_hash),
        "document_hash": _hex(one.document_hash),
        "document_sha256": _hex(one.pdf_sha256),
        "method": one.method,
        "sealer": {"name": evidence.sealer, "power": back.power} if back else None,
        "uploaded_by": str(back.uploaded_by_id) if back else None,
        "papers": [{"file": name_of(paper), "sha256": _hex(paper.sha256)} for paper in evidence.papers],
        "signed": {
            "file": SIGNED,
            "sha256": _hex(signed.signed_sha256),
            "certificate_sha256": _hex(signed.certificate_sha256),
            "signed_at": _time(signed.signed_at),
        }
        if signed
        else None,
        "accepted_at": _time(one.accepted_at),
        "accepted_by": str(one.accepted_by_id) if one.accepted_by_id else None,
        "access_ends": _time(one.access_expires_at),
        "duty_ends": _time(one.duty_expires_at),
        "revoked_at": _time(one.revoked_at),
        "people": [
            {"signature": str(each.pk), "person": str(each.person_id), "signed_at": _time(each.signed_at)}
            for each in evidence.people
        ],
        "log_entry": str(evidence.entry.pk) if evidence.entry else None,
        "proof": PROOF if evidence.proof is not None else None,
    }


def name_of(paper: SealedPaper) -> str:
    return f"{paper.part}-{paper.position}.{EXTENSIONS[paper.media_type]}"


def _logged(undertaking: CompanyUndertaking) -> tuple[LogEntry | None, bytes | None]:
    action = Action.SEAL_ACCEPT if undertaking.method == Method.COPY else Action.SEAL_SIGN
    rows = LogEntry.objects.filter(action=action, object_id=undertaking.pk, result="done")
    entry = rows.order_by("at").first()
    index, newest = (tree.index_of(entry.pk) if entry else None), checkpoints.latest()
    if entry is None or index is None or newest is None or index >= newest.size:
        return entry, None
    return entry, proof_file(bytes(entry.leaf), index, tree.inclusion(index, newest.size), newest.note)


def _people(undertaking: CompanyUndertaking) -> list[NdaSignature]:
    group = undertaking.group
    found = NdaSignature.objects.filter(
        deal_id=group.room.deal_id, person__groups=group.auth_group_id
    ).select_related("person")
    return list(found.order_by("signed_at"))


def _hex(digest: bytes | memoryview | None) -> str | None:
    return None if digest is None else bytes(digest).hex()


def _time(moment: Any) -> str | None:
    return None if moment is None else timestamp(moment)
