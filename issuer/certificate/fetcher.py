"""What a certificate may load: our own `asset:` ids from memory, and nothing else in the world."""

from __future__ import annotations

from collections.abc import Mapping

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse


class ResourceRefused(Exception):
    """A certificate asked for something that is not its own; carries the addresses, shortened."""


class Assets(URLFetcher):  # type: ignore[misc]
    """Serves `asset:` ids from memory and `data:` addresses; every other address fails the certificate.

    WeasyPrint only warns of most resources that it cannot load. A refusal here is fatal at once where WeasyPrint
    lets it be, and is remembered, so that `check` fails the certificate also where it does not.
    """

    def __init__(self, known: Mapping[str, tuple[str, bytes]]) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)
        self.known = known
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """Return the resource, or raise; never opens a file or a connection."""
        if url in self.known:
            media_type, body = self.known[url]
            return URLFetcherResponse(url, body, {"Content-Type": media_type})
        if url[:5].lower() == "data:":
            return super().fetch(url, headers)
        self.refused.append(url[:200])
        raise FatalURLFetchingError(f"Not an asset of this certificate: {url[:200]}")

    def check(self) -> None:
        """Raise ResourceRefused if anything was asked for that is not ours."""
        if self.refused:
            raise ResourceRefused(*self.refused)
