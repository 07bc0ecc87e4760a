"""The log's tree in the database: rounds that grow it, and what is read from it."""
