"""Laws of the pure parts: tokens, templates, objects with places, and what is kept."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from issuer.certificate.press.bounded import Bounded
from issuer.certificate.press.objects import Place, filled, parted, string
from issuer.certificate.press.token import ADDRESS, Fields, has_token, is_address, is_plain, is_still
from issuer.certificate.press.weasy import pydyf

FIELDS = Fields(("name", "id", "url"))
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=12)
VALUES = st.fixed_dictionaries({"name": TEXT, "id": TEXT, "url": TEXT})


@given(st.lists(st.one_of(TEXT, st.sampled_from(FIELDS.names).map(lambda name: (name,))), max_size=6), VALUES)
def test_a_template_filled_is_the_text_with_the_values_in_the_place_of_tokens(parts, values):
    skeleton = "".join(part if isinstance(part, str) else FIELDS.token(part[0]) for part in parts)

    template = FIELDS.template(skeleton)

    wanted = "".join(part if isinstance(part, str) else values[part[0]] for part in parts)
    assert (template.filled(values) if template else skeleton) == wanted
    assert (template is None) == all(isinstance(part, str) for part in parts)


@given(TEXT)
def test_no_text_that_somebody_gives_us_passes_for_a_token(text):
    assert not has_token(text)
    assert has_token(text + FIELDS.token("id"))
    assert has_token(ADDRESS)


@given(VALUES, TEXT)
def test_an_object_filled_is_the_object_made_of_the_values(values, own):
    def made(name, url):
        return pydyf.Dictionary(
            {
                "T": pydyf.String(name),
                "A": pydyf.Array([1, pydyf.String(own), pydyf.Dictionary({"U": pydyf.String(url)})]),
            }
        )

    values["url"] = "https://attestato.example/c/" + values["id"].encode().hex()

    pieces = parted(made(f"Of {FIELDS.token('name')}.", ADDRESS), FIELDS, "url")

    written = filled(pieces, values, {}).replace(b" ]", b"]")
    assert written == made(f"Of {values['name']}.", values["url"]).data.replace(b" ]", b"]")


def test_an_object_without_tokens_does_not_vary():
    assert parted(pydyf.Dictionary({"S": pydyf.String("Ada")}), FIELDS, "url") is None


def test_the_rectangle_of_a_link_has_its_place():
    link = pydyf.Dictionary({"Rect": pydyf.Array([9, 9, 9, 9])})

    assert filled(parted(link, FIELDS, None, Place(2, 1)), {}, {2: [(), (1, 2, 3.5, 4)]}) == b"<</Rect [1 2 3.5 4]>>"


@given(TEXT)
def test_plain_text_is_what_html_leaves_as_it_is(text):
    if is_plain(text):
        assert " ".join(text.split(" ")) == text
        assert text.strip(" \t\n\r\f") == text
        assert "  " not in text
        assert not any(ord(character) < 32 for character in text)
        assert is_still(text)


def test_controls_soft_hyphens_and_double_spaces_are_not_plain():
    odd = [
        "",
        " a",
        "a ",
        "a  b",
        "a\tb",
        "a\nb",
        "a\N{SOFT HYPHEN}b",
        "a\u200bb",
        "\ufeff",
        "a\u2028b",
        "a\x85b",
        "a\n",
    ]

    assert [text for text in odd if is_plain(text)] == []
    assert all(map(is_plain, ["a", "a b", "a\N{NO-BREAK SPACE}b", "Zoë", "王小明", "a\N{ZERO WIDTH JOINER}b"]))


def test_an_address_that_would_be_normalized_is_none_of_ours():
    assert is_address("https://attestato.example/c/k3v7")
    assert is_address("http://localhost:8000/c/k3v7")
    for other in (
        "https://a.example",
        "https://a.example/c/ü",
        "https://a.example/a b",
        "javascript:x",
        "https://a/c\n",
    ):
        assert not is_address(other)


@given(TEXT)
def test_a_string_is_written_as_pdf_writes_it(text):
    assert string(text) == pydyf.String(text).data


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=60), st.integers(1, 5))
def test_what_was_asked_for_last_is_kept_and_never_more_than_so_many(steps, most):
    bounded = Bounded(most)
    order = []

    for key, is_put in steps:
        if is_put or key in order:
            bounded.put(key, key) if is_put else bounded.get(key)
            order = [*(one for one in order if one != key), key][-most:]

    assert len(bounded) == len(order)
    assert [bounded.get(key) for key in order] == order
