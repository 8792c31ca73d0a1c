from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from keys.envelope import BadKeyFile, KeyEncryptionKey, Label, WrongKeyEncryptionKey
from keys.key import Algorithm, PrivateKey

KEY = PrivateKey.generate(Algorithm.EDDSA)
LABEL = Label("did:web:x", "key-2026-11-a", "EdDSA", "credential", KEY.public().spki())


def test_a_sealed_key_opens_under_its_label() -> None:
    kek = KeyEncryptionKey(os.urandom(32))

    blob = kek.seal(KEY, LABEL)

    assert kek.open(blob, LABEL).public() == KEY.public()
    assert KEY.pkcs8() not in blob
    assert blob != kek.seal(KEY, LABEL), "every nonce is new"


@pytest.mark.parametrize(
    "label",
    [
        pytest.param(replace(LABEL, controller="did:web:y"), id="another issuer"),
        pytest.param(replace(LABEL, kid="key-2026-11-b"), id="another key"),
        pytest.param(replace(LABEL, algorithm="ES256"), id="another algorithm"),
        pytest.param(replace(LABEL, purpose="status-list"), id="another purpose"),
        pytest.param(replace(LABEL, spki=b"other"), id="another public half"),
        pytest.param(replace(LABEL, controller="did:web:xk", kid="ey-2026-11-a"), id="parts that run together"),
    ],
)
def test_a_sealed_key_opens_under_no_other_label(label: Label) -> None:
    kek = KeyEncryptionKey(bytes(32))

    with pytest.raises(WrongKeyEncryptionKey):
        kek.open(kek.seal(KEY, LABEL), label)


def test_a_changed_blob_and_another_key_do_not_open() -> None:
    kek = KeyEncryptionKey(bytes(32))
    blob = kek.seal(KEY, LABEL)

    for other in (b"", blob[:-1], blob[:-1] + bytes([blob[-1] ^ 1]), b"\x02" + blob[1:]):
        with pytest.raises(WrongKeyEncryptionKey):
            kek.open(other, LABEL)
    with pytest.raises(WrongKeyEncryptionKey):
        KeyEncryptionKey(bytes(31) + b"\1").open(blob, LABEL)


def test_the_file_is_made_once_with_mode_0400_and_is_random(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "kek"

    first = KeyEncryptionKey.load_or_create(path)

    assert path.stat().st_mode & 0o777 == 0o400
    assert KeyEncryptionKey.load_or_create(path).secret == first.secret == path.read_bytes()
    assert KeyEncryptionKey.load_or_create(tmp_path / "other").secret != first.secret
    assert [file.name for file in path.parent.iterdir()] == ["kek"], "no draft is left behind"


def test_of_many_makers_at_once_all_read_the_same_key(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from keys.envelope import KeyEncryptionKey;"
        "print(KeyEncryptionKey.load_or_create(Path(sys.argv[1])).secret.hex())"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "kek")]
    root = Path(__file__).parents[2]

    makers = [subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root) for _ in range(6)]

    assert len({maker.communicate()[0] for maker in makers}) == 1


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o444, 0o644])
def test_a_file_that_others_can_read_is_refused_with_what_to_do(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "kek"
    KeyEncryptionKey.load_or_create(path)
    path.chmod(mode)

    with pytest.raises(BadKeyFile, match="chmod 400"):
        KeyEncryptionKey.load(path)


def test_a_missing_file_and_one_of_the_wrong_length_are_each_one_sentence(tmp_path: Path) -> None:
    short = tmp_path / "short"
    short.write_bytes(bytes(31))
    short.chmod(0o400)

    with pytest.raises(BadKeyFile, match="32 octets, and has 31"):
        KeyEncryptionKey.load(short)
    with pytest.raises(BadKeyFile, match="cannot be read"):
        KeyEncryptionKey.load(tmp_path / "missing")


def test_it_is_never_printed_and_derives_a_different_secret_for_each_use() -> None:
    kek = KeyEncryptionKey(bytes(32))

    assert repr(kek) == "<KeyEncryptionKey>"
    assert len({kek.derive("persons"), kek.derive("tokens"), kek.secret}) == 3
    assert kek.derive("persons") == kek.derive("persons")
