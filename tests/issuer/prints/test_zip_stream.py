"""A ZIP that streams is one that every program opens, however large, and its names lead nowhere else."""

from __future__ import annotations

import io
import subprocess
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.prints.filename import filename
from issuer.prints.zipped import File, small_file, zipped

AT = datetime(2026, 11, 20, 10, 42, 8, tzinfo=UTC)
TOKEN = "k3v7q2m5x8c4n6z2p7d4w2r7ta"


def unpacked(files):
    with zipfile.ZipFile(io.BytesIO(b"".join(zipped(files, AT)))) as opened:
        assert opened.testzip() is None
        return {item.filename: opened.read(item) for item in opened.infolist()}, opened.infolist()


@settings(max_examples=40)
@given(
    bodies=st.dictionaries(
        st.text(st.characters(codec="utf-8", exclude_characters="\0/\\"), min_size=1, max_size=20),
        st.binary(max_size=200),
        max_size=8,
    )
)
def test_what_goes_in_comes_out(bodies):
    files = [small_file(name, body) for name, body in bodies.items()]

    assert unpacked(files)[0] == bodies


def test_files_are_stored_dated_and_readable():
    _, [item] = unpacked([File("a/b.pdf", 6, zlib.crc32(b"foobar"), (b"foo", b"bar"))])

    assert (item.compress_type, item.date_time) == (zipfile.ZIP_STORED, (2026, 11, 20, 10, 42, 8))
    assert (item.external_attr >> 16, item.create_system) == (0o100644, 3)


def test_a_file_that_is_not_as_long_as_it_was_announced_breaks_the_archive_off():
    with pytest.raises(ValueError, match="announced"):
        list(zipped([File("a", 4, zlib.crc32(b"abc"), (b"abc",))], AT))


@pytest.mark.tool
def test_other_programs_open_it(tool, tmp_path):
    path = tmp_path / "all.zip"
    path.write_bytes(b"".join(zipped([small_file("Zoë - ä.pdf", b"one"), small_file("李.pdf", b"two")], AT)))

    assert subprocess.run([tool("unzip"), "-tq", path], capture_output=True, check=False).returncode == 0


class Sparse(io.RawIOBase):
    """A file of which the long runs of zeros are not kept."""

    def __init__(self, pieces, zeros):
        self.kept, self.length, self.at = [], 0, 0
        for piece in pieces:
            if piece is not zeros:
                self.kept.append((self.length, piece))
            self.length += len(piece)

    def seekable(self):
        return True

    def readable(self):
        return True

    def seek(self, offset, whence=0):
        self.at = offset + (0, self.at, self.length)[whence]
        return self.at

    def tell(self):
        return self.at

    def read(self, size=-1):
        size = self.length - self.at if size < 0 else min(size, self.length - self.at)
        assert size < 2**24, "Nobody asks for the zeros here."
        out = bytearray(size)
        for start, piece in self.kept:
            first, last = max(start, self.at), min(start + len(piece), self.at + size)
            if first < last:
                out[first - self.at : last - self.at] = piece[first - start : last - start]
        self.at += size
        return bytes(out)


def test_past_four_gibibytes_lengths_and_places_are_written_wide():
    zeros = bytes(2**26)
    huge = File("huge", 2**32 + 2**26, 0, (zeros for _ in range(65)))
    files = [File("before", 2**26, 0, (zeros,)), huge, small_file("after", b"still found")]

    with zipfile.ZipFile(Sparse(zipped(files, AT), zeros)) as opened:
        assert [item.file_size for item in opened.infolist()] == [2**26, 2**32 + 2**26, 11]
        assert opened.getinfo("after").header_offset > 2**32
        assert opened.read("after") == b"still found"


def test_past_sixty_five_thousand_files_they_are_counted_wide():
    files = (small_file(f"{number}", b"") for number in range(65_600))

    assert len(unpacked(files)[1]) == 65_600


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Maria-Grazia Dell’Orto", "Maria-Grazia Dell’Orto - "),
        ("../../etc/passwd", "etc passwd - "),
        ("..\\..\\AUTOEXEC", "AUTOEXEC - "),
        ("C:\\evil", "C evil - "),
        ("/etc/cron.d/x", "etc cron.d x - "),
        ("~root", "root - "),
        ("-rf", "rf - "),
        ("=cmd|calc", "cmd calc - "),
        ("a\0b\nc\u202egpj", "a b c gpj - "),
        ("प्रियंका शर्मा", "प्रियंका शर्मा - "),
        ("สมชาย ใจดี", "สมชาย ใจดี - "),
        ("李" * 80, "李" * 40 + " - "),
        ("CON", "CON - "),
        ("Con. Rossi", "_Con. Rossi - "),
        ("com1 .x", "_com1 .x - "),
        ("Conrad P. Rossi", "Conrad P. Rossi - "),
        ("👩‍🚀", ""),
        ("...", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_file_is_named_after_its_person_and_nothing_else(name, kept):
    assert filename(name, TOKEN, "pdf") == f"{kept}{TOKEN}.pdf"


@given(name=st.text())
def test_no_name_leads_out_of_the_folder(name):
    made = filename(name, TOKEN, "pdf")

    assert made.endswith(f"{TOKEN}.pdf")
    assert PurePosixPath(made).parts == PureWindowsPath(made).parts == (made,)
    assert len(made.encode("utf-8")) < 200
    assert made[0] not in ".-~ "
    assert made.isprintable()
