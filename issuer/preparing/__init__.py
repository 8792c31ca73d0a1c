"""Preparing an evening: lists as they were dropped, what was chosen about them, and who gets a certificate."""
