"""How allauth's second factors behave here: sealed at rest, and passkeys bound to the house's own address."""

from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from people.factors.sealing import sealed, unsealed


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("The code is wrong or was used before. Wait for the next one and try again."),
    }

    def encrypt(self, text: str) -> str:
        return sealed(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unsealed(encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The name that browsers bind a passkey to: the house's public one, never what a request claims."""
        return {"id": urlsplit(settings.PUBLIC_ADDRESS).hostname or "", "name": "Sealroom"}
