"""The suites of NIST keys, P-256 and P-384: ecdsa-rdfc-2019 and ecdsa-jcs-2019.

The curve of the key decides the hash: SHA-256 or SHA-384, everywhere. A signature is `r || s`, never DER, and the
same for the same document (RFC 6979). Clauses: Data Integrity ECDSA Cryptosuites 1.0, sections 3.2 and 3.3.
"""

from __future__ import annotations

from typing import Final

from badges.proof.whole import WholeSuite, jcs, rdfc
from keys.key import Algorithm

_KEYS: Final = frozenset({Algorithm.ES256, Algorithm.ES384})

ECDSA_RDFC_2019: Final = WholeSuite("ecdsa-rdfc-2019", rdfc, _KEYS)
ECDSA_JCS_2019: Final = WholeSuite("ecdsa-jcs-2019", jcs, _KEYS)
