"""A character that no font has is found before anything is printed."""

from __future__ import annotations

import pytest

from issuer.certificate.glyphs import missing


@pytest.mark.parametrize(
    "text",
    ["Maria-Grazia Dell’Orto", "Μαρία", "Владимир", "Nguyễn Thị Hồng Hạnh", "أحمد", "דוד", "王小明", "김민준", "สมชาย",
     "प्रियंका", "Nguye\u0302\u0303n", "क्\u200dष", "a\u00a0b\u202fc", "Łukasiewicz Ðorđe Þór"],
)  # fmt: skip
def test_the_scripts_of_the_world_can_be_printed(text):
    assert missing(text) == set()


@pytest.mark.parametrize("character", ["\U00030000", "\ue000", "\U000f0000", "\u0378", "\U0001fae8"])
def test_what_no_font_has_is_told(character):
    assert missing(f"Ada {character}") == {character}
