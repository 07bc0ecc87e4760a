"""What a role asks of where and how its holder came in: from which networks, and whether by a passkey."""
