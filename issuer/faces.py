"""The faces of one award: signed JSON, JWT, PDF, baked PNG and SVG, each made from the signed bytes.

The JSON is the record. A JWT is kept when first made, so that it stays the same bytes when keys are rotated.
Prints are kept in the cabinet (`issuer/prints/`) and made again when they are missing.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from badges.baking import bake_png, bake_svg
from badges.document import parse
from badges.proof.jwt import encode
from badges.proof.suite import unsecured
from badges.times import read_stamp
from issuer.archive import Award
from issuer.art.badge import badge_png
from issuer.art.practice import stamped
from issuer.models import Credential, CredentialVersion, Organization, TokenFace
from issuer.office import Office
from issuer.pictures import picture_format
from issuer.prints.printing import print_award
from issuer.signing import CheckedSigner
from keys.key import Algorithm
from keys.store import Purpose
from templates import sentence

MEDIA_TYPES: Final = {
    "json": "application/vc",
    "jwt": "application/vc+jwt",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
}
TOKEN_ALGORITHMS: Final = (Algorithm.ES256, Algorithm.RS256, Algorithm.EDDSA)
BADGE_PIXELS: Final = 600


class UnknownFace(LookupError):
    """No award has such a face: an extension or an algorithm that we do not make."""


@dataclass(frozen=True)
class Face:
    """One file of an award; `etag` where it is known without another look at the whole."""

    media_type: str
    body: bytes = field(repr=False)
    etag: str | None = None


def face(office: Office, award: Award, extension: str, algorithm: str = "ES256") -> Face:
    """Return the award as `json`, `jwt`, `pdf`, `png` or `svg`; raises UnknownFace."""
    match extension:
        case "json":
            body = award.signed
        case "jwt":
            body = _token(office, award, algorithm)
        case "pdf":
            return _print(office, award)
        case "png":
            body = bake_png(_as_png(award, _practice(office, award)), award.signed)
        case "svg":
            body = bake_svg(_as_svg(award, _practice(office, award)), award.signed)
        case _:
            raise UnknownFace(extension)
    return Face(MEDIA_TYPES[extension], body)


def _token(office: Office, award: Award, algorithm: str) -> bytes:
    if algorithm not in TOKEN_ALGORITHMS:
        raise UnknownFace(algorithm)
    chosen = Algorithm(algorithm)
    credential = unsecured(parse(award.signed).credential)
    made_at = read_stamp(credential["validFrom"], "validFrom")

    def work(session: Session) -> bytes:
        version_id, did, organization_id = _version(session, award)
        kept = _kept(session, version_id, chosen)
        if kept is None:
            local = office.keyring(session).signer(did, Purpose.CREDENTIAL, chosen, made_at)
            kept = encode(credential, CheckedSigner(local, local.public())).encode("ascii")
            session.add(
                TokenFace(organization_id=organization_id, version_id=version_id, algorithm=str(chosen), body=kept)
            )
        return kept

    with office.database.reading() as session:
        found = _kept(session, _version(session, award)[0], chosen)
    return found if found is not None else office.database.write(work)


def _version(session: Session, award: Award) -> tuple[int, str, int]:
    row = session.execute(
        select(CredentialVersion.id, Organization.did, Organization.id)
        .join(Credential, Credential.id == CredentialVersion.credential_id)
        .join(Organization, Organization.id == CredentialVersion.organization_id)
        .where(Credential.token == award.token, CredentialVersion.sha256 == sha256(award.signed).hexdigest())
    ).one()
    return row[0], row[1], row[2]


def _kept(session: Session, version_id: int, algorithm: Algorithm) -> bytes | None:
    return session.scalar(
        select(TokenFace.body).where(TokenFace.version_id == version_id, TokenFace.algorithm == str(algorithm))
    )


def _print(office: Office, award: Award) -> Face:
    made = print_award(office, award)
    return Face(MEDIA_TYPES["pdf"], made.pdf(), made.etag)


def _practice(office: Office, award: Award) -> str:
    """Return the word that pictures of a practice installation carry, nothing elsewhere."""
    return sentence("certificate.practice", award.layout.language) if office.settings.practice else ""


def _as_png(award: Award, practice: str) -> bytes:
    picture = award.layout.picture or b""
    if picture_format(picture) == "png" and not practice:
        return picture
    return _drawn(_as_svg(award, practice))


@lru_cache(maxsize=32)
def _drawn(picture: bytes) -> bytes:
    """Return an SVG as dots; everybody who has an achievement has the same picture, so it is drawn once."""
    return badge_png(picture, BADGE_PIXELS)


def _as_svg(award: Award, practice: str) -> bytes:
    """Return the badge as SVG; a picture of dots is put into one as it is."""
    picture = award.layout.picture or b""
    kind = picture_format(picture)
    if kind != "svg":
        data = b64encode(picture).decode("ascii")
        picture = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {BADGE_PIXELS} {BADGE_PIXELS}">'
            f'<image width="{BADGE_PIXELS}" height="{BADGE_PIXELS}" href="data:image/{kind};base64,{data}"/></svg>'
        ).encode("ascii")
    return stamped(picture, practice) if practice else picture
