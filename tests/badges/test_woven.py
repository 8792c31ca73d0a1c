"""A text with holes is the text again, whatever is put into it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from badges.woven import Woven

MARKS = ("mark-0", "mark-1", "mark-2")
PIECES = st.lists(st.sampled_from((*MARKS, "%", "%s", "%(x)s", "{", "}", "{0}", "\\", '"', "é")) | st.text(max_size=5))


@given(PIECES, st.tuples(st.text(), st.text(), st.text()))
def test_each_mark_gives_way_to_its_text_and_nothing_else_changes(pieces: list[str], texts: tuple[str, ...]) -> None:
    given_texts = dict(zip(MARKS, texts, strict=True))
    whole = [piece for piece in pieces if piece in given_texts or "mark-" not in piece]

    woven = Woven.cut("\0".join(whole), MARKS)

    assert woven.filled(texts) == "\0".join(given_texts.get(piece, piece) for piece in whole)


@given(PIECES)
def test_without_marks_a_text_stays_as_it_is(pieces: list[str]) -> None:
    text = "".join(pieces)

    assert Woven.cut(text, ()).filled(()) == text


def test_what_is_put_in_is_not_read_as_a_mark_again() -> None:
    woven = Woven.cut("mark-0 and mark-1", MARKS)

    assert woven.filled(("mark-1", "mark-0", "%s")) == "mark-1 and mark-0"
