"""Where every list comes from (DSL 33): recorded before it is imported, approved where it was bought."""
