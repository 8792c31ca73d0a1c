"""`attestato verify`: the verifier's own command, which also asks our own store, if there is one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from issuer.cli.desk import Desk
from issuer.cli.speech import language_of_start
from verifier.cli import verify_command
from verifier.purpose import Purposes, nothing_known
from verifier.resolver import Resolver
from verifier.trust import Trust

if TYPE_CHECKING:
    from issuer.office import Office


def _store() -> Office | None:
    """Return our own store; None where nothing was ever issued, and nothing is made.

    With a folder of documents no socket is opened, to a database elsewhere as little as to anybody else.
    """
    context = click.get_current_context()
    desk = context.find_object(Desk)
    if desk is None or not desk.has_store:
        return None
    is_elsewhere = not desk.settings.database_url.startswith("sqlite")
    return None if is_elsewhere and context.params.get("documents") else desk.office


def _own() -> Resolver | None:
    """Return what answers for our own addresses."""
    office = _store()
    if office is None:
        return None
    from issuer.resolver import StoreResolver

    return StoreResolver(office)


def _known() -> Mapping[str, str]:
    """Return whom the lists of the settings know, and the issuers of this installation."""
    desk = click.get_current_context().find_object(Desk)
    if desk is None:
        return {}
    from issuer.lists import lists_of

    lists = lists_of(desk.settings)
    office = _store()
    if office is None:
        return lists
    from issuer.web.hosted import Hosted, Residents

    return Trust(Hosted(Residents(office), lambda: desk.now), lists)


def _purposes() -> Purposes:
    """Return what the keys of this installation are for."""
    office = _store()
    if office is None:
        return nothing_known
    from issuer.web.hosted import Purposes as Ours
    from issuer.web.hosted import Residents

    return Ours(Residents(office))


command = verify_command(_own, _known, language_of_start(), _purposes)
