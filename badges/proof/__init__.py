"""How a credential is secured: suites of Data Integrity 1.0, and JWTs around a credential."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from badges.proof.eddsa import ED25519_SIGNATURE_2020, EDDSA_JCS_2022, EDDSA_RDFC_2022
from badges.proof.suite import Suite

SUITES: Final[Mapping[str, Suite]] = {
    suite.name: suite for suite in (EDDSA_RDFC_2022, EDDSA_JCS_2022, ED25519_SIGNATURE_2020)
}
"""The suites we know, by `cryptosuite`, or by `type` for proofs that have none."""
