"""Numbered system checks of a deployment: an insecure setting is refused, not warned about in passing.

`manage.py check --deploy` runs them all; docs/operations.md explains each number.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning

from config import key_provider
from people.oidc.providers import WrongSetting, providers
from people.scanning.clamd import WrongAddress, place_of
from people.sms.message import NotSent
from people.sms.posting import target_of

OTHERS_MAY_READ = 0o077
SHORTEST_SECRET = 50


@register(Tags.security, deploy=True)
def deployment(**_: Any) -> list[CheckMessage]:
    """What must be true before real people's data come in."""
    found = [
        (settings.DEMO_MODE or (settings.HOME_DIR / "demo-logins.json").exists(), _DEMO),
        (not settings.PUBLIC_ADDRESS.startswith("https://"), _PLAIN_HTTP),
        (len(settings.SECRET_KEY) < SHORTEST_SECRET, _SHORT_SECRET),
        ("*" in settings.ALLOWED_HOSTS, _ANY_HOST),
        ("owner" in settings.DATABASES, _OWNER_AT_HAND),
        (bool(settings.NOTICE_ROBOT_LOCAL), _LOCAL_ROBOT),
    ]
    return [message for wrong, message in found if wrong]


@register(Tags.security)
def private_files(**_: Any) -> list[CheckMessage]:
    """Folders and files with secrets are for the service's own user."""
    private = [
        settings.KEYS_DIR,
        settings.KEYS_DIR / "root-keys.json",
        settings.KEYS_DIR / "log-signing.json",
        settings.HOME_DIR / "secrets",
    ]
    return [
        Error(
            f"Other users of this machine may read {path.name} in the home folder.",
            hint="chmod -R go= on it.",
            id="sealroom.C006",
        )
        for path in private
        if _others_may_read(path)
    ]


@register(Tags.security)
def root_keys(**_: Any) -> list[CheckMessage]:
    """The provider of root keys has what it needs, and its secrets lie where secrets may."""
    found: dict[str, str] = settings.KEY_PROVIDER_OPTIONS
    problems: list[CheckMessage] = [
        Error(f"{setting}={provider} needs {name}.", hint=_SEE, id="sealroom.C007")
        for setting, provider in _providers()
        for name in key_provider.missing(provider, found)
    ]
    if settings.KEY_PROVIDER_BEFORE == settings.KEY_PROVIDER:
        problems.append(_SAME_PROVIDER)
    problems += [
        Error(
            f"{name} stands in the environment, which process lists and crash reports show.",
            hint=f"Put it into a file of mode 0600 and name that file in {name}_FILE.",
            id="sealroom.C008",
        )
        for name in key_provider.exposed()
    ]
    problems += [
        Error(
            f"{name} is not https: root key material would cross the network in the clear.",
            hint=_SEE,
            id="sealroom.C009",
        )
        for name in ("TRANSIT_ADDRESS", "AWS_KMS_ENDPOINT")
        if found.get(name) and not found[name].startswith("https://")
    ]
    secrets = [
        Path(found[name])
        for name in ("PKCS11_PIN_FILE", "TRANSIT_TOKEN_FILE", "TRANSIT_SECRET_ID_FILE")
        if found.get(name)
    ]
    problems += [
        Error(
            f"Other users of this machine may read {path.name}.", hint="chmod 0600 on it.", id="sealroom.C010"
        )
        for path in secrets
        if _others_may_read(path)
    ]
    return problems


@register(Tags.security)
def checkpoints(**_: Any) -> list[CheckMessage]:
    """Each place of checkpoints that is set up has what it needs: found at the start, not after an hour."""
    is_http = settings.TSA_URL.startswith(("http://", "https://"))
    found = [
        (bool(settings.TSA_URL) and not (is_http and settings.TSA_CA_FILE), _BARE_AUTHORITY),
        (bool(settings.CHECKPOINTS_BUCKET) and find_spec("boto3") is None, _NO_BOTO),
        (bool(settings.CHECKPOINTS_BUCKET) and settings.CHECKPOINTS_BUCKET_DAYS < 1, _NO_DAYS),
    ]
    return [message for wrong, message in found if wrong]


