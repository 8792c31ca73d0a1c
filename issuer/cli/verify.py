"""`attestato verify`: the verifier's own command, which also asks our own store, if there is one."""

from __future__ import annotations

from collections.abc import Mapping

import click

from issuer.cli.desk import Desk
from issuer.cli.speech import language_of_start
from verifier.cli import verify_command
from verifier.resolver import Resolver


def _own() -> Resolver | None:
    """Return what answers for our own addresses; None where nothing was ever issued, and nothing is made."""
    desk = click.get_current_context().find_object(Desk)
    if desk is None or not desk.has_database:
        return None
    from issuer.resolver import StoreResolver

    return StoreResolver(desk.office)


def _known() -> Mapping[str, str]:
    """Return the issuers of this installation by their DID."""
    desk = click.get_current_context().find_object(Desk)
    if desk is None or not desk.has_database:
        return {}
    from issuer.web.hosted import Hosted

    return Hosted(desk.office, lambda: desk.now)


command = verify_command(_own, _known, language_of_start())
