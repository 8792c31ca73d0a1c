"""Private keys at rest: sealed with AES-256-GCM under a key-encryption key of 32 random octets.

The associated data binds what a blob is for: its identifier, algorithm, purpose and public half. A blob that is put
into another row does not open. The key-encryption key is no password: it is a file of mode 0400, made on first
start or given as a secret file, and lies outside the data folder.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from keys.key import PrivateKey

KEY_OCTETS: Final = 32
_VERSION: Final = b"\x01"
_NONCE_OCTETS: Final = 12
_LABEL: Final = b"attestato-key-v1"


class WrongKeyEncryptionKey(Exception):
    """The key-encryption key at hand does not open the keys of this installation."""

    def __init__(self) -> None:
        super().__init__(
            "The key-encryption key does not open the stored keys: give ATTESTATO_KEK_FILE the file "
            "that this installation was made with."
        )


class BadKeyFile(Exception):
    """The file of the key-encryption key cannot be used as it is."""


@dataclass(frozen=True)
class Label:
    """What a sealed key is for; sealed keys open under the very same label only."""

    controller: str
    kid: str
    algorithm: str
    purpose: str
    spki: bytes

    def octets(self) -> bytes:
        """Return the associated data, each part with its length before it, so that no two labels run together."""
        parts = (self.controller, self.kid, self.algorithm, self.purpose)
        texts = [part.encode("utf-8") for part in parts] + [sha256(self.spki).digest()]
        return _LABEL + b"".join(len(text).to_bytes(4, "big") + text for text in texts)


@dataclass(frozen=True, repr=False)
class KeyEncryptionKey:
    """32 random octets that seal every private key; never printed."""

    secret: bytes

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_OCTETS:
            raise BadKeyFile(f"The key-encryption key must be {KEY_OCTETS} octets, and has {len(self.secret)}.")

    def __repr__(self) -> str:
        return "<KeyEncryptionKey>"

    @classmethod
    def load(cls, path: Path) -> KeyEncryptionKey:
        """Read the key; BadKeyFile when it is missing, unreadable or open to others."""
        try:
            mode, secret = path.stat().st_mode, path.read_bytes()
        except OSError as fault:
            raise BadKeyFile(f"The key-encryption key {path} cannot be read: {fault.strerror}.") from fault
        if mode & 0o077:
            raise BadKeyFile(f"The key-encryption key {path} can be read by others: run chmod 400 {path}.")
        return cls(secret)

    @classmethod
    def load_or_create(cls, path: Path) -> KeyEncryptionKey:
        """Read the key, or make one where there is none; of two makers at once, one wins and both read it."""
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(os.urandom(KEY_OCTETS))
                    file.flush()
                    os.fsync(file.fileno())
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return cls.load(path)

    def seal(self, key: PrivateKey, label: Label) -> bytes:
        """Return version, nonce and ciphertext of `key`."""
        nonce = os.urandom(_NONCE_OCTETS)
        return _VERSION + nonce + AESGCM(self.secret).encrypt(nonce, key.pkcs8(), label.octets())

    def open(self, blob: bytes, label: Label) -> PrivateKey:
        """Return the key in `blob`; WrongKeyEncryptionKey when this key, or this label, is not the one."""
        if blob[:1] != _VERSION:
            raise WrongKeyEncryptionKey
        nonce, sealed = blob[1 : 1 + _NONCE_OCTETS], blob[1 + _NONCE_OCTETS :]
        try:
            return PrivateKey.from_pkcs8(AESGCM(self.secret).decrypt(nonce, sealed, label.octets()))
        except (InvalidTag, ValueError) as fault:
            raise WrongKeyEncryptionKey from fault

    def derive(self, purpose: str) -> bytes:
        """Return 32 octets for another use, such as looking up persons by a keyed hash (HKDF, RFC 5869)."""
        return HKDF(hashes.SHA256(), KEY_OCTETS, salt=None, info=b"attestato " + purpose.encode("utf-8")).derive(
            self.secret
        )
