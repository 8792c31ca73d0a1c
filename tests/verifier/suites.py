"""A credential signed with each suite that is verified here, proof members as a test wants them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import base58

from badges.proof import SUITES
from badges.proof.whole import HASHES, WholeSuite, jcs, rdfc
from keys.key import Algorithm, LocalSigner
from tests.badges.selective import Base, issue
from tests.verifier.elder import DATA_INTEGRITY, elder
from tests.verifier.published import DAY, NOW, credential, signer

ED25519_2020 = "https://w3id.org/security/suites/ed25519-2020/v1"
UNVERSIONED = "https://purl.imsglobal.org/spec/ob/v3p0/context.json"
MANDATORY = ("/issuer", "/validFrom", "/validUntil", "/credentialStatus")


@dataclass(frozen=True)
class Maker:
    """A suite with a key of a kind that it takes."""

    name: str
    algorithm: Algorithm

    def __str__(self) -> str:
        return f"{self.name} {self.algorithm}"

    @property
    def whole(self) -> bool:
        """Whether it signs the whole document at once."""
        return isinstance(SUITES[self.name], WholeSuite)

    def unsigned(self, **changes: Any) -> dict[str, Any]:
        """The credential, in the context that the suite's proofs are written in."""
        document = credential(**changes)
        if self.name == "Ed25519Signature2020":
            document["@context"] = [*document["@context"], ED25519_2020]
        return document

    def sign(self, document: dict[str, Any] | None = None, by: LocalSigner | None = None, **changes: Any) -> Any:
        """The credential with a proof; `changes` are made to its members before it is signed, `...` leaves one out."""
        unsigned, key = document or self.unsigned(), by or signer(self.algorithm)
        if not self.whole:
            return self.base(unsigned, key, changes).derive(*shown_by_choice(unsigned))
        options = self.options(unsigned, key, changes)
        data = SUITES[self.name].hash_data(unsigned, options, self.algorithm)  # type: ignore[attr-defined]
        return with_value(unsigned, options, key.sign(data))

    def base(self, unsigned: dict[str, Any], key: LocalSigner, changes: Mapping[str, Any] | None = None) -> Base:
        """What the holder has, of a suite that lets only a part be shown."""
        return issue(unsigned, MANDATORY, key, NOW - 30 * DAY, changes=changes)

    def options(self, unsigned: dict[str, Any], key: LocalSigner, changes: Mapping[str, Any]) -> dict[str, Any]:
        """The proof before it has its value."""
        made = SUITES[self.name].options(unsigned, key.key_id, NOW - 30 * DAY)  # type: ignore[attr-defined]
        return {name: value for name, value in {**made, **changes}.items() if value is not ...}

    def sign_otherwise(self, hash_name: str | None = None, form: Callable[..., Any] | None = None) -> Any:
        """A proof over another hash, or over another canonical form, than the suite says."""
        unsigned, key, suite = self.unsigned(), signer(self.algorithm), SUITES[self.name]
        assert isinstance(suite, WholeSuite)
        options, proper = self.options(unsigned, key, {}), HASHES[self.algorithm]
        parts = (form or suite.form)(unsigned, options, proper)
        data = b"".join(hashlib.new(hash_name or proper, part).digest() for part in parts)
        return with_value(unsigned, options, key.sign(data))

    @property
    def other_form(self) -> Callable[..., Any]:
        """The canonical form that the suite does not use."""
        suite = SUITES[self.name]
        assert isinstance(suite, WholeSuite)
        return rdfc if suite.form is jcs else jcs


def with_value(unsigned: dict[str, Any], options: dict[str, Any], signature: bytes) -> dict[str, Any]:
    return {**unsigned, "proof": [{**options, "proofValue": "z" + base58.b58encode(signature).decode()}]}


def shown_by_choice(unsigned: dict[str, Any]) -> list[str]:
    """Pointers at all that need not be shown."""
    left = {"@context", "id", "type", *(pointer[1:] for pointer in MANDATORY)}
    return [f"/{name}" for name in unsigned if name not in left]


MAKERS = [
    Maker("eddsa-rdfc-2022", Algorithm.EDDSA),
    Maker("eddsa-jcs-2022", Algorithm.EDDSA),
    Maker("eddsa-2022", Algorithm.EDDSA),
    Maker("Ed25519Signature2020", Algorithm.EDDSA),
    Maker("ecdsa-rdfc-2019", Algorithm.ES256),
    Maker("ecdsa-rdfc-2019", Algorithm.ES384),
    Maker("ecdsa-jcs-2019", Algorithm.ES256),
    Maker("ecdsa-jcs-2019", Algorithm.ES384),
    Maker("ecdsa-sd-2023", Algorithm.ES256),
]
WHOLE = [maker for maker in MAKERS if maker.whole]
SELECTIVE = next(maker for maker in MAKERS if not maker.whole)


def first_of_3_0(maker: Maker) -> dict[str, Any]:
    """A badge of VCDM 1.1 under the address of Open Badges' context without a version, which is its oldest one."""
    old = elder(awardedDate=...)
    del old["credentialSubject"]["achievement"]["inLanguage"]
    own = [ED25519_2020] if maker.name == "Ed25519Signature2020" else [DATA_INTEGRITY]
    return {**old, "@context": [old["@context"][0], UNVERSIONED, *own]}
