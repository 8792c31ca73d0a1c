"""PyLD, with contexts processed once: for badges that is half of its work, and its own caches are not for threads.

Only what is worked out from pinned contexts is kept, and the contexts that come of it are never changed.
"""

from __future__ import annotations

from threading import RLock
from typing import Any, Final

from cachetools import LRUCache
from pyld import jsonld

from badges.contexts import pinned
from badges.kept import Kept

_PROCESSED: Final[Kept[tuple[Any, Any, Any]]] = Kept(most=512, weight=512)
"""Active contexts, by the one before and what was added; both are held, so that no other takes their places."""
_ALONE: Final = RLock()


def _load(url: str, _options: object) -> dict[str, Any]:
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": pinned(url)}


OPTIONS: Final = {
    "base": None,
    "documentLoader": _load,
    "contextResolver": jsonld.ContextResolver(LRUCache(maxsize=100), _load),
    "processingMode": "json-ld-1.1",
}
"""No base, and no contexts but those that are pinned."""


class Processor(jsonld.JsonLdProcessor):  # type: ignore[misc]  # PyLD tells no types.
    """Expands and flattens as PyLD does; safe to use one each in many threads."""

    def _process_context(
        self,
        active_ctx: Any,
        local_ctx: Any,
        options: Any,
        override_protected: bool = False,
        propagate: bool = True,
        validate_scoped: bool = True,
        cycles: Any = None,
    ) -> Any:
        """Return the context that is active once `local_ctx` is added (JSON-LD 1.1 API, 4.1)."""
        if cycles is not None or not validate_scoped:  # Called by itself, over a context that is not finished.
            return super()._process_context(
                active_ctx, local_ctx, options, override_protected, propagate, validate_scoped, cycles
            )
        key = (id(active_ctx), _name(local_ctx), override_protected, propagate)
        found = _PROCESSED.get(key)
        if found is None:
            with _ALONE:
                made = super()._process_context(active_ctx, local_ctx, options, override_protected, propagate)
            found = (active_ctx, local_ctx, made)
            _PROCESSED.put(key, found, 1)
        return found[2]


class _Ready(Processor):
    """Takes for expanded what it is given; PyLD would expand it once more, which takes longer than all the rest."""

    def expand(self, input_: Any, _options: Any) -> Any:
        return input_


def expanded_to_nquads(expanded: Any) -> str:
    """Return the N-Quads of an expanded document (JSON-LD 1.1 API, 7.4.1), blank nodes not yet named.

    The document is used up. Raises PyLD's JsonLdError.
    """
    return str(_Ready().to_rdf(expanded, {**OPTIONS, "format": "application/n-quads"}))


def _name(context: Any) -> int | tuple[str, ...]:
    """Return what a context is known by: its addresses, or its place in memory."""
    listed = context if isinstance(context, list) else [context]
    if listed and all(isinstance(item, str) for item in listed):
        return tuple(listed)
    return id(context)
