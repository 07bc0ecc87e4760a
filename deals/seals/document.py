"""The document that a company seals: what stands in it, its number, and the hash that is printed on each
page."""

import secrets
from dataclasses import dataclass

from people.duties.models import CLAUSES, NdaTemplate
from people.fingerprints import fingerprint

HEAD = "sealroom company undertaking 1"
# Crockford's base 32 without letters that a reader takes for one another on paper.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS, _LONG = 4, 4  # 80 bits


@dataclass(frozen=True, slots=True)
class Document:
    """All that is printed: the version's text and who, which deal, which document."""

    template: NdaTemplate
    language: str
    number: str
    company: str
    code: str
    code_name: str

    @property
    def hash(self) -> bytes:
        """SHA-256 (32 bytes) over head, number, the version's own hash, language, company, credit code and
        code name, as `people.fingerprints` joins them: of another version, company or deal it is
        another."""
        return fingerprint(
            (
                HEAD,
                self.number,
                bytes(self.template.text_hash).hex(),
                self.language,
                self.company,
                self.code,
                self.code_name,
            )
        )

    @property
    def title(self) -> str:
        return str(getattr(self.template, f"title_{self._short}"))

    @property
    def parts(self) -> list[str]:
        """Preamble and clauses, in order."""
        return [getattr(self.template, f"{name}_{self._short}") for name in ("preamble", *CLAUSES)]

    @property
    def facts(self) -> dict[str, str]:
        return {"company": self.company, "code": self.code, "code_name": self.code_name}

    @property
    def _short(self) -> str:
        return "zh" if self.language == "zh-hans" else "en"


def new_number() -> str:
    """Four groups of four: 80 bits from the system, so that nobody guesses one that is out there."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_LONG)) for _ in range(_GROUPS))
    return "-".join(groups)
