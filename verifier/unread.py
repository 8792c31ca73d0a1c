"""Why nothing could be read here, each with a sentence of its own that says what to bring instead.

BadgeError
├── Unreadable
│   ├── NoCode          a picture or page without a credential inside, and without a QR code
│   ├── UselessCode     a QR code that leads to no credential
│   ├── NoLink          a web page that names no credential of its own
│   ├── ForeignFormat   a kind of file that is not opened at all
│   ├── WalletOffer     an offer for a wallet: there is no credential in it yet
│   └── NothingThere    the owner of the address says that there is no such credential
└── SourceUnreachable   the address could not be had, which says nothing for or against
"""

from __future__ import annotations

from badges.problem import BadgeError, IssuerUnresolvable, Unreadable


class NoCode(Unreadable):
    """A picture or page with neither a credential inside nor a QR code on it."""

    words = "unreadable_no_code"


class UselessCode(Unreadable):
    """What the QR code says is neither a credential nor a web address."""

    words = "unreadable_code"


class NoLink(Unreadable):
    """A web page that names no credential of its own."""

    words = "unreadable_page"


class ForeignFormat(Unreadable):
    """A kind of file that is not opened, by its first octets."""

    words = "unreadable_format"


class WalletOffer(Unreadable):
    """An offer of OpenID for Verifiable Credential Issuance, which only a wallet can take up."""

    words = "unreadable_offer"


class NothingThere(Unreadable):
    """Whoever owns the address says that there is nothing."""

    words = "unreadable_nothing_there"


class SourceUnreachable(BadgeError):
    """An address that was handed in, or found in what was, and that gave nothing."""

    verdict = IssuerUnresolvable.verdict
    type = IssuerUnresolvable.type
    title = "The address could not be retrieved."
    words = "source_unreachable"
