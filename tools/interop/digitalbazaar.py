"""Digital Bazaar's libraries for Verifiable Credentials, asked from Python: to compare answers, and time.

`tools/npm/setup` installs them into `.venv/npm`; nothing of them is part of Attestato.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import base58
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from badges.contexts import pinned, sources
from keys.key import Algorithm, PrivateKey

SCRIPT: Final = Path(__file__).with_suffix(".mjs")
HOME: Final = Path(__file__).resolve().parents[2] / ".venv" / "npm"
PACKAGE: Final = HOME / "node_modules" / "@digitalbazaar" / "vc"
_SECONDS: Final = 300
_SECRET: Final = {Algorithm.EDDSA: b"\x80\x26", Algorithm.ES256: b"\x86\x26", Algorithm.ES384: b"\x87\x26"}
"""How the secret half of a Multikey begins (Controlled Identifiers 1.0, 2.2.2)."""


def absent() -> str | None:
    """Return what is missing to ask them, or None."""
    if shutil.which("node") is None:
        return "the command node"
    return None if PACKAGE.is_dir() else "@digitalbazaar/vc (tools/npm/setup installs it)"


def version() -> str:
    """Return the version of the library that is asked."""
    return str(json.loads((PACKAGE / "package.json").read_bytes())["version"])


def ask(task: str, documents: Mapping[str, Any], credentials: Sequence[Any], now: str = "", **more: Any) -> Any:
    """Return the answer to a request, as `digitalbazaar.mjs` describes both; the pinned contexts are added."""
    held = {url: pinned(url) for url in sources()}
    request = {"task": task, "documents": {**held, **documents}, "credentials": credentials, "now": now, **more}
    done = subprocess.run(
        [str(shutil.which("node")), "--input-type=module", "--eval", SCRIPT.read_text(encoding="utf-8")],
        input=json.dumps(request).encode(),
        capture_output=True,
        check=False,
        cwd=HOME,
        env={"PATH": os.defpath},
        timeout=_SECONDS,
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode(errors="replace")[-2_000:])
    return json.loads(done.stdout)


def key_pair(key: PrivateKey, name: str, controller: str) -> dict[str, str]:
    """Return a key as a Multikey with its secret half, to sign with it there."""
    secret = base58.b58encode(_SECRET[key.algorithm] + _octets(key)).decode("ascii")
    public = {"publicKeyMultibase": key.public().multikey(), "secretKeyMultibase": f"z{secret}"}
    return {"id": name, "type": "Multikey", "controller": controller, **public}


def _octets(key: PrivateKey) -> bytes:
    if isinstance(key.material, Ed25519PrivateKey):
        return key.material.private_bytes_raw()
    if isinstance(key.material, EllipticCurvePrivateKey):
        return key.material.private_numbers().private_value.to_bytes(key.material.key_size // 8, "big")
    raise TypeError("An RSA key has no Multikey form.")
