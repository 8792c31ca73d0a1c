"""Rooms to prepare evenings in."""

from __future__ import annotations

from tests.issuer.room.conftest import both, empty_sqlite, rooms, tables, where

__all__ = ["both", "empty_sqlite", "rooms", "tables", "where"]
