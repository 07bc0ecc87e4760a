from vault.records.importing.models import ImportJob
from vault.records.models import BookMember, Client, ClientBook, ClientVersion, IndexKey

__all__ = ["BookMember", "Client", "ClientBook", "ClientVersion", "ImportJob", "IndexKey"]
