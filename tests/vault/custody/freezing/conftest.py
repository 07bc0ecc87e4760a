from tests.vault.custody.conftest import as_worker, book, own_root_keys, people

__all__ = ["as_worker", "book", "own_root_keys", "people"]
