"""A name is repaired where a list damages it, refused where it deceives, and otherwise left exactly as it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.roster import limits, read
from issuer.roster.capitals import lowered
from issuer.roster.names import repaired, single_spaced


def one(name: str):
    return read(f'Name,Email\n"{name}",ada@example.org\nBob,bob@example.org\n'.encode())


CAPITALS = {
    "LUCA D'ANGELO": "Luca D'Angelo",
    "MARIO DE LUCA": "Mario De Luca",
    "ADA DELLA VALLE": "Ada Della Valle",
    "SIÂN DELL'ORTO": "Siân Dell'Orto",
    "ŠTĚPÁN DALL'Ò": "Štěpán Dall'Ò",
    "RONALD MCDONALD": "Ronald McDonald",
    "FLORA MACDONALD": "Flora MacDonald",
    "ANA MACHADO": "Ana Machado",
    "AOIFE O'NEILL": "Aoife O'Neill",
    "CONOR O’BRIEN": "Conor O’Brien",
    "JAN VAN DER BERG": "Jan van der Berg",
    "NGUYEN VAN AN": "Nguyen Van An",
    "MARIA DOS SANTOS": "Maria dos Santos",
    "ANNE-MARIE LEFÈVRE": "Anne-Marie Lefèvre",
    "HENRY FORD III": "Henry Ford III",
    "J.R.R. TOLKIEN": "J.R.R. Tolkien",
    "MARCO S.": "Marco S.",
    "NICOLO' ROSSI": "Nicolo' Rossi",
    "SA'ID ALI": "Sa'id Ali",
    "JP MORGAN": "JP Morgan",
    "LI WEI": "Li Wei",
    "ЕЛЕНА ИВАНОВА": "Елена Иванова",
    "ΓΙΩΡΓΟΣ ΠΑΠΑΔΟΠΟΥΛΟΣ": "Γιωργος Παπαδοπουλος",
    "İBRAHİM YILDIZ": "İbrahim Yıldız",
    "LUCA": "Luca",
}


@pytest.mark.parametrize("name", CAPITALS)
def test_capitals_become_the_case_a_person_writes(name):
    assert lowered(name) == CAPITALS[name]


@pytest.mark.parametrize(
    "name",
    ["Marco ROSSI", "marco rossi", "McDonald", "van der Berg", "BO", "AL", "山田太郎", "محمد العلي", "ŞULE IŞIK", "X Æ",
     "Łukasz De", "e e cummings", "Marco S."],
)  # fmt: skip
def test_other_names_keep_their_case(name):
    assert lowered(name) == name


@given(st.text())
def test_case_alone_changes_and_only_once(name):
    assert lowered(lowered(name)) == lowered(name)
    assert lowered(name).casefold().replace("ı", "i").replace("\u0307", "") == name.casefold().replace("\u0307", "")


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [("  Luca   Novák ", "Luca Novák", "spaces"), ("Marco\u00a0Esposito", "Marco Esposito", "spaces"),
     ("Ada\u2009\u202fRossi", "Ada Rossi", "spaces"), ("Nicolo\u0300 Neri", "Nicolò Neri", "nfc"),
     ("ADA ROSSI", "Ada Rossi", "capitals")],
)  # fmt: skip
def test_a_repair_is_noted(before, after, code):
    person = one(before).recipients[0]

    assert person.name == after
    assert [(note.field, note.before, note.after, note.code) for note in person.repairs] == [
        ("name", before, after, code)
    ]


UNCHANGED = {
    "Persian with a ZWNJ": "علی\u200cرضا احمدی",
    "Sinhala with a ZWJ": "ශ්\u200dරී ලංකා",
    "Devanagari": "प्रिया शर्मा",
    "Arabic": "محمد العلي",
    "Hebrew with points": "דָּוִד כהן",
    "Japanese": "山田太郎",
    "Japanese with a wide space": "山田\u3000太郎",
    "Korean": "김지훈",
    "Thai": "สมชาย ใจดี",
    "Vietnamese": "Nguyễn Thị Ngọc",
    "apostrophes": "Dell’Orto D'Angelo",
    "an emoji": "Marco 🎉",
    "a ligature stays": "Ĳsbrand ﬁ",
    "wide letters stay": "Ａda",
    "a variant of an ideograph": "辻\U000e0101",
    "HTML": "<img src=file:///etc/passwd>",
    "a template": "{{7*7}} ${7*7} %s {0.__class__} a",
    "a formula": "=HYPERLINK(a)",
}


@pytest.mark.parametrize("case", UNCHANGED)
def test_a_name_of_the_world_is_accepted_unchanged(case):
    person = one(UNCHANGED[case]).recipients[0]

    assert person.name == UNCHANGED[case]
    assert person.repairs == ()


FORBIDDEN = [0x202E, 0x202A, 0x200E, 0x200F, 0x061C, *range(0x2066, 0x206A), 0x200B, 0xFEFF, 0x2060, 0xAD, 0xE0041,
             0xE0001, 0xE000, 0xFFFD, 0x3164, 0x2028, 0x85, 0x7F, 0x0378, *range(0x01, 0x09), 0x09, 0x0A, 0x0B, 0x0D,
             0x1B, 0x1F, 0x200D, 0x200C, 0xFE0F]  # fmt: skip


@pytest.mark.parametrize("code", FORBIDDEN, ids=lambda code: f"U+{code:04X}")
def test_a_deceiving_character_is_a_fault_that_names_it_and_the_others_go_on(code):
    roster = one(f"Ada{chr(code)}Rossi")

    (fault,) = roster.faults
    assert (fault.code, fault.row, fault.column) == ("name_character", 2, "Name")
    assert f"U+{code:04X}" in fault.message("en")
    assert f"U+{code:04X}" in fault.message("it")
    assert [person.name for person in roster.recipients] == ["Bob"]


def test_the_name_of_the_character_is_told():
    assert "RIGHT-TO-LEFT OVERRIDE" in one("Ada\u202eissoR").faults[0].message("it")
    assert "LINE FEED" in one("Ada\nRossi").faults[0].message("en")


@pytest.mark.parametrize(
    ("name", "code"),
    [("a" * (limits.NAME_POINTS + 1), "name_long"), ("Z" + "\u0301" * 30 + "oe", "name_marks"),
     ("12345", "name_without_letters"),
     ("...", "name_without_letters"), ("🎉", "name_without_letters"), ("", "name_missing"), ("   ", "name_missing")],
)  # fmt: skip
def test_a_name_past_a_limit_is_a_fault(name, code):
    (fault,) = one(name).faults

    assert (fault.code, fault.row, fault.column) == (code, 2, "Name")


def test_a_name_at_the_limits_is_accepted():
    assert one("a" * limits.NAME_POINTS).recipients[0].name == "a" * limits.NAME_POINTS
    marked = "q" + "\u0323" + "\u0307" * (limits.MARKS - 1)
    assert one(marked).recipients[0].name == unicodedata.normalize("NFC", marked)


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=60))
def test_what_is_repaired_needs_no_second_repair(text):
    try:
        name, _ = repaired(text)
    except ValueError:
        return
    assert repaired(name) == (name, ())


@given(st.text(" \u00a0\u3000\u2003ab", max_size=20))
def test_spaces_are_single_and_inside(text):
    spaced = single_spaced(text)

    assert spaced == spaced.strip()
    assert "  " not in spaced


@pytest.mark.parametrize(
    ("row", "name", "column"),
    [("Ada,Ro\u202essi", None, "Last name"), ("A\u202eda,Rossi", None, "First name"),
     (" Ada,Rossi ", "Ada Rossi", None),
     ("ADA,DE LUCA", "Ada De Luca", None), ("Ada,", "Ada", None), (",Rossi", "Rossi", None), ("Ada,-", "Ada", None)],
)  # fmt: skip
def test_a_name_in_two_columns_is_put_together(row, name, column):
    roster = read(f"First name,Last name,Email\n{row},a@example.org\n".encode())

    assert [person.name for person in roster.recipients] == ([name] if name else [])
    assert [fault.column for fault in roster.faults] == ([column] if column else [])


@pytest.mark.parametrize("name", ["{{7*7}}", "${7*7}", "+1", "-1", "%s", "{0.__class__}", "</style><script>", "@x"])
def test_what_only_looks_like_a_command_is_a_name_as_it_stands(name):
    roster = one(name)

    assert roster.faults == ()
    assert [person.name for person in roster.recipients] == [name, "Bob"]


@pytest.mark.parametrize("name", ["12345", "+39 02 5550 1234", "(02) 5550-1234", "2.5", "---", "#"])
def test_a_number_a_telephone_or_a_mark_is_no_name(name):
    assert [fault.code for fault in one(name).faults] == ["name_without_letters"]


@pytest.mark.parametrize("letter", ["a", "\u00e1"])
def test_marks_are_counted_whether_composed_or_not(letter):
    base = len(unicodedata.normalize("NFD", letter)) - 1

    assert one(letter + "\u0301" * (limits.MARKS - base)).faults == ()
    assert [fault.code for fault in one(letter + "\u0301" * (limits.MARKS - base + 1)).faults] == ["name_marks"]
