"""People who leave the house or change their job: what they hold goes to others, and what opens to them
ends."""
