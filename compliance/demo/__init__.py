"""Invented people, clients and deals for trying Sealroom, made through the real services."""
