"""Files that a command is given."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from issuer.cli.speech import words


class InputFile(click.Path):
    """A file to read, named on the command line; a complaint about it speaks the language of this run."""

    name = "file"

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path of a file that can be read."""
        path = Path(value)
        if not path.exists():
            self.fail(words("usage.no_file", file=value), param, ctx)
        if not path.is_file() or not os.access(path, os.R_OK):
            self.fail(words("usage.no_reading", file=value), param, ctx)
        return path
