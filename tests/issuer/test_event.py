"""The event file: read as its page promises, every fault told with its line."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.duration import Duration, InvalidDuration
from issuer.event import EventFile, read_event
from issuer.fault import Refused
from issuer.kinds import KINDS
from issuer.rules import ACHIEVEMENT_TYPES
from issuer.toml import read_toml

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
JPEG = b"\xff\xd8\xff\xe0" + bytes(20)
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'

WHOLE = """\
[issuer]
slug = "python-milano"
name = "Python Milano"
url = "https://milano.python.it/"
email = "ciao@milano.python.it"
logo = "logo.png"

[achievement]
kind = "attendance"
slug = "attendance"
name = "Un nome suo"
description = "Took part."
criteria = "Checked in."
type = "Course"
image = "badge.svg"
tags = ["python", "community"]

[event]
slug = "2026-10-15-serata"
name = "Serata Python"
start = 2026-10-15T18:30:00+02:00
end = 2026-10-15T21:30:00+02:00
timezone = "Europe/Rome"
place = "Milano"
hours = 2.5
language = "it"

[certificate]
design = "classic"
wording = "{{name}} c’era[, a {{place}}], {{Turno}}."
valid_for = "P2Y"
paper = "Letter"
colour = "#7a1f2b"
legal_note = false
[[certificate.signatory]]
name = "Ada"
role = "Chair"
image = "signature.jpg"
[[certificate.signatory]]
name = "Grace"
"""

SHORTEST = """\
[issuer]
slug = "x"
name = "X"
[achievement]
slug = "y"
description = "d"
criteria = "c"
[event]
slug = "z"
name = "Z"
start = 2026-10-15T18:30:00+02:00
end = 2026-10-15T21:30:00+02:00
language = "en"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "logo.png").write_bytes(PNG)
    (tmp_path / "badge.svg").write_bytes(SVG)
    (tmp_path / "signature.jpg").write_bytes(JPEG)
    return tmp_path


def read(text: str, folder: Path | None = None) -> EventFile:
    return read_event(text.encode(), folder)


def faults(text: str, folder: Path | None = None) -> list[tuple[int | None, str | None, str]]:
    with pytest.raises(Refused) as refused:
        read(text, folder)
    for fault in refused.value.faults:
        assert fault.message("it") != fault.message("en")
    return [(fault.row, fault.column, fault.code) for fault in refused.value.faults]


def changed(old: str, new: str) -> str:
    assert WHOLE.count(old) == 1
    return WHOLE.replace(old, new)


def test_all_that_a_file_says_is_read(folder):
    event = read(WHOLE, folder)

    assert (event.issuer.slug, event.issuer.url) == ("python-milano", "https://milano.python.it/")
    assert (event.issuer.email, event.issuer.logo) == ("ciao@milano.python.it", PNG)
    assert (event.achievement.name, event.achievement.type) == ("Un nome suo", "Course")
    assert (event.achievement.image, event.achievement.tags) == (SVG, ("python", "community"))
    assert event.event.start == datetime(2026, 10, 15, 16, 30, tzinfo=UTC)
    assert event.event.start.utcoffset() == timedelta(hours=2)
    assert (event.event.hours, event.event.place, event.event.timezone) == (Decimal("2.5"), "Milano", "Europe/Rome")
    assert (event.certificate.design, event.certificate.paper) == ("classic", "Letter")
    assert (event.certificate.colour, event.certificate.legal_note) == ("#7a1f2b", False)
    assert [(who.name, who.role, who.image) for who in event.certificate.signatories] == [
        ("Ada", "Chair", JPEG),
        ("Grace", "", None),
    ]
    assert event.valid_until == datetime(2028, 10, 15, 19, 30, tzinfo=UTC)
    assert event.columns == ("Turno",)


