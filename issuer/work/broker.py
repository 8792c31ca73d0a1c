"""The broker, where there are several machines: Celery on RabbitMQ or Redis says that something waits, and no more.

A message holds the number of a chunk and nothing else. It is a hint: which chunk a worker takes, whether it may, and
that it is done, stands in our tables alone. So a message that is lost or comes twice costs nothing, and no
organization waits behind another because of the order of a queue (docs/scaling.md).
"""

from __future__ import annotations

from typing import Any, Final

from celery import Celery
from kombu.entity import Exchange, Queue
from kombu.exceptions import KombuError

from issuer.models import BULK, INTERACTIVE
from issuer.settings import Settings
from issuer.work.hints import TOLD_AGAIN

TASK: Final = "attestato.chunk"
PATIENCE: Final = 4
"""Seconds until a broker that does not answer is given up for the moment."""
RESTORED_AFTER: Final = 600
"""Seconds after which Redis hands a message that nobody acknowledged to another."""


def queue_of(settings: Settings, lane: str) -> str:
    """Return the name of a lane's queue."""
    return f"{settings.queue}.{lane}"


def celery_for(settings: Settings) -> Celery:
    """Return Celery, set up for hints; nothing is connected yet."""
    exchange = Exchange(settings.queue, type="direct", durable=True)  # type: ignore[no-untyped-call]
    queues = [
        Queue(name, exchange, routing_key=name, durable=True)  # type: ignore[no-untyped-call]
        for name in (queue_of(settings, INTERACTIVE), queue_of(settings, BULK))
    ]
    app = Celery("attestato", broker=settings.broker_url, set_as_current=False, fixups=[])
    app.conf.update(
        task_queues=queues,
        task_default_queue=queue_of(settings, BULK),
        task_default_exchange=settings.queue,
        task_default_routing_key=queue_of(settings, BULK),
        task_create_missing_queues=False,
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        # A message is acknowledged once its chunk is done, and a worker has no message in store.
        task_acks_late=True,
        worker_prefetch_multiplier=1,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        task_publish_retry=True,
        task_publish_retry_policy={"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0},
        broker_connection_timeout=PATIENCE,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options=_transport(settings.broker_url or ""),
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
    )
    return app


def hint(app: Celery, settings: Settings, lane: str, chunk: int) -> None:
    """Say that a chunk waits. RabbitMQ forgets it once it is said again: else it would pile up while nobody listens."""
    app.send_task(TASK, (chunk,), queue=queue_of(settings, lane), expires=None, expiration=TOLD_AGAIN.total_seconds())


def answers(settings: Settings) -> bool:
    """Tell whether the broker lets us in."""
    with celery_for(settings).connection_for_write() as connection:
        try:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=PATIENCE)
        except (KombuError, OSError):
            return False
        return True


def _transport(url: str) -> dict[str, Any]:
    if url.startswith("redis"):
        return {
            "visibility_timeout": RESTORED_AFTER,
            "socket_timeout": PATIENCE * 5,
            "socket_connect_timeout": PATIENCE,
            "socket_keepalive": True,
        }
    return {"confirm_publish": True, "confirm_timeout": PATIENCE}
