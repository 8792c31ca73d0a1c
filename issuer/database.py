"""The database: SQLite in a file, or PostgreSQL by its URL; one way to read and one way to write.

A write is one transaction that holds its lock from its first statement, so that what it read is still true when it
commits. SQLite is durable against a loss of power (`synchronous=FULL`) and lets readers go on while one writes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeVar

from sqlalchemy import (
    ARRAY,
    Connection,
    Engine,
    Executable,
    Row,
    Select,
    create_engine,
    event,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

BUSY_MILLISECONDS: Final = 60_000
CACHE_KIBIBYTES: Final = 16 * 2**10
"""What a connection to SQLite keeps of the database in memory: indices of random keys are touched everywhere."""
LOG_PAGES: Final = 4_000
"""Pages that SQLite's log holds before they are written where they belong: each once, and not with every commit."""
TRIES: Final = 12
"""How often a transaction that lost to another is done again before its error is told."""
ASKING: Final = 6
"""Connections to PostgreSQL in one process for questions alone; each is had for a moment."""
IN_ONE_QUESTION: Final = 500
"""Values that one IN clause asks for."""

Result = TypeVar("Result")

_LOST: Final = frozenset({"40001", "40P01"})
"""PostgreSQL: serialization failure and deadlock."""


@dataclass(frozen=True)
class Database:
    """An engine, and sessions that read or write."""

    engine: Engine

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Hand out a session that sees one state and changes nothing."""
        with Session(self.engine, expire_on_commit=False, autoflush=False) as session:
            yield session

    def ask(self, statement: Executable, values: Mapping[str, object] | None = None) -> list[Row[*tuple[Any, ...]]]:
        """Return the answer to one question: it sees one state by itself, so no transaction is begun or ended.

        A connection that the server closed meanwhile is noticed by the question itself, which is then asked again.
        """
        try:
            return self._asked(statement, values)
        except DBAPIError as fault:
            if not fault.connection_invalidated:
                raise
            return self._asked(statement, values)

    def _asked(self, statement: Executable, values: Mapping[str, object] | None) -> list[Row[*tuple[Any, ...]]]:
        with self._asks.connect() as connection:
            return list(connection.execute(statement, values))

    @cached_property
    def _asks(self) -> Engine:
        if self.is_sqlite:
            return self.engine.execution_options(attestato_asks=True)
        asks = create_engine(self.engine.url, isolation_level="AUTOCOMMIT", pool_size=ASKING, max_overflow=0)
        event.listen(self.engine, "engine_disposed", lambda _engine: asks.dispose())
        return asks

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Hand out a session whose changes are committed together at its end, or not at all."""
        engine = self.engine.execution_options(attestato_writes=True)
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    def write(self, work: Callable[[Session], Result]) -> Result:
        """Do `work` in one transaction, and again from its start when another process was first."""
        for attempt in range(1, TRIES + 1):
            try:
                with self.writing() as session:
                    return work(session)
            except DBAPIError as fault:
                if attempt == TRIES or not _lost(fault):
                    raise
        raise AssertionError("unreachable")


def connect(url: str) -> Database:
    """Open the database at `url`; nothing is read or written yet."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, connect_args={"timeout": BUSY_MILLISECONDS / 1000})
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(parsed, pool_pre_ping=True)
        event.listen(engine, "connect", _set_up_postgresql)
    return Database(engine)


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MILLISECONDS}",
                   f"cache_size={-CACHE_KIBIBYTES}", f"wal_autocheckpoint={LOG_PAGES}"):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")


def _set_up_postgresql(connection: Any, _record: object) -> None:
    """Let no statement be compiled: for look-ups by the hundred that takes a second, and saves none.

    Lists go as they are, and not spelled out: of signed bytes that would be twice as many, with every one looked at.
    """
    from psycopg.types.array import ListBinaryDumper

    connection.adapters.register_dumper(list, ListBinaryDumper)
    connection.execute("SET jit TO off")
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("attestato_asks", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("attestato_writes", False) else "BEGIN")


def _lost(fault: DBAPIError) -> bool:
    """Tell whether a transaction failed because another one came first, so that doing it again helps."""
    return isinstance(fault, IntegrityError) or getattr(fault.orig, "sqlstate", None) in _LOST


def looked_up(
    session: Session, statement: Select[*tuple[Any, ...]], column: Any, values: Sequence[Any]
) -> Iterator[Row[*tuple[Any, ...]]]:
    """Yield the rows of `statement` in which `column` is one of `values`.

    On PostgreSQL each value is looked up by itself. As long as nobody has gathered statistics, a list of values would
    be matched against every row of the batch or the status list: the longer these are, the slower.
    """
    for start in range(0, len(values), IN_ONE_QUESTION):
        some = values[start : start + IN_ONE_QUESTION]
        if session.get_bind().dialect.name == "sqlite":
            yield from session.execute(statement.where(column.in_(some)))
            continue
        array = func.unnest(literal(list(some), ARRAY(column.type)))
        wanted = array.table_valued("value", name="wanted").render_derived()
        found = statement.where(column == wanted.c.value).offset(0).lateral("found")
        yield from session.execute(select(found).select_from(wanted).join(found, true()))


def lock(session: Session, statement: Any) -> Any:
    """Return `statement` so that the rows it reads stay as they are until the commit; SQLite's writers are alone.

    Other rows may still be made to refer to them (PostgreSQL's FOR NO KEY UPDATE): else whoever holds an organization
    and waits for a batch would wait for one who stores rows of that batch and waits for the organization.
    """
    is_alone = session.get_bind().dialect.name == "sqlite"
    return statement if is_alone else statement.with_for_update(key_share=True)
