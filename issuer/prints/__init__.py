"""Prints as they are kept: what many share once, what is one award's own beside it, joined whenever somebody asks."""
