"""What officers are told when somebody tried to use data without a lawful basis."""
