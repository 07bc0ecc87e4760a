"""Grades of fields, clients and books: what each asks for, who raises it, who lowers it."""
