"""Drawings made from an event's id: its rosette, and the badge that stands in for a missing picture."""
