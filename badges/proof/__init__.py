"""How a credential is secured: suites of Data Integrity 1.0, and JWTs around a credential."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from badges.proof.ecdsa import ECDSA_JCS_2019, ECDSA_RDFC_2019
from badges.proof.ecdsa_sd import ECDSA_SD_2023
from badges.proof.eddsa import ED25519_SIGNATURE_2020, EDDSA_2022, EDDSA_JCS_2022, EDDSA_RDFC_2022
from badges.proof.suite import Suite

_KNOWN: Final[tuple[Suite, ...]] = (
    EDDSA_RDFC_2022,
    EDDSA_JCS_2022,
    EDDSA_2022,
    ED25519_SIGNATURE_2020,
    ECDSA_RDFC_2019,
    ECDSA_JCS_2019,
    ECDSA_SD_2023,
)
SUITES: Final[Mapping[str, Suite]] = {suite.name: suite for suite in _KNOWN}
"""The suites we know, by `cryptosuite`, or by `type` for proofs that have none."""