def test_where_a_file_is_silent_the_kind_speaks():
    event = read(SHORTEST)

    assert event.achievement.kind is KINDS["attendance"]
    assert event.achievement.name == "Certificate of Attendance"
    assert event.achievement.type == "CertificateOfCompletion"
    assert (event.certificate.design, event.certificate.paper) == ("modern", "A4")
    assert event.certificate.wording is None
    assert event.valid_until is None
    assert event.columns == ()


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
@pytest.mark.parametrize("language", ["it", "en"])
def test_each_kind_gives_its_title_type_and_design(kind, language):
    text = SHORTEST.replace("[achievement]", f'[achievement]\nkind = "{kind.name}"')

    event = read(text.replace('language = "en"', f'language = "{language}"'))

    assert event.achievement.name == kind.title[language]
    assert (event.achievement.type, event.certificate.design) == (kind.achievement_type, kind.design)


def test_without_a_zone_dates_are_printed_with_the_offset_of_the_event():
    assert read(SHORTEST).event.timezone == "Etc/GMT-2"


def test_the_interface_page_itself_is_an_event_file(shared, tmp_path):
    page = (shared / "INTERFACE.md").read_text(encoding="utf-8")
    block = re.search(r"An event file:\n\n((?:    .*\n|\n)+)", page)
    assert block is not None
    text = re.sub(r"^    ", "", block[1], flags=re.MULTILINE)
    for name, data in (("logo.png", PNG), ("badge.svg", SVG), ("signature.png", PNG)):
        (tmp_path / name).write_bytes(data)

    event = read(text, tmp_path)

    assert event.issuer.slug == "python-milano"
    assert event.certificate.signatories[0].image == PNG


@pytest.mark.parametrize(
    ("old", "new", "column", "code"),
    [
        ('slug = "python-milano"', 'slug = "Python Milano"', "issuer.slug", "event_slug"),
        ('slug = "python-milano"', 'slug = "../etc"', "issuer.slug", "event_slug"),
        ('slug = "python-milano"', f'slug = "{"x" * 64}"', "issuer.slug", "event_slug"),
        ('name = "Python Milano"', 'name = ""', "issuer.name", "event_empty"),
        ('name = "Python Milano"', "name = 7", "issuer.name", "event_not_text"),
        ('name = "Python Milano"', 'name = "Py\\u202Ethon"', "issuer.name", "event_character"),
        ('name = "Python Milano"', 'name = "two\\nlines"', "issuer.name", "event_character"),
        ('name = "Python Milano"', f'name = "{"x" * 201}"', "issuer.name", "event_long"),
        ('url = "https://milano.python.it/"', 'url = "javascript:alert(1)"', "issuer.url", "event_url"),
        ('email = "ciao@milano.python.it"', 'email = "ciao"', "issuer.email", "event_email"),
        ('logo = "logo.png"', 'logo = "none.png"', "issuer.logo", "picture_missing"),
        ('logo = "logo.png"', 'logo = "../logo.png"', "issuer.logo", "picture_outside"),
        ('logo = "logo.png"', 'logo = "/etc/passwd"', "issuer.logo", "picture_outside"),
        ('logo = "logo.png"', 'logo = "text.png"', "issuer.logo", "picture_format"),
        ('kind = "attendance"', 'kind = "medal"', "achievement.kind", "event_choice"),
        ('type = "Course"', 'type = "Medal"', "achievement.type", "event_type"),
        ('tags = ["python", "community"]', 'tags = "python"', "achievement.tags", "event_not_list"),
        ('tags = ["python", "community"]', "tags = [1]", "achievement.tags", "event_not_list"),
        ("start = 2026-10-15T18:30:00+02:00", "start = 2026-10-15T18:30:00", "event.start", "event_naive"),
        ("start = 2026-10-15T18:30:00+02:00", "start = 2026-10-15", "event.start", "event_not_time"),
        ("start = 2026-10-15T18:30:00+02:00", 'start = "2026-10-15T18:30:00Z"', "event.start", "event_not_time"),
        ("end = 2026-10-15T21:30:00+02:00", "end = 2026-10-14T21:30:00+02:00", "event.end", "event_end_before_start"),
        ("end = 2026-10-15T21:30:00+02:00", "end = 9999-12-31T23:59:59Z", "event.end", "event_year"),
        ('timezone = "Europe/Rome"', 'timezone = "Rome"', "event.timezone", "event_zone"),
        ("hours = 2.5", "hours = true", "event.hours", "event_not_number"),
        ("hours = 2.5", "hours = -1", "event.hours", "event_number"),
        ("hours = 2.5", "hours = nan", "event.hours", "event_number"),
        ('language = "it"', 'language = "fr"', "event.language", "event_choice"),
        ('design = "classic"', 'design = "baroque"', "certificate.design", "event_choice"),
        ('valid_for = "P2Y"', 'valid_for = "2 years"', "certificate.valid_for", "event_duration"),
        ('valid_for = "P2Y"', 'valid_for = "P"', "certificate.valid_for", "event_duration"),
        ('valid_for = "P2Y"', 'valid_for = "P0D"', "certificate.valid_for", "event_duration"),
        ('valid_for = "P2Y"', 'valid_for = "PT2H"', "certificate.valid_for", "event_duration"),
        ('paper = "Letter"', 'paper = "a4"', "certificate.paper", "event_choice"),
        ('colour = "#7a1f2b"', 'colour = "red;}@import url(//evil)"', "certificate.colour", "event_colour"),
        ("legal_note = false", 'legal_note = "no"', "certificate.legal_note", "event_not_flag"),
        ('role = "Chair"', "role = 1", "certificate.signatory.1.role", "event_not_text"),
        ('role = "Chair"', 'rôle = "Chair"', None, "toml_syntax"),
        ('role = "Chair"', 'rolle = "Chair"', "certificate.signatory.1.rolle", "event_unknown_near"),
        ('place = "Milano"', 'weather = "fine"', "event.weather", "event_unknown"),
        ("[certificate]", "[certificates]", "certificates", None),
        ('wording = "{{name}} c’era[, a {{place}}], {{Turno}}."', 'wording = "{{name"', "certificate.wording", None),
    ],
)  # fmt: skip
def test_each_fault_is_told_with_its_key_and_line(folder, old, new, column, code):
    (folder / "text.png").write_text("no picture", encoding="utf-8")
    text = changed(old, new)

    found = faults(text, folder)

    line = text[: text.index(new)].count("\n") + 1
    assert line in {row for row, where, _ in found if where == column}
    assert code is None or (line, column, code) in found


