"""What only a superuser can set up: roles, databases, and the guard over the log schema."""
