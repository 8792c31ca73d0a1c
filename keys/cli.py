"""`attestato keys`: lists, makes, rotates and retires the keys of an issuer; never shows a private half."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Protocol

import click

from keys.key import Algorithm
from keys.store import DuplicateKid, KeyRecord, Keyring, Purpose, UnknownKid

NOTHING_DONE: Final = 3


class KeyDesk(Protocol):
    """What whoever calls these commands puts into the context."""

    @property
    def now(self) -> datetime:
        """This moment."""

    @property
    def keyring(self) -> Keyring:
        """The keys at hand."""

    @property
    def controllers(self) -> Mapping[str, str]:
        """The DID of every issuer, by its slug."""

    def words(self, code: str, **values: object) -> str:
        """Return the sentence `keys.CODE`."""


@click.group()
def command() -> None:
    """Hold the commands; the text of the help lies in the catalogue."""


_algorithm = click.option(
    "--algorithm", type=click.Choice([str(item) for item in Algorithm]), default=str(Algorithm.EDDSA)
)
_purpose = click.option(
    "--purpose", type=click.Choice([str(item) for item in Purpose]), default=str(Purpose.CREDENTIAL)
)


@command.command("list")
@click.argument("issuer", required=False)
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def list_keys(desk: KeyDesk, *, issuer: str | None, as_json: bool) -> int:
    """List every key, oldest first."""
    slugs = [issuer] if issuer else sorted(desk.controllers)
    if any(slug not in desk.controllers for slug in slugs):
        return _no_issuer(desk, issuer or "")
    found = [(slug, record) for slug in slugs for record in desk.keyring.store.records(desk.controllers[slug])]
    if as_json:
        click.echo(json.dumps([_to_json(slug, record) for slug, record in found], indent=2))
        return 0
    if not found:
        click.echo(desk.words("none"))
    for slug, record in found:
        click.echo(_line(desk, slug, record))
    return 0


@command.command()
@click.argument("issuer")
@_algorithm
@_purpose
@click.pass_obj
def create(desk: KeyDesk, *, issuer: str, algorithm: str, purpose: str) -> int:
    """Make the first key for a use."""
    if issuer not in desk.controllers:
        return _no_issuer(desk, issuer)
    try:
        record = desk.keyring.create(desk.controllers[issuer], Purpose(purpose), Algorithm(algorithm), desk.now)
    except DuplicateKid:
        click.echo(desk.words("exists", issuer=issuer, algorithm=algorithm, purpose=purpose), err=True)
        return NOTHING_DONE
    click.echo(desk.words("created", kid=record.kid, key_id=record.key_id))
    return 0


@command.command()
@click.argument("issuer")
@_algorithm
@_purpose
@click.pass_obj
def rotate(desk: KeyDesk, *, issuer: str, algorithm: str, purpose: str) -> int:
    """Make a new key for a use, and let the one before it sign nothing more."""
    if issuer not in desk.controllers:
        return _no_issuer(desk, issuer)
    record = desk.keyring.rotate(desk.controllers[issuer], Purpose(purpose), Algorithm(algorithm), desk.now)
    click.echo(desk.words("rotated", kid=record.kid, key_id=record.key_id))
    return 0


@command.command()
@click.argument("issuer")
@click.argument("kid")
@click.pass_obj
def retire(desk: KeyDesk, *, issuer: str, kid: str) -> int:
    """Let a key sign nothing more; what it signed still stands."""
    if issuer not in desk.controllers:
        return _no_issuer(desk, issuer)
    try:
        desk.keyring.retire(desk.controllers[issuer], kid.rpartition("#")[2], desk.now)
    except UnknownKid:
        click.echo(desk.words("unknown", issuer=issuer, kid=kid), err=True)
        return NOTHING_DONE
    click.echo(desk.words("retired", kid=kid.rpartition("#")[2]))
    return 0


def _no_issuer(desk: KeyDesk, slug: str) -> int:
    known = ", ".join(sorted(desk.controllers)) or "–"
    click.echo(desk.words("no_issuer", issuer=slug, known=known), err=True)
    return NOTHING_DONE


def _line(desk: KeyDesk, slug: str, record: KeyRecord) -> str:
    state = desk.words(f"state.{record.state}")
    since = f"{record.created:%Y-%m-%d}" + (f" – {record.retired:%Y-%m-%d}" if record.retired else "")
    return f"{slug:<24} {record.kid:<18} {record.algorithm:<6} {record.purpose:<12} {state:<10} {since}"


def _to_json(slug: str, record: KeyRecord) -> dict[str, Any]:
    return {
        "issuer": slug,
        "id": record.key_id,
        "kid": record.kid,
        "algorithm": str(record.algorithm),
        "purpose": str(record.purpose),
        "state": str(record.state),
        "created": record.created.isoformat(),
        "retired": record.retired.isoformat() if record.retired else None,
        "thumbprint": record.public().thumbprint(),
    }
