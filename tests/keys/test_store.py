from __future__ import annotations

import pytest

from keys.store import KeyStore, MemoryKeyStore
from tests.keys.store_contract import KeyStoreContract


class TestMemoryKeyStore(KeyStoreContract):
    @pytest.fixture
    def store(self) -> KeyStore:
        return MemoryKeyStore()
