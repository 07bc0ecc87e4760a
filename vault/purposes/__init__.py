"""What client data may be used for."""
