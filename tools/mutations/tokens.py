"""Mutations of a compact JWS: its header, its claims, its segments, its signature, and the letters of base64url."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from keys.encoding import base64url
from keys.key import Algorithm, PrivateKey
from tests.verifier.published import DID
from tools.mutations import letters, members
from tools.mutations.originals import Issuer

Way = Callable[["Token", random.Random, "Token", Issuer], bytes]
ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
ALGORITHMS: Final = (
    "none", "None", "nOnE", "", "HS256", "HS512", "RS256", "PS256", "RS512", "ES256", "ES384", "ES256K", "EdDSA",
    "Ed25519", "es256", None, ["ES256"], 256,
)  # fmt: skip
HEADERS: Final[dict[str, tuple[Any, ...]]] = {
    "typ": ("JWT", "jwt", "vc+jwt", "vc+ld+jwt", "at+jwt", "statuslist+jwt", "dpop+jwt", "", None, ["JWT"], 1),
    "cty": ("vc", "JWT", "json", "vp", "", None),
    "kid": (
        f"{DID}#status", f"{DID}#none", "#es256", DID, "../../etc/passwd", "' OR 1=1--", "file:///etc/passwd",
        "http://169.254.169.254/", "https://evil.example/key", "x" * 5_000, None, ["x"], f"{DID}#eddsa", "",
    ),
    "crit": (["b64"], ["exp"], [], "b64", None),
    "b64": (False, True),
    "jku": ("https://evil.example/jwks",),
    "x5u": ("https://evil.example/x5u",),
    "x5c": (["MIIB"],),
    "zip": ("DEF",),
    "iss": (DID, "did:web:evil.example"),
}  # fmt: skip
CLAIMS: Final[dict[str, tuple[Any, ...]]] = {
    "iss": (DID, "did:web:evil.example", None, [DID], ""), "sub": ("urn:x:eve", None, ""), "jti": ("urn:x:y", None, ""),
    "nbf": (0, -1, 10**12, 10**30, 1.5, "0", None, []), "exp": (0, 10**12, 10**30, 4e9, "4000000000", None, [], True),
    "iat": (0, 10**12, None), "aud": ("x", [], None), "cnf": ({}, None), "nonce": ("x",), "vc": ({}, None, "x"),
}  # fmt: skip


@dataclass(frozen=True)
class Token:
    """A compact JWS in its parts."""

    header: dict[str, Any]
    payload: dict[str, Any]
    signature: bytes = field(repr=False)
    segments: tuple[str, str, str] = field(repr=False)

    @classmethod
    def read(cls, data: bytes) -> Token:
        """Take a genuine token apart."""
        head, body, signature = data.decode().split(".")
        header, payload = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in (head, body))
        return cls(header, payload, base64.urlsafe_b64decode(signature + "=="), (head, body, signature))

    def with_header(self, header: Any) -> bytes:
        """The token with another header and the same signature."""
        return joined(part(header), *self.segments[1:])

    def with_payload(self, payload: Any) -> bytes:
        """The token with another payload and the same signature."""
        return joined(self.segments[0], part(payload), self.segments[2])


def part(value: Any) -> str:
    """Return a JSON value, or octets, as a segment."""
    octets = (
        value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    )
    return base64url(octets)


def joined(*segments: str) -> bytes:
    """Return segments as one token."""
    return ".".join(segments).encode()


def header_changed(token: Token, dice: random.Random, _donor: Token, issuer: Issuer) -> bytes:
    """Change a member of the header, add one, or take one away."""
    header = dict(token.header)
    name = dice.choice(("alg", "alg", "jwk", *HEADERS))
    if dice.random() < 0.15:
        header.pop(name, None)
    elif name == "jwk":
        key = dice.choice((issuer.keys, issuer.strangers))[dice.choice(tuple(Algorithm))]
        header["jwk"] = dice.choice((key.public().jwk(), {**key.public().jwk(), "d": "AA"}, {}, None, "x"))
    else:
        header[name] = dice.choice(ALGORITHMS if name == "alg" else HEADERS[name])
    return token.with_header(header)


def claim_changed(token: Token, dice: random.Random, _donor: Token, _issuer: Issuer) -> bytes:
    """Change a registered claim under the old signature."""
    name = dice.choice(tuple(CLAIMS))
    return token.with_payload({**token.payload, name: dice.choice(CLAIMS[name])})


def payload_changed(token: Token, dice: random.Random, donor: Token, _issuer: Issuer) -> bytes:
    """Change the credential in it under the old signature, or only its letters."""
    if dice.random() < 0.3:
        octets = json.dumps(token.payload, ensure_ascii=False, separators=(",", ":")).encode()
        return token.with_payload(letters.mutated(octets, dice)[1])
    return token.with_payload(members.mutated(token.payload, dice, donor.payload)[1])


def segments_mixed(token: Token, dice: random.Random, donor: Token, _issuer: Issuer) -> bytes:
    """Take segments of two genuine tokens, or one more or one less of them, or in another order."""
    mine, theirs = token.segments, donor.segments
    mixed = [dice.choice(pair) for pair in zip(mine, theirs, strict=True)]
    return joined(*dice.choice((
        mixed, mixed, mixed, mine[:2], [*mine, ""], [*mine, theirs[2]], ["", *mine], [*mine[:2], ""],
        mine[::-1], mine + theirs,
        [mine[0], "", mine[2]], [mine[0], mine[0], mine[2]],
    )))  # fmt: skip


def letters_changed(token: Token, dice: random.Random, _donor: Token, _issuer: Issuer) -> bytes:
    """Write a segment in another form of base64: its last bits, padding, the other alphabet, blanks."""
    place = dice.randrange(3)
    text = token.segments[place]
    last = ALPHABET.index(text[-1])
    changed = dice.choice((
        text[:-1] + ALPHABET[last ^ 1], text[:-1] + ALPHABET[last ^ 2], text + "=", text + "==", text + "\n",
        " " + text, text + "A",
        text.replace("-", "+").replace("_", "/"), text[:9] + "\n" + text[9:], text + "\0", text + "%3D", text[:-1],
    ))  # fmt: skip
    return joined(*token.segments[:place], changed, *token.segments[place + 1 :])


def signature_changed(token: Token, dice: random.Random, _donor: Token, _issuer: Issuer) -> bytes:
    """Write the signature in another form, or another one that might be taken for it."""
    octets, half = token.signature, len(token.signature) // 2
    r, s = (int.from_bytes(each, "big") for each in (octets[:half], octets[half:]))
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    other = octets[:half] + abs(order - s).to_bytes(max(half, 33) + 1, "big")[-half:]
    place = dice.randrange(len(octets))
    turned = octets[:place] + bytes([octets[place] ^ 1 << dice.randrange(8)]) + octets[place + 1 :]
    changed = dice.choice((
        turned, bytes(len(octets)), other, encode_dss_signature(r, s), octets[half:] + octets[:half],
        octets + b"\0", b"\0" + octets,
        octets[:-1], b"\1" * len(octets), octets * 2,
    ))  # fmt: skip
    return joined(*token.segments[:2], base64url(changed))


def forged(token: Token, dice: random.Random, donor: Token, issuer: Issuer) -> bytes:
    """Sign a changed payload with a stranger's key, or with a public key of the issuer as if it were a secret."""
    payload = members.mutated(token.payload, dice, donor.payload)[1]
    algorithm = dice.choice(tuple(Algorithm))
    key: PrivateKey = issuer.strangers[algorithm]
    header = {**token.header, "alg": str(algorithm), "kid": f"{DID}#{algorithm.lower()}"}
    if dice.random() < 0.4:
        header["jwk"] = key.public().jwk()
    if dice.random() < 0.3:
        del header["kid"]
    if dice.random() < 0.25:
        public = issuer.keys[algorithm].public()
        secret = dice.choice((public.spki(), part(public.jwk()).encode(), json.dumps(public.jwk()).encode()))
        text = f"{part({**header, 'alg': 'HS256'})}.{part(payload)}"
        return joined(text, base64url(hmac.digest(secret, text.encode(), hashlib.sha256)))
    text = f"{part(header)}.{part(payload)}"
    return joined(text, base64url(key.sign(text.encode())))