def test_all_faults_are_told_at_once_in_the_order_of_the_file(folder):
    text = changed('slug = "python-milano"', 'slug = "?"').replace("hours = 2.5", "hours = 0")
    text = text.replace('name = "Grace"', "nome = 1")

    found = faults(text, folder)

    assert [code for _, _, code in found] == ["event_slug", "event_number", "event_missing", "event_unknown_near"]
    assert [row for row, _, _ in found] == sorted(row or 0 for row, _, _ in found)


def test_an_empty_file_misses_what_is_required_and_nothing_else():
    assert {column for _, column, code in faults("") if code == "event_missing"} == {
        "issuer.slug", "issuer.name", "achievement.slug", "achievement.description", "achievement.criteria",
        "event.slug", "event.name", "event.start", "event.end", "event.language",
    }  # fmt: skip


def test_a_table_that_is_a_text_is_a_fault():
    assert (1, "issuer", "event_not_table") in faults('issuer = "x"\n' + SHORTEST.replace("[issuer]", "[other]"))


def test_a_fourth_signatory_is_a_fault_of_the_file():
    text = SHORTEST + '[[certificate.signatory]]\nname = "A"\n' * 4

    assert [code for _, _, code in faults(text)] == ["event_many"]
    assert len(read(SHORTEST + '[[certificate.signatory]]\nname = "A"\n' * 3).certificate.signatories) == 3


def test_a_picture_behind_a_link_that_leads_out_of_the_folder_is_refused(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "secret.png").write_bytes(PNG)
    (home / "logo.png").symlink_to(tmp_path / "secret.png")

    assert faults(SHORTEST.replace('name = "X"', 'name = "X"\nlogo = "logo.png"'), home) == [
        (4, "issuer.logo", "picture_outside")
    ]


def test_a_picture_that_is_too_large_is_refused(tmp_path):
    (tmp_path / "logo.svg").write_bytes(SVG + b" " * 2 * 1024 * 1024)

    assert [code for *_, code in faults(SHORTEST.replace('name = "X"', 'name = "X"\nlogo = "logo.svg"'), tmp_path)] == [
        "picture_large"
    ]


