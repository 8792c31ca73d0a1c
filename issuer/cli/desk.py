"""What every command finds on its desk: the settings, read once, and the office, opened when it is needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from issuer.settings import Settings
from keys.store import Keyring
from templates import sentence

if TYPE_CHECKING:
    from issuer.office import Office


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@dataclass
class Desk:
    """The one object that commands share; the clock stands here and nowhere below."""

    debug: bool = False
    clock: Callable[[], datetime] = field(default=_now)

    @cached_property
    def settings(self) -> Settings:
        """The settings; Refused with every fault when they cannot be used."""
        return Settings.read()

    @cached_property
    def office(self) -> Office:
        """The issuer's office, made on first use: its database and its keys."""
        from issuer.office import open_office  # Help and verification do without a database.

        return open_office(self.settings)

    @property
    def has_database(self) -> bool:
        """Whether there is a database to ask; SQLite is not made for a question."""
        scheme, _, path = self.settings.database_url.partition(":///")
        return not scheme.startswith("sqlite") or Path(path).exists()

    @property
    def has_store(self) -> bool:
        """Whether there is a store of our own to ask; a verifier alone has none, whatever database is named."""
        return "issuer" in self.settings.roles and self.has_database

    @property
    def now(self) -> datetime:
        """This moment, to the second."""
        return self.clock()

    @property
    def keyring(self) -> Keyring:
        """The keys of this installation."""
        return self.office.keyring()

    @property
    def controllers(self) -> Mapping[str, str]:
        """The DID of every issuer, by its slug."""
        from issuer.keyring import controllers

        if not self.has_database:
            return {}
        return controllers(self.office.database)

    def words(self, code: str, **values: object) -> str:
        """Return the sentence `keys.CODE` in the language of the settings."""
        return sentence(f"keys.{code}", self.settings.language, **values)

    def close(self) -> None:
        """Give back what was opened."""
        if "office" in self.__dict__:
            self.office.close()


pass_desk = click.make_pass_decorator(Desk)
