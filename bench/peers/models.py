"""The same eight values as plaintext, sealed by us, and in two field-encryption packages."""

import uuid

from django.db import models
from django_cryptography.fields import encrypt
from encrypted_fields.fields import EncryptedCharField

from bench.peers.saving import AuditlogTen, PghistoryTen, PlainTen, SimpleHistoryTen
from vault.sealed.fields import SealedGroup, SealedText
from vault.sealed.models import SealedModel

__all__ = ["AuditlogTen", "PghistoryTen", "PlainTen", "SimpleHistoryTen"]

FIELDS = ("name", "id_number", "credit_code", "birth_date", "phone", "email", "address", "bank_account")
BENCH_COMPARTMENT = uuid.UUID("be9c0000-0000-4000-8000-000000000001")


def hide(value: str) -> str:
    return "*" * len(value)


class PlainRow(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    subject = models.UUIDField()
    name = models.CharField(max_length=100)
    id_number = models.CharField(max_length=100)
    credit_code = models.CharField(max_length=100)
    birth_date = models.CharField(max_length=100)
    phone = models.CharField(max_length=100)
    email = models.CharField(max_length=100)
    address = models.CharField(max_length=100)
    bank_account = models.CharField(max_length=100)


class SealedRow(SealedModel):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    subject = models.UUIDField()
    identity = SealedGroup("bench.identity")
    name = SealedText(identity, 1, mask=hide)
    id_number = SealedText(identity, 2, mask=hide)
    credit_code = SealedText(identity, 3, mask=hide)
    birth_date = SealedText(identity, 4, mask=hide)
    contact = SealedGroup("bench.contact")
    phone = SealedText(contact, 1, mask=hide)
    email = SealedText(contact, 2, mask=hide)
    address = SealedText(contact, 3, mask=hide)
    bank_account = SealedText(contact, 4, mask=hide)

    def sealed_subject(self) -> uuid.UUID:
        return self.subject

    def sealed_row(self) -> bytes:
        return self.id.bytes

    def sealed_compartment(self) -> bytes:
        return BENCH_COMPARTMENT.bytes


class FernetRow(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    subject = models.UUIDField()
    name = EncryptedCharField(max_length=100)
    id_number = EncryptedCharField(max_length=100)
    credit_code = EncryptedCharField(max_length=100)
    birth_date = EncryptedCharField(max_length=100)
    phone = EncryptedCharField(max_length=100)
    email = EncryptedCharField(max_length=100)
    address = EncryptedCharField(max_length=100)
    bank_account = EncryptedCharField(max_length=100)


class CryptographyRow(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    subject = models.UUIDField()
    name = encrypt(models.CharField(max_length=100))
    id_number = encrypt(models.CharField(max_length=100))
    credit_code = encrypt(models.CharField(max_length=100))
    birth_date = encrypt(models.CharField(max_length=100))
    phone = encrypt(models.CharField(max_length=100))
    email = encrypt(models.CharField(max_length=100))
    address = encrypt(models.CharField(max_length=100))
    bank_account = encrypt(models.CharField(max_length=100))


class PlainClient(models.Model):
    """A client whose phone stands in plaintext under a B-tree, for the search."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    book_id = models.UUIDField()
    name = models.CharField(max_length=100)
    phone = models.CharField(max_length=20)
    id_number = models.CharField(max_length=20)
    email = models.CharField(max_length=100)

    class Meta:
        indexes = [models.Index(fields=["book_id", "phone"], name="plain_client_phone")]


class ImportedClient(models.Model):
    """A client of an imported list as plaintext, with an index on each column that our search finds by."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=100, db_index=True)
    kind = models.CharField(max_length=20)
    id_number = models.CharField(max_length=40, db_index=True)
    credit_code = models.CharField(max_length=20, db_index=True)
    phone = models.CharField(max_length=20, db_index=True)
    email = models.CharField(max_length=254, db_index=True)
    address = models.CharField(max_length=300)
    bank_account = models.CharField(max_length=40)
    birth_date = models.CharField(max_length=10)
    source = models.CharField(max_length=40)
    notes = models.TextField()


class PeerFile(models.Model):
    """For bench/gates.py: a file as guardian's generic rows know one."""

    id = models.UUIDField(primary_key=True)
    folder = models.UUIDField(db_index=True)
    position = models.PositiveIntegerField()
