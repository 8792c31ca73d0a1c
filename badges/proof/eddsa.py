"""The suites of Ed25519 keys: eddsa-rdfc-2022, which we issue, eddsa-jcs-2022, and two elders that are only read.

Clauses: Data Integrity EdDSA Cryptosuites 1.0, sections 3.2, 3.3 and appendix on Ed25519Signature2020.
"""

from __future__ import annotations

from typing import Final

from badges.proof.whole import WholeSuite, jcs, rdfc, rdfc_anew
from keys.key import Algorithm

_KEYS: Final = frozenset({Algorithm.EDDSA})

EDDSA_RDFC_2022: Final = WholeSuite("eddsa-rdfc-2022", rdfc, _KEYS)
EDDSA_RDFC_2022_ANEW: Final = WholeSuite("eddsa-rdfc-2022", rdfc_anew, _KEYS)
"""The same suite by the long way: PyLD for each document, no skeleton, nothing remembered."""

EDDSA_JCS_2022: Final = WholeSuite("eddsa-jcs-2022", jcs, _KEYS)
EDDSA_2022: Final = WholeSuite("eddsa-2022", rdfc, _KEYS, remark="The suite eddsa-2022 is an old draft's.")
"""What the drafts of 2022 called eddsa-rdfc-2022; the algorithm is the same."""

ED25519_SIGNATURE_2020: Final = WholeSuite(
    "Ed25519Signature2020", rdfc, _KEYS, own_type=True, remark="The suite Ed25519Signature2020 is an old draft's."
)
"""As eddsa-rdfc-2022, with a type and a context of its own."""
