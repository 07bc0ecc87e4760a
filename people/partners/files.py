"""Files of firms, sealed: agreements, evidence, certificates."""

from hashlib import sha256

from django.utils.translation import gettext as _

from people.accounts.models import User
from people.partners.errors import NotNow
from people.partners.models import Partner, PartnerFile
from people.partners.sealing import sealed, unsealed
from people.uploads import media_type_of


def keep_file(*, partner: Partner, data: bytes, by: User | None) -> PartnerFile:
    """Seals a file; `by` is None where the firm itself sent it. Raises NotNow for what it is not."""
    kind = media_type_of(data)
    if not kind:
        raise NotNow(_("A PDF, JPEG or PNG of at most 700 KB."))
    file = PartnerFile(partner=partner, media_type=kind, size=len(data), sha256=sha256(data).digest(), by=by)
    file.sealed = sealed(file.pk, data, partner=partner.pk)
    file.save(force_insert=True)
    return file


def open_file(file: PartnerFile) -> bytes:
    """The content, under an entry. The caller has asked the gate. Raises KeyWithheld, LogUnavailable."""
    return unsealed(file.pk, bytes(file.sealed), partner=file.partner_id)
