"""`python -m issuer.prints.hand`: prints the awards it is asked for, a list of ids a line, and answers what it took."""

from __future__ import annotations

import json
import sys
from collections import deque
from typing import IO

from issuer.archive import awards_of
from issuer.certificate.press.journal import JOURNAL
from issuer.office import Office, open_office
from issuer.prints.printing import prints
from issuer.settings import Settings


def serve(office: Office, asked: IO[str], told: IO[str]) -> None:
    """Print what is valid of each list and not kept yet, until nobody asks any more."""
    for line in asked:
        valid = (award for award in awards_of(office, json.loads(line)) if award.state == "valid")
        deque(prints(office, valid), maxlen=0)
        print(json.dumps(JOURNAL.take()), file=told, flush=True)


if __name__ == "__main__":
    serve(open_office(Settings.read()), sys.stdin, sys.stdout)
