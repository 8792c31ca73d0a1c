"""`python -m issuer.cli`: the command, wherever its script lies."""

from __future__ import annotations

from issuer.cli.root import main

if __name__ == "__main__":
    main()
