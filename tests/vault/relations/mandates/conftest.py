from tests.vault.records.conftest import as_worker, book, people

__all__ = ["as_worker", "book", "people"]
