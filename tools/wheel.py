"""Tells whether a wheel holds what the code needs at run time: `python tools/wheel.py FILE.whl`."""

from __future__ import annotations

import sys
from fnmatch import fnmatch
from pathlib import Path
from zipfile import ZipFile

NEEDED = (
    "wsgi.py",
    "badges/contexts/*.json*",
    "issuer/migrations/env.py",
    "issuer/migrations/versions/*.py",
    "templates/certificates/*",
    "templates/pages/*.html",
    "templates/static/*.css",
    "templates/static/check/*.js",
    "templates/static/check/vendor/*.js",
    "templates/static/check/vendor/*LICENSE*",
    "templates/static/fonts/*.woff2",
    "templates/static/fonts/*LICENSE*",
    "templates/words/it/*.po",
    "templates/words/en/*.po",
    "*.dist-info/licenses/LICENSE",
)
UNWANTED = ("tests/*", "tools/*", "docs/*", "examples/*", "*.pyc", ".*")


def faults(names: list[str]) -> list[str]:
    """Return a sentence for each thing that is missing, or has no place in a wheel."""
    missing = [f"Missing: {pattern}" for pattern in NEEDED if not any(fnmatch(name, pattern) for name in names)]
    strange = [f"No place here: {name}" for name in names if any(fnmatch(name, pattern) for pattern in UNWANTED)]
    return missing + strange


def main() -> int:
    """Print what is wrong with the wheel; 0 if nothing is."""
    wheel = Path(sys.argv[1])
    with ZipFile(wheel) as archive:
        found = faults(archive.namelist())
        size = sum(item.compress_size for item in archive.infolist()) / 1e6
    print(*(found or [f"{wheel.name}: all there, {size:.1f} MB."]), sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
