"""`attestato doctor`: looks at everything that can be wrong before it goes wrong, and says what to do."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import click

from issuer.cli.codes import SOME_FAULTS, WELL, WRONG_USAGE
from issuer.cli.desk import Desk, pass_desk
from issuer.cli.speech import language_of_start, say, words
from issuer.fault import Refused
from issuer.settings import NAMES, PREFIX
from keys.envelope import BadKeyFile, KeyEncryptionKey, WrongKeyEncryptionKey

EARLIEST: Final = datetime(2026, 11, 1, tzinfo=UTC)
"""No clock that is right shows less: this version did not exist."""

OWN_SCRIPTS: Final = {"latin": "Łukasz Đorđević", "greek": "Αγγελική", "cyrillic": "Ольга"}
"""Scripts whose fonts we ship."""
OTHER_SCRIPTS: Final = {
    "arabic": ("محمد", "fonts-noto-core"),
    "hebrew": ("שרה", "fonts-noto-core"),
    "devanagari": ("अनिल", "fonts-noto-core"),
    "thai": ("สมชาย", "fonts-noto-core"),
    "chinese": ("李小龙", "fonts-noto-cjk"),
    "japanese": ("山田花子かな", "fonts-noto-cjk"),
    "korean": ("김민수", "fonts-noto-cjk"),
}
"""Scripts whose fonts come from Debian, and their package."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: well, worth knowing, or faulty; and the sentence that says so.

    `stops` is a fault of the settings, with which nothing would start.
    """

    mark: str
    sentence: str
    stops: bool = False

    @property
    def faulty(self) -> bool:
        """Whether somebody has to do something."""
        return self.mark == "✕"


def _well(code: str, **values: object) -> Finding:
    return Finding("✓", words(f"doctor.{code}", **values))


def _note(code: str, **values: object) -> Finding:
    return Finding("·", words(f"doctor.{code}", **values))


def _bad(code: str, **values: object) -> Finding:
    return Finding("✕", words(f"doctor.{code}", **values))


@click.command()
@pass_desk
def command(desk: Desk, /) -> int:
    """Look at everything; change nothing."""
    faulty, stops = 0, False
    for finding in examine(desk):
        click.echo(f"{finding.mark} {finding.sentence}")
        faulty += finding.faulty
        stops |= finding.stops
    if faulty:
        say("doctor.faulty", n=faulty)
        return WRONG_USAGE if stops else SOME_FAULTS
    say("doctor.well")
    return WELL


def examine(desk: Desk) -> Iterator[Finding]:
    """Yield what is found, settings first: without them nothing else can be looked at."""
    try:
        _ = desk.settings
    except Refused as refused:
        yield _bad("settings_bad")
        for fault in refused.faults:
            yield Finding("✕", fault.message(language_of_start()), stops=True)
        return
    yield _well("settings")
    issuing = (_database, _broker, _kek, _printing) if "issuer" in desk.settings.roles else ()
    for look in (_strangers, _folder, _lists, *issuing, _base_url):
        yield from look(desk)
    moment = f"{desk.now:%Y-%m-%d %H:%M} UTC"
    yield _well("clock", now=moment) if desk.now >= EARLIEST else _bad("clock_bad", now=moment)


def _strangers(_desk: Desk) -> Iterator[Finding]:
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in NAMES:
            yield _note("stranger", setting=name)


def _folder(desk: Desk) -> Iterator[Finding]:
    path = desk.settings.data
    existing = next(parent for parent in (path, *path.parents) if parent.exists())
    fine = existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)
    yield _well("data", path=path) if fine else _bad("data_bad", path=path)


def _lists(desk: Desk) -> Iterator[Finding]:
    from issuer.lists import lists_of

    named = [path for path in (desk.settings.known_issuers, *desk.settings.registries) if path]
    try:
        lists_of(desk.settings)
    except Refused as refused:
        for fault in refused.faults:
            yield Finding("✕", f"{fault.column}: {fault.message(language_of_start())}", stops=True)
    else:
        if named:
            yield _well("lists", files=", ".join(path.name for path in named))


def _database(desk: Desk) -> Iterator[Finding]:
    if not desk.has_database:
        yield _note("database_new")
        return
    from issuer.database import connect
    from issuer.office import is_current

    database = connect(desk.settings.database_url)
    try:
        yield _well("database") if is_current(database) else _bad("database_behind")
    except Exception as fault:  # noqa: BLE001  # Whatever a driver raises, it does not answer.
        yield _bad("database_bad", detail=type(fault).__name__)
    finally:
        database.engine.dispose()


def _broker(desk: Desk) -> Iterator[Finding]:
    if desk.settings.broker_url is None:
        return
    from issuer.work.broker import answers

    yield _well("broker") if answers(desk.settings) else _bad("broker_bad")


def _kek(desk: Desk) -> Iterator[Finding]:
    path = desk.settings.kek_file
    records = _records(desk)
    if not path.exists():
        yield _bad("kek_lost", path=path) if records else _note("kek_new", path=path)
        return
    try:
        kek = KeyEncryptionKey.load(path)
        for record in records:
            kek.open(record.wrapped, record.label)
    except BadKeyFile as fault:
        yield _bad("kek_bad", detail=str(fault))
    except WrongKeyEncryptionKey:
        yield _bad("kek_wrong", path=path)
    else:
        yield _well("kek" if records else "kek_fresh", path=path)


def _records(desk: Desk) -> list[Any]:
    """Return every sealed key, or none where the database cannot be asked."""
    if not desk.has_database:
        return []
    from issuer.database import connect
    from issuer.keyring import SqlKeyStore, controllers

    database = connect(desk.settings.database_url)
    try:
        store = SqlKeyStore(database)
        return [record for did in controllers(database).values() for record in store.records(did)]
    except Exception:  # noqa: BLE001  # The database has its own line.
        return []
    finally:
        database.engine.dispose()


def _printing(_desk: Desk) -> Iterator[Finding]:
    try:
        from issuer.certificate.glyphs import missing
        from issuer.certificate.press.slow import PINNED, is_pinned
    except OSError:
        yield _bad("pango_bad")
        return
    yield _well("pango")
    lacking = {name: package for name, (text, package) in OTHER_SCRIPTS.items() if missing(text)}
    own = [name for name, text in OWN_SCRIPTS.items() if missing(text)]
    if own:
        yield _bad("fonts_ours", scripts=_named(own))
    yield _well(
        "fonts", scripts=_named(name for name in (*OWN_SCRIPTS, *OTHER_SCRIPTS) if name not in {*lacking, *own})
    )
    if lacking:
        yield _bad("fonts_bad", scripts=_named(lacking), packages=" ".join(sorted(set(lacking.values()))))
    if not is_pinned():
        yield _note("press", version=PINNED)


def _named(scripts: Iterable[str]) -> str:
    return ", ".join(words(f"script.{name}") for name in scripts)


def _base_url(desk: Desk) -> Iterator[Finding]:
    url = desk.settings.base_url
    yield _note("base_practice", url=url) if desk.settings.practice else _well("base", url=url)