def in_json(token: Token, dice: random.Random, donor: Token, _issuer: Issuer) -> bytes:
    """Write the token as a JWS in JSON, or put it into a wrapper."""
    head, body, signature = token.segments
    text = f"{head}.{body}.{signature}"
    two = {"protected": head, "signature": signature}, {"protected": donor.segments[0], "signature": donor.segments[2]}
    return json.dumps(dice.choice((
        {"payload": body, **two[0]}, {"payload": body, "signatures": two}, {"jwt": text}, [text], text,
        {"verifiableCredential": [text], "type": "VerifiablePresentation",
        "@context": "https://www.w3.org/ns/credentials/v2"},
        {**token.payload, "proof": {"type": "JwtProof2020", "jwt": text}}, {**token.payload, "proof": two[0]},
    ))).encode()  # fmt: skip


WAYS: Final[tuple[Way, ...]] = (
    header_changed, header_changed, claim_changed, payload_changed, payload_changed, segments_mixed, letters_changed,
    signature_changed, forged, in_json,
)  # fmt: skip


def mutated(data: bytes, dice: random.Random, donor: bytes, issuer: Issuer) -> tuple[str, bytes]:
    """Return the name of one way, and the token `data` mutated in it."""
    way = dice.choice(WAYS)
    return way.__name__, way(Token.read(data), dice, Token.read(donor), issuer)