@register(Tags.security)
def breached_passwords(**_: Any) -> list[CheckMessage]:
    """The list of breached passwords can be asked, and nobody on the way can answer in its place."""
    named: str = settings.BREACHED_PASSWORDS
    is_there = (
        named.startswith(("https://", "http://localhost:", "http://127.0.0.1:")) or Path(named).is_file()
    )
    return [_NO_LIST] if named and not is_there else []


@register(Tags.security)
def identity_providers(**_: Any) -> list[CheckMessage]:
    """What the operator wrote of identity providers can be used: found at the start, not by who signs in."""
    try:
        providers()
    except WrongSetting as problem:
        return [Error(str(problem), hint=_SEE_OIDC, id="sealroom.C020")]
    return []


# What each provider of text messages needs.
_SMS_NEEDS = {
    "": (),
    "alibaba": ("SMS_KEY_ID", "SMS_KEY_SECRET", "SMS_SIGN_NAME", "SMS_TEMPLATE"),
    "tencent": ("SMS_KEY_ID", "SMS_KEY_SECRET", "SMS_SIGN_NAME", "SMS_TEMPLATE", "SMS_APP_ID"),
    "gateway": ("SMS_ENDPOINT", "SMS_KEY_SECRET"),
}


@register(Tags.security)
def text_messages(**_: Any) -> list[CheckMessage]:
    """The provider of text messages has what it needs: found at the start, not by the first guest."""
    provider = settings.SMS_PROVIDER
    problems: list[CheckMessage] = [
        Error(f"SMS_PROVIDER={provider} needs {name}.", hint=_SEE_SMS, id="sealroom.C016")
        for name in _SMS_NEEDS[provider]
        if not getattr(settings, name)
    ]
    if settings.SMS_ENDPOINT and not _is_private(settings.SMS_ENDPOINT):
        problems.append(_BARE_SMS)
    return problems


@register(Tags.security)
def certificates_of_companies(**_: Any) -> list[CheckMessage]:
    """An adapter that is set up has all that a signature is verified with: found at the start, not by the
    first company that signs."""
    if not settings.SEAL_CA_URL:
        return []
    problems: list[CheckMessage] = [
        Error(f"SEAL_CA_URL needs {name}.", hint=_SEE_SEALS, id="sealroom.C030")
        for name in ("SEAL_CA_SECRET", "SEAL_CA_ROOTS", "SEAL_CA_CRLS")
        if not getattr(settings, name)
    ]
    if not all(map(_is_private, (settings.SEAL_CA_URL, *settings.SEAL_CA_CRLS))):
        problems.append(_BARE_SEALS)
    return problems


@register(Tags.security)
def virus_scanner(**_: Any) -> list[CheckMessage]:
    """A scanner that is set is one of this machine: found at the start, not by the first upload."""
    try:
        if settings.CLAMD_ADDRESS:
            place_of(settings.CLAMD_ADDRESS)
    except WrongAddress:
        return [_FAR_SCANNER]
    return []


@register(Tags.security, deploy=True)
def no_virus_scanner(**_: Any) -> list[CheckMessage]:
    """A warning and no error: a house may have files scanned before they come here. It has to know."""
    return [] if settings.CLAMD_ADDRESS else [_NO_SCANNER]


def _is_private(address: str) -> bool:
    """Whether what is sent there stays unread on the way: HTTPS, or this machine itself."""
    try:
        target_of(address)
    except NotSent:
        return False
    return True


def _providers() -> list[tuple[str, str]]:
    """(setting, provider) of the one in use and of the one that the house leaves, if it leaves one."""
    found = [("KEY_PROVIDER", settings.KEY_PROVIDER)]
    if settings.KEY_PROVIDER_BEFORE:
        found.append(("KEY_PROVIDER_BEFORE", settings.KEY_PROVIDER_BEFORE))
    return found


