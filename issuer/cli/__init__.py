"""The command `attestato`: what an organizer types, and how the machine that serves them is run."""

from __future__ import annotations

from issuer.cli.root import main

__all__ = ["main"]
