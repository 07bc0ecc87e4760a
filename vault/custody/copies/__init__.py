"""Where copies of keys lie outside the keyring: recovery shares and backups, as officers declare them."""
