"""The watch over the log: rules find what is unusual, officers decide what it was."""
