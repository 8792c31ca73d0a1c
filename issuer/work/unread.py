"""What Celery does not do for us: messages are not read, and what its libraries complain of is one plain line."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from celery.signals import setup_logging
from celery.worker.consumer import Consumer
from kombu.exceptions import DecodeError

LOGGERS: Final = ("celery", "kombu", "amqp")

Complained = Callable[[str], None]
"""Hears the first line of a complaint."""


class Unread(Consumer):  # type: ignore[misc]
    """Calls `hear` for each message and acknowledges it afterwards, whatever is in it.

    A message says only that something waits. One that nobody looks into can neither bring code, nor name another
    task, nor end its worker again and again because it is not as Celery expects: whoever forges it wakes us in vain.
    """

    def __init__(self, *arguments: Any, hear: Callable[[], None], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._hear = hear

    def create_task_handler(self, *_promise: Any) -> Callable[[Any], None]:
        """Return what is called with each message."""

        def heard(message: Any) -> None:
            self._hear()
            self._acknowledge(message)

        return heard

    def on_decode_error(self, message: Any, exc: Exception) -> None:
        """Take out of the queue what is no message at all."""
        if not isinstance(exc, DecodeError):
            logging.getLogger(LOGGERS[0]).error("A message could not be unpacked: %s", type(exc).__name__)
        if hasattr(message, "ack"):
            self._acknowledge(message)

    def _acknowledge(self, message: Any) -> None:
        try:
            message.ack()
        except self.connection_errors + self.channel_errors:
            return  # The broker went meanwhile. If the message comes again, there is nothing to do.


class Complaints(logging.Handler):
    """Passes on the first line of what is logged as an error: no traceback, no message of anybody's."""

    def __init__(self, complained: Complained) -> None:
        super().__init__(logging.ERROR)
        self._complained = complained

    def emit(self, record: logging.LogRecord) -> None:
        """Tell one line."""
        told = record.getMessage().partition("\n")[0]
        fault = record.exc_info[1] if record.exc_info else None
        self._complained(told if fault is None or str(fault) in told else f"{told}: {type(fault).__name__}")


@contextmanager
def plainly(complained: Complained) -> Iterator[None]:
    """Let Celery set up no log of its own, and its libraries be heard in one line each time."""
    handler = Complaints(complained)
    setup_logging.connect(_leave_logs_alone)
    for name in LOGGERS:
        logging.getLogger(name).addHandler(handler)
    try:
        yield
    finally:
        setup_logging.disconnect(_leave_logs_alone)
        for name in LOGGERS:
            logging.getLogger(name).removeHandler(handler)


def _leave_logs_alone(**_: Any) -> None:
    """Be there: then Celery sets nothing up."""
