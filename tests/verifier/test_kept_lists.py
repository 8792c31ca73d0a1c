"""That a list is signed is kept by its octets and the keys, so it is never believed of another list, or another key."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from badges.document import parse
from badges.kept import Kept
from badges.problem import BadgeError, KeyNotAuthorised, SignatureInvalid
from keys.key import Algorithm, PrivateKey
from tools.samples import LIST, NOW, octets, published
from verifier.policy import Policy
from verifier.proofs import find_signatures, verify_signatures
from verifier.resolver import MemoryResolver


def test_a_signature_that_held_is_looked_at_again_for_another_key() -> None:
    document, held = parse(published()[LIST]), Kept[bool](8, 10**6)
    signatures = find_signatures(document, MemoryResolver(published()), NOW)
    other = replace(signatures[0], key=PrivateKey.generate(Algorithm.EDDSA).public())

    for _ in range(2):
        verify_signatures(document, signatures, Policy(), NOW, held)
    with pytest.raises(SignatureInvalid):
        verify_signatures(document, [other], Policy(), NOW, held)

    assert len(held) == 1


def test_a_signature_that_held_is_looked_at_again_for_another_list() -> None:
    document, held = parse(published()[LIST]), Kept[bool](8, 10**6)
    resolver = MemoryResolver(published())
    verify_signatures(document, find_signatures(document, resolver, NOW), Policy(), NOW, held)
    altered = json.loads(document.data)
    altered["credentialSubject"]["ttl"] = 1
    forged = parse(octets(altered))

    with pytest.raises(BadgeError):
        verify_signatures(forged, find_signatures(forged, resolver, NOW), Policy(), NOW, held)


def test_what_a_key_is_for_is_asked_each_time() -> None:
    document, held = parse(published()[LIST]), Kept[bool](8, 10**6)
    signatures = find_signatures(document, MemoryResolver(published()), NOW)
    verify_signatures(document, signatures, Policy(), NOW, held)

    with pytest.raises(KeyNotAuthorised):
        verify_signatures(document, signatures, Policy(purposes=lambda _issuer, _key: "credential"), NOW, held)
