"""The tables through time, as Alembic revisions; they ship in the wheel."""

from __future__ import annotations
