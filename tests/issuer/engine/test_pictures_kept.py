"""Pictures of an event file: made fit for print once, kept once, and served as they are kept."""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from issuer.archive import award, signed_bytes
from issuer.batch import reserve
from issuer.certificate.layout import Signatory
from issuer.compose import profile
from issuer.fault import Refused
from issuer.models import Asset, Credential
from issuer.office import Office
from issuer.public import document
from issuer.publish import publish
from issuer.work.issuing import sign_batch
from tests.conftest import NOW
from tests.issuer.engine.builders import make_event, people
from verifier.layout import path_of


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def picture(note: bytes = b"GPS 45.46 9.19") -> bytes:
    """A red square of eight pixels a side that also says where it was taken."""
    rows = b"".join(b"\x00" + b"\xc0\x20\x20" * 8 for _ in range(8))
    header = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", header), chunk(b"tEXt", b"Comment\x00" + note), chunk(b"IDAT", zlib.compress(rows)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + chunk(b"IEND", b"")


def with_pictures() -> object:
    event = make_event()
    return replace(
        event,
        issuer=replace(event.issuer, logo=picture()),
        achievement=replace(event.achievement, image=picture()),
        certificate=replace(event.certificate, signatories=(Signatory("Ada Neri", "Presidente", picture()),)),
    )


def test_an_issuer_kept_before_logos_had_addresses_still_has_a_profile() -> None:
    facts = {"name": "Python Milano", "url": "https://milano.python.it/", "email": "ciao@milano.python.it"}

    assert profile("did:web:a.example", facts, "https://a.example/issuers/a").image is None


def test_nothing_but_the_picture_is_kept(office: Office) -> None:
    batch = reserve(office, with_pictures(), people(1), now=NOW)  # type: ignore[arg-type]
    found = award(office, sign_batch(office, batch.batch_id, now=NOW).credentials[0].token)
    with office.database.reading() as session:
        bodies = session.scalars(select(Asset.body)).all()

    assert found is not None
    assert found.layout.logo in bodies
    assert found.layout.signatories[0].image in bodies
    assert all(b"GPS" not in body for body in bodies)


def test_the_organizers_badge_is_served_as_it_is_kept(office: Office) -> None:
    batch = reserve(office, with_pictures(), people(1), now=NOW)  # type: ignore[arg-type]
    found = award(office, sign_batch(office, batch.batch_id, now=NOW).credentials[0].token)
    assert found is not None
    served = document(office, f"/achievements/{found.achievement_id}.png", NOW)

    assert served is not None
    assert (served.media_type, served.body) == ("image/png", found.layout.picture)
    assert document(office, f"/achievements/{found.achievement_id}.svg", NOW) is None


def test_the_same_pictures_on_the_next_run_are_neither_kept_twice_nor_news(office: Office) -> None:
    reserve(office, with_pictures(), people(1), now=NOW)  # type: ignore[arg-type]
    with office.database.reading() as session:
        before = session.scalar(select(func.count()).select_from(Asset))
    again = reserve(office, with_pictures(), people(1), now=NOW)  # type: ignore[arg-type]
    with office.database.reading() as session:
        after = session.scalar(select(func.count()).select_from(Asset))

    assert (again.notes, after) == ((), before)


def test_a_picture_that_is_none_stops_the_run_before_anything_is_reserved(office: Office) -> None:
    event = make_event()
    broken = replace(event, issuer=replace(event.issuer, logo=picture()[:40]))

    with pytest.raises(Refused):
        reserve(office, broken, people(1), now=NOW)
    with office.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Credential)) == 0


def test_the_logo_is_signed_by_its_address_which_stays_when_the_logo_changes(office: Office, tmp_path: Path) -> None:
    batch = reserve(office, with_pictures(), people(1), now=NOW)  # type: ignore[arg-type]
    token = sign_batch(office, batch.batch_id, now=NOW).credentials[0].token
    address = json.loads(signed_bytes(office, token) or b"")["issuer"]["image"]["id"]
    plain = make_event()

    reserve(office, plain, people(2), update=True, now=NOW)
    publish(office, tmp_path / "out", now=NOW)

    found = document(office, urlsplit(address).path, NOW)
    assert found is not None
    assert found.media_type == "image/png"
    assert (tmp_path / "out" / path_of(address)).read_bytes() == found.body
    assert document(office, urlsplit(address).path.replace(".png", ".svg"), NOW) is None
    assert document(office, "/issuers/python-milano/logo-0000000000000000.png", NOW) is None
    profile = document(office, "/issuers/python-milano", NOW)
    assert profile is not None
    assert "image" not in json.loads(profile.body)
