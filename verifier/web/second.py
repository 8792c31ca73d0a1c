"""What the page hands to the visitor's browser so that it can check everything a second time, by itself.

The browser is given the exact bytes, what the page claims of them, and the sentences to say; never an answer.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from badges.times import stamp
from templates import sentence
from verifier.did import InvalidDid, did_web_url
from verifier.verdict import Report
from verifier.web.headers import CONTENT_SECURITY_POLICY
from verifier.web.language import spoken
from verifier.web.view import View

FACTS: Final = (
    "recipient", "title", "issuer", "issuer_id", "event", "place", "basis", "role", "number", "description", "criteria",
    "criteria_url", "narrative", "when", "date", "awarded", "given", "signed", "until", "hours", "result",
    "result_name", "evidence", "evidence_text", "tag",
)  # fmt: skip
"""Names of what is shown, as templates mark it with `data-fact`."""
OBJECTIONS: Final = (
    "unreadable", "letters", "key", "signature", "intact", "other", "list", "revoked", "suspended", "unset", "unlisted",
    "expired", "not_yet_valid", "in_force", "fact", "added", "missing",
)  # fmt: skip
REASONS: Final = (
    "crypto", "key_kind", "controller", "suite", "kind", "status_kind", "complex", "unreachable", "clock", "ours",
)  # fmt: skip
SENTENCES: Final = (
    "busy", "agrees", "agrees_without_status", "agrees_broken", "agrees_so_far", "would_ask", "ask", "undone",
    "disagrees", "disputed", "disputed_why",
)  # fmt: skip
HOSTS_MOST: Final = 4
_HOST: Final = re.compile(
    r"https://((?:[a-z0-9-]{1,63}\.)+(?=[0-9-]*[a-z])[a-z0-9-]{2,63}(?::[1-9][0-9]{0,4})?)(?:[/?#].*)?", re.ASCII
)
"""A host name, which is no number: nobody's browser is sent into the visitor's own network by address."""
_WITH_A_BODY: Final = frozenset({"signature_invalid"})
"""Verdicts without facts that a browser can confirm all the same."""


def embedded(report: Report, seen: View, base_url: str) -> dict[str, Any] | None:
    """Return the data of the second check for a report, with its bytes; None where there is nothing to check."""
    if not report.signed or not (report.credential is not None or report.verdict.value in _WITH_A_BODY):
        return None
    body = base64.b64encode(report.signed).decode("ascii")
    return {**_page(seen, "UTC"), "credential": body, "hosts": hosts(report.credential or {}, base_url)}


def linked(seen: View, zone: str, url: str) -> dict[str, Any]:
    """Return the data of the second check for the page of an award, whose bytes are at `url` on this very site."""
    return {**_page(seen, zone), "url": url, "hosts": []}


def hosts(credential: Mapping[str, Any], base_url: str) -> list[str]:
    """Return the hosts beside our own that a browser would have to ask for keys and lists, sorted."""
    found = {match[1] for address in _addresses(credential) if (match := _HOST.fullmatch(address))}
    return sorted(found - {base_url.partition("://")[2]})[:HOSTS_MOST]


def content_security_policy(data: Mapping[str, Any] | None) -> str:
    """Return the policy of a page whose second check may ask the hosts that it names, and no other."""
    named = "".join(f" https://{host}" for host in (data or {}).get("hosts", []))
    return CONTENT_SECURITY_POLICY.replace("connect-src 'self'", f"connect-src 'self'{named}")


def _page(seen: View, zone: str) -> dict[str, Any]:
    return {
        "verdict": seen.verdict,
        "status": seen.status,
        "checked": stamp(seen.checked),
        "zone": zone,
        "language": spoken(),
        "unnamed": _say("page.report.unnamed"),
        "result": _say("page.fact.result"),
        "labels": {name: _say(f"page.second.fact.{name}") for name in FACTS},
        "words": {
            **{code: _say(f"page.second.{code}") for code in SENTENCES},
            "objections": {code: _say(f"page.second.objection.{code}") for code in OBJECTIONS},
            "reasons": {code: _say(f"page.second.reason.{code}") for code in REASONS},
        },
    }


def _say(code: str) -> str:
    """Return a sentence with its places still open: the browser fills them."""
    return sentence(code, spoken())


def _addresses(credential: Mapping[str, Any]) -> Iterator[str]:
    """Yield the addresses of the documents that hold the issuer's keys and lists."""
    issuer, entries = credential.get("issuer"), credential.get("credentialStatus")
    controller = issuer.get("id") if isinstance(issuer, Mapping) else issuer
    if isinstance(controller, str):
        with suppress(InvalidDid):
            yield did_web_url(controller) if controller.startswith("did:web:") else controller
    for entry in entries if isinstance(entries, list) else [entries]:
        address = entry.get("statusListCredential") if isinstance(entry, Mapping) else None
        if isinstance(address, str):
            yield address
