from tests.vault.profiles import crypto_profile
from tests.vault.records.conftest import as_worker, book, people

__all__ = ["as_worker", "book", "crypto_profile", "people"]
