"""What people are told about the use of their data (PIPL 17), and the page behind the link they get."""
