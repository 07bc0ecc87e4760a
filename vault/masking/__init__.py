"""What is shown of a value to those who may not read it."""
