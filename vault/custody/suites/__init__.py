"""Moving a book's records from one suite to another while it is read and written."""
