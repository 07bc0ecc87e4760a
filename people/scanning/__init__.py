"""What comes in from outside is looked at by the house's virus scanner before anybody knows of it."""