def _others_may_read(path: Path) -> bool:
    return path.exists() and bool(path.stat().st_mode & OTHERS_MAY_READ)


_SEE = 'docs/operations.md, "Root keys".'
_SEE_OIDC = 'docs/operations.md, "Identity providers".'
_SEE_SMS = 'docs/operations.md, "Codes by SMS".'
_BARE_SMS = Error(
    "SMS_ENDPOINT is not https: numbers and codes would cross the network in the clear.",
    hint="Plain http goes to this machine itself only, named by its address, such as 127.0.0.1.",
    id="sealroom.C017",
)
_SEE_SEALS = 'docs/operations.md, "Seals by certificate".'
_BARE_SEALS = Error(
    "SEAL_CA_URL or one of SEAL_CA_CRLS is not https: documents would cross the network in the clear.",
    hint="Plain http goes to this machine itself only, named by its address, such as 127.0.0.1.",
    id="sealroom.C031",
)
_SEE_SCANNER = 'docs/operations.md, "Virus scanner".'
_NO_SCANNER = CheckWarning(
    "No virus scanner is set: what people upload is kept and handed on unscanned.",
    hint=f"Start ClamAV's daemon and set CLAMD_ADDRESS; {_SEE_SCANNER}",
    id="sealroom.C032",
)
_FAR_SCANNER = Error(
    "CLAMD_ADDRESS is neither a path nor a port of this machine: files would cross the network in the clear.",
    hint=f"Name a unix socket, or an address such as 127.0.0.1:3310; {_SEE_SCANNER}",
    id="sealroom.C033",
)
_SAME_PROVIDER = Error(
    "KEY_PROVIDER_BEFORE names the provider in use: there is nothing to move.",
    hint="Leave it out, or name the one that the house leaves (docs/moving-root-keys.md).",
    id="sealroom.C012",
)
_BARE_AUTHORITY = Error(
    "TSA_URL needs an http or https address, and TSA_CA_FILE with the authority's root certificate.",
    hint='docs/operations.md, "Checkpoints".',
    id="sealroom.C013",
)
_NO_BOTO = Error("CHECKPOINTS_BUCKET needs boto3.", hint="Install requirements/kms.txt.", id="sealroom.C014")
_NO_DAYS = Error(
    "CHECKPOINTS_BUCKET_DAYS must be at least 1: a copy that may be deleted is none.",
    hint="Leave it out for ten years.",
    id="sealroom.C015",
)
_NO_LIST = Error(
    "BREACHED_PASSWORDS is neither an https address nor a file that is there.",
    hint='docs/operations.md, "Passwords".',
    id="sealroom.C018",
)
_DEMO = Error(
    "Demo mode is on: its people's passwords lie in a file.",
    hint="Unset SEALROOM_DEMO and start with an empty database.",
    id="sealroom.C001",
)
_PLAIN_HTTP = Error(
    "PUBLIC_ADDRESS is not https: cookies and data would cross the network in the clear.",
    hint="Put TLS in front and set PUBLIC_ADDRESS=https://…",
    id="sealroom.C002",
)
_SHORT_SECRET = Error(
    "The secret key is shorter than 50 characters.",
    hint="Let `make run` make one, or put 64 random hexadecimal digits into SECRET_KEY_FILE.",
    id="sealroom.C003",
)
_ANY_HOST = Error(
    "ALLOWED_HOSTS takes any host name: links in mails could be made to lead elsewhere.",
    hint="Name your hosts.",
    id="sealroom.C004",
)
_OWNER_AT_HAND = Error(
    "This process has the owner's database address, which only migrations need.",
    hint="Give DATABASE_OWNER_URL to `manage.py migrate` alone.",
    id="sealroom.C005",
)
_LOCAL_ROBOT = Error(
    "NOTICE_ROBOT_LOCAL is set: an administrator could have the server post to this machine.",
    hint="It is for tests and trying out: unset it.",
    id="sealroom.C019",
)
