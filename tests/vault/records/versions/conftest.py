from tests.vault.profiles import crypto_profile

__all__ = ["crypto_profile"]