@pytest.mark.parametrize(
    ("data", "line", "code"),
    [
        (b"[issuer\n", 1, "toml_syntax"),
        (b'[issuer]\nslug = "a"\nslug = "b"\n', 3, "toml_syntax"),
        (b'[issuer]\nname = "\xff"\n', 2, "toml_encoding"),
        (b"a = " + b"[" * 5000, None, "toml_syntax"),
        (b"#" * (256 * 1024 + 1), None, "toml_large"),
    ],
    ids=["bracket", "twice", "latin-1", "deep", "large"],
)
def test_what_is_no_toml_is_refused_with_its_line(data, line, code):
    with pytest.raises(Refused) as refused:
        read_event(data, None)

    assert [fault.code for fault in refused.value.faults] == [code]
    assert line is None or refused.value.faults[0].row == line


def test_a_file_from_windows_is_read():
    assert read_event(b"\xef\xbb\xbf" + SHORTEST.replace("\n", "\r\n").encode(), None).issuer.slug == "x"


def test_lines_are_found_whatever_stands_before_them():
    text = (
        'a = """one\n[b]\nc = 1 # no\n"""\nlist = [\n  1, # ]\n  "]",\n]\n'
        "\"quoted.key\" = 'x'\nd.e = {f = 1}\n[[g]]\nh = 1\n[[g]]\nh = 2\n[g.i]\nj = 3\n"
    )

    toml = read_toml(text.encode())

    assert toml.line(("a",)) == 1
    assert toml.line(("list",)) == 5
    assert toml.line(("quoted.key",)) == 9
    assert toml.line(("d", "e", "f")) == 10
    assert toml.line(("g", 0, "h")) == 12
    assert toml.line(("g", 1, "h")) == 14
    assert toml.line(("g", 1, "i", "j")) == 16


def test_the_types_are_those_of_the_specification():
    path = files("badges").joinpath("contexts", "ob_v3p0_achievementcredential_schema.json")
    schema = json.loads(path.read_text(encoding="utf-8"))

    named = schema["$defs"]["Achievement"]["properties"]["achievementType"]["oneOf"][0]["enum"]

    assert set(named) == ACHIEVEMENT_TYPES


ROME = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("P1Y", datetime(2024, 2, 29, 20, tzinfo=ROME), datetime(2025, 2, 28, 20, tzinfo=ROME)),
        ("P4Y", datetime(2024, 2, 29, 20, tzinfo=ROME), datetime(2028, 2, 29, 20, tzinfo=ROME)),
        ("P18M", datetime(2026, 8, 31, 20, tzinfo=ROME), datetime(2028, 2, 29, 20, tzinfo=ROME)),
        ("P30D", datetime(2026, 1, 30, 20, tzinfo=ROME), datetime(2026, 3, 1, 20, tzinfo=ROME)),
        ("P2W", datetime(2026, 12, 25, 20, tzinfo=ROME), datetime(2027, 1, 8, 20, tzinfo=ROME)),
        ("P1Y6M10D", datetime(2026, 1, 31, 20, tzinfo=ROME), datetime(2027, 8, 10, 20, tzinfo=ROME)),
    ],
)
def test_a_duration_is_added_as_a_calendar_adds(text, start, end):
    assert Duration.parse(text).after(start) == end


def test_an_award_expires_at_the_same_time_of_day_across_a_change_of_the_clocks():
    text = SHORTEST.replace("[event]", '[event]\ntimezone = "Europe/Rome"') + '[certificate]\nvalid_for = "P3M"\n'

    assert read(text).valid_until == datetime(2027, 1, 15, 20, 30, tzinfo=UTC)


@given(st.integers(0, 99), st.integers(0, 11), st.integers(0, 300), st.datetimes(datetime(1950, 1, 1), datetime(2150, 1, 1)))  # fmt: skip  # noqa: E501
def test_a_duration_never_ends_before_it_begins(years, months, days, start):
    try:
        duration = Duration.parse(f"P{years}Y{months}M{days}D")
    except InvalidDuration:
        assert years == months == days == 0
        return

    assert duration.after(start.replace(tzinfo=UTC)) > start.replace(tzinfo=UTC)
