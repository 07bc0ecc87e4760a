"""Root keys in AWS KMS: one symmetric KMS key for each root version, known by its alias.

A wrap is KMS's ciphertext with the binding as its encryption context, which KMS authenticates and CloudTrail
records (it holds ids, nothing of a person). To destroy a version is to schedule its key's deletion and to
take its alias away. KMS waits seven days at the least before it deletes: until then the account's
administrator can cancel it, so a destruction that must not be undone is final seven days later. Automatic
rotation inside a KMS key is left off: it would keep old material for ever.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from vault.crypto.errors import SealBroken
from vault.keys.errors import ProviderDown
from vault.keys.providers.base import KMS_KEEPS, CompartmentKey, WrappedCompartmentKey
from vault.keys.providers.pause import Pause

_TRIES = 5
_BROKEN = {"InvalidCiphertextException", "IncorrectKeyException", "ValidationException"}
_DENIED = "AccessDeniedException"
_GONE = {"NotFoundException", "KMSInvalidStateException"}


class AwsKmsProvider:
    """Keys with the aliases `alias/<prefix>-<version>`. Credentials come from boto3's own chain."""

    name = "awskms"

    def __init__(self, *, region: str, prefix: str, endpoint: str | None = None, pause: float = 2.0) -> None:
        self._start = f"alias/{prefix}-"
        limits = Config(
            connect_timeout=3, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2}
        )
        self._kms = boto3.client("kms", region_name=region, endpoint_url=endpoint, config=limits)
        self._pause = Pause(pause)

    def versions(self) -> list[int]:
        with self._asking():
            return sorted(self._aliases())

    def create_version(self, *, above: int = 0) -> int:
        """An alias is given once: who makes the same number at the same time gets the next one."""
        with self._asking():
            for _ in range(_TRIES):
                version = max([above, *self._aliases()]) + 1
                made = self._kms.create_key(Description="Sealroom root key", KeySpec="SYMMETRIC_DEFAULT")
                key = made["KeyMetadata"]["KeyId"]
                try:
                    self._kms.create_alias(AliasName=self._alias(version), TargetKeyId=key)
                except self._kms.exceptions.AlreadyExistsException:
                    self._kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=KMS_KEEPS.days)
                    continue
                return version
        raise ProviderDown("somebody else makes root versions in this account")

    def destroy_version(self, version: int) -> None:
        """First the deletion, then the alias: a job killed between finds it again."""
        with self._asking():
            aliases = self._aliases()
            if aliases and version == max(aliases):
                raise ValueError("the newest root version is not destroyed: keys may hang from it")
            key = aliases.get(version)
            if key is None:
                return
            # It is scheduled already where a job was killed before it took the alias away.
            with suppress(self._kms.exceptions.KMSInvalidStateException):
                self._kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=KMS_KEEPS.days)
            self._kms.delete_alias(AliasName=self._alias(version))

    def wrap_many(self, version: int, keys: Sequence[CompartmentKey]) -> list[bytes]:
        with self._asking():
            return [
                self._kms.encrypt(
                    KeyId=self._alias(version), Plaintext=key.secret, EncryptionContext=_context(key, version)
                )["CiphertextBlob"]
                for key in keys
            ]

    def unwrap_many(self, keys: Sequence[WrappedCompartmentKey]) -> list[bytes]:
        with self._asking():
            return [self._unwrap(key) for key in keys]

    def _unwrap(self, key: WrappedCompartmentKey) -> bytes:
        try:
            secret: bytes = self._kms.decrypt(
                KeyId=self._alias(key.root_version),
                CiphertextBlob=key.wrapped,
                EncryptionContext=_context(key, key.root_version),
            )["Plaintext"]
        except ClientError as error:
            code = error.response["Error"]["Code"]
            broken = code in _BROKEN or (code in _GONE and self._is_destroyed(key.root_version))
            if broken or (code == _DENIED and self._goes_round(key.root_version)):
                raise SealBroken from None
            raise
        return secret

    def _goes_round(self, version: int) -> bool:
        """KMS denies access, too, where a blob names a key that it does not know. If we may seal and open
        under this version, the blob was to blame."""
        sealed = self._kms.encrypt(KeyId=self._alias(version), Plaintext=bytes(32))["CiphertextBlob"]
        opened: bytes = self._kms.decrypt(KeyId=self._alias(version), CiphertextBlob=sealed)["Plaintext"]
        return opened == bytes(32)

    def _is_destroyed(self, version: int) -> bool:
        """A house whose aliases are all gone, or a key that is only disabled, is another failure."""
        aliases = self._aliases()
        return bool(aliases) and version not in aliases

    def _alias(self, version: int) -> str:
        return f"{self._start}{version}"

    def _aliases(self) -> dict[int, str]:
        """Version → KMS key id."""
        pages = self._kms.get_paginator("list_aliases").paginate()
        found = [alias for page in pages for alias in page["Aliases"]]
        ours = [(alias["AliasName"].removeprefix(self._start), alias) for alias in found]
        return {
            int(number): alias["TargetKeyId"]
            for number, alias in ours
            if number.isdecimal() and number != alias["AliasName"] and "TargetKeyId" in alias
        }

    @contextmanager
    def _asking(self) -> Iterator[None]:
        with self._pause.asking():
            try:
                yield
            except ClientError as error:
                raise ProviderDown(f"AWS KMS answers {error.response['Error']['Code']}") from None
            except BotoCoreError as error:
                raise ProviderDown(f"AWS KMS does not answer: {type(error).__name__}") from None


def _context(key: CompartmentKey | WrappedCompartmentKey, version: int) -> dict[str, Any]:
    return {
        "sealroom-key": str(key.key_id),
        "sealroom-compartment": str(key.compartment),
        "sealroom-version": str(version),
    }
