from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from badges.jsonld import MAX_LIST, canonize
from badges.model import CONTEXT_OB3, CONTEXT_V2
from badges.problem import BadgeError, DataLoss, Malformed, TooComplex, UnsupportedContext
from badges.quads import MAX_ALIKE, MAX_BLANK_NODES, MAX_ENTANGLED, canonize_quads

TYPES = ["VerifiableCredential", "OpenBadgeCredential"]


def edited(credential: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    changed = copy.deepcopy(credential)
    *steps, last = path.split("/")
    place: Any = changed
    for step in steps:
        place = place[int(step) if step.isdigit() else step]
    place[last] = value
    return changed


def test_our_credential_has_a_canonical_form(credential: dict[str, Any]) -> None:
    lines = canonize(credential).decode().splitlines()

    assert lines == sorted(lines)
    assert any('"Ada Lovelace"' in line for line in lines)


def test_the_order_of_members_does_not_change_it(credential: dict[str, Any]) -> None:
    assert canonize(dict(reversed(credential.items()))) == canonize(credential)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param("grade", "A+", id="an undefined property"),
        pytest.param("credentialSubject/grade", "A+", id="an undefined property, further in"),
        pytest.param("credentialSubject/achievement/alsoKnownAs", "x", id="a property of another vocabulary"),
        pytest.param("type", ["VerifiableCredential", "OpenBadgeCredential", "Undefined"], id="an undefined type"),
        pytest.param("id", "c/1", id="a relative id"),
        pytest.param("issuer/id", "issuer", id="a relative issuer"),
        pytest.param("credentialSubject/achievement/id", "/achievements/1", id="a relative id, further in"),
        pytest.param("credentialSubject/id", "", id="an empty id"),
        pytest.param("credentialSubject/id", "urn:x:\u00a0", id="an id with a space that does not break"),
        pytest.param("credentialSubject/id", "urn:x:\u2028", id="an id with a line separator"),
        pytest.param("credentialSubject/type", ["AchievementSubject", "urn:x:\u3000"], id="a type with a wide space"),
        pytest.param("credentialSubject/_:b0", "A+", id="a property with a blank label"),
        pytest.param("credentialSubject/id", "@json", id="an id that is a keyword"),
        pytest.param("credentialSubject/type", ["AchievementSubject", "@json"], id="a type that is a keyword"),
        pytest.param("@index", "hidden", id="a keyword without a place in RDF"),
        pytest.param("@included", [{"id": "urn:x:1"}], id="a keyword that would add"),
        pytest.param("credentialSubject/@reverse", {"issuer": "urn:x:1"}, id="a keyword that would turn round"),
        pytest.param("name", {"@value": "Ada", "@direction": "ltr"}, id="a direction"),
    ],
)
def test_what_would_not_be_signed_is_refused(credential: dict[str, Any], path: str, value: object) -> None:
    with pytest.raises(DataLoss):
        canonize(edited(credential, path, value))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param("description", "A+", id="a defined property"),
        pytest.param("credentialSubject/term", "autumn", id="a defined property, further in"),
        pytest.param("type", ["VerifiableCredential", "EndorsementCredential"], id="a defined type"),
        pytest.param("id", "urn:uuid:c-1", id="an absolute id"),
        pytest.param("credentialSubject/id", "urn:x:\u00e0", id="an id with a letter of its own"),
        pytest.param("credentialSubject/type", ["AchievementSubject", "urn:x:\u3042"], id="a type of another script"),
        pytest.param("credentialSubject/urn:x:b0", "A+", id="a property by its full address"),
        pytest.param("name", {"@value": "Ada", "@language": "it"}, id="a language"),
    ],
)
def test_the_nearest_thing_that_is_signed_changes_the_canonical_form(
    credential: dict[str, Any], path: str, value: object
) -> None:
    assert canonize(edited(credential, path, value)) != canonize(credential)


@pytest.mark.parametrize(
    "context",
    [
        pytest.param([CONTEXT_V2, "http://127.0.0.1:9/context"], id="an address that we do not hold"),
        pytest.param([CONTEXT_V2, {"shown": "https://schema.org/name", "name": None}], id="written inline"),
        pytest.param("https://www.w3.org/ns/credentials/undefined-terms/v2", id="the one that defines everything"),
        pytest.param(None, id="null"),
    ],
)
def test_a_context_that_is_not_pinned_is_never_used(credential: dict[str, Any], context: object) -> None:
    with pytest.raises(UnsupportedContext):
        canonize({**credential, "@context": context})


def test_a_context_further_in_is_held_to_the_same_rule(credential: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedContext):
        canonize(edited(credential, "credentialSubject/@context", {"name": "https://schema.org/other"}))


def clique(size: int) -> str:
    pairs = [(one, other) for one in range(size) for other in range(size) if one != other]
    return "".join(f"_:b{one} <urn:p> _:b{other} .\n" for one, other in pairs)


@pytest.mark.parametrize("size", [MAX_ALIKE + 1, 8, 12])
def test_a_clique_of_blank_nodes_is_too_complex(size: int) -> None:
    with pytest.raises(TooComplex):
        canonize_quads(clique(size))


def test_the_largest_clique_allowed_is_canonized() -> None:
    assert canonize_quads(clique(MAX_ALIKE)).count(b"\n") == MAX_ALIKE * (MAX_ALIKE - 1)


def ladder(rungs: int) -> str:
    """Pairs of nodes alike, each pair tied to the next: few look alike, and yet every order has to be tried."""
    steps = [(rung, one, other) for rung in range(rungs - 1) for one in "ab" for other in "ab"]
    return "".join(f"_:{one}{rung} <urn:p:{rung}> _:{other}{rung + 1} .\n" for rung, one, other in steps)


def test_alike_nodes_that_hang_together_are_too_complex() -> None:
    canonize_quads(ladder(MAX_ENTANGLED // 2))

    with pytest.raises(TooComplex, match="hang together"):
        canonize_quads(ladder(MAX_ENTANGLED // 2 + 1))


def test_a_list_that_takes_too_long_to_compare_is_too_complex(credential: dict[str, Any]) -> None:
    tags = [f"t{number}" for number in range(MAX_LIST + 1)]
    canonize(edited(credential, "credentialSubject/achievement/tag", tags[:-1]))

    with pytest.raises(TooComplex):
        canonize(edited(credential, "credentialSubject/achievement/tag", tags))


def tagged(things: int, each: int, name: str = "urn:x:{}") -> dict[str, Any]:
    """Things with texts of their own, each thing under a name, or all under one."""
    members = {"@context": [CONTEXT_V2, CONTEXT_OB3], "id": "urn:x:c", "type": TYPES}
    achievements = [
        {"id": name.format(thing), "type": ["Achievement"], "tag": [f"{thing}.{text}" for text in range(each)]}
        for thing in range(things)
    ]
    return {**members, "credentialSubject": {"type": ["AchievementSubject"], "achievement": achievements}}


def test_lists_that_take_too_long_to_compare_together_are_too_complex() -> None:
    canonize(tagged(1, 1_000))
    canonize(tagged(5, 500))

    for document in (tagged(2, 1_000), tagged(5, 500, name="urn:x:same")):
        with pytest.raises(TooComplex):
            canonize(document)


def test_a_list_within_a_list_is_counted_as_one() -> None:
    document = tagged(1, 2)
    achievement = document["credentialSubject"]["achievement"][0]
    canonize(document)

    achievement["tag"] = [[f"{number}"] for number in range(MAX_LIST + 1)]

    with pytest.raises(TooComplex):
        canonize(document)


def chain(size: int) -> str:
    return "".join(f'_:b{number} <urn:p> "{number}" .\n' for number in range(size))


def test_one_blank_node_too_many_is_too_complex() -> None:
    canonize_quads(chain(MAX_BLANK_NODES))

    with pytest.raises(TooComplex):
        canonize_quads(chain(MAX_BLANK_NODES + 1))


def test_both_hashes_name_blank_nodes_and_a_graph_of_one_is_the_same_under_both(credential: dict[str, Any]) -> None:
    assert canonize(credential, "sha384").count(b"\n") == canonize(credential).count(b"\n")
    assert canonize_quads(chain(1), "sha384") == canonize_quads(chain(1))


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40))
def test_different_names_have_different_canonical_forms(name: str) -> None:
    def graph(text: str) -> bytes:
        return canonize({"@context": CONTEXT_V2, "id": "urn:x:1", "name": text})

    assert (graph(name) == graph(name + "x")) is False
    assert json.dumps(name, ensure_ascii=False)[1:-1].replace("\x7f", "") in graph(name).decode().replace("\\u007F", "")


NAMES = st.sampled_from(["@json", "@id", "@type", "@none", "_:b0", "_:", "urn:x:1", "urn:x:", "x", "", ":", "a:b"])
SPACES = st.sampled_from([*"\x1c\x1f\x85\xa0\u1680\u2003\u2028\u2029\u202f\u205f\u3000\ufeff\u200b"])


def proved_by(**members: object) -> bytes:
    evidence = {"type": ["Evidence"], "name": "Added.", **members}
    return canonize({"@context": [CONTEXT_V2, CONTEXT_OB3], "id": "urn:x:c", "evidence": [evidence]})


@settings(max_examples=200)
@given(NAMES | st.builds("urn:x:{}{}".format, SPACES, st.text(max_size=3)) | st.text(max_size=6))
def test_nothing_can_be_added_that_is_not_signed(name: str) -> None:
    for added in ({"id": name}, {"type": ["Evidence", name]}):
        try:
            after = proved_by(**added)
        except (DataLoss, Malformed):
            continue

        assert b"Added." in after
        assert after != proved_by()


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.sampled_from(["id", "type", "name", "issuer", "proof", "@id", "@graph", "@type", "credentialSubject", "x"]),
        st.recursive(st.none() | st.text(max_size=5) | st.integers(), lambda inner: st.lists(inner, max_size=3)),
    )
)
def test_any_document_is_canonized_or_refused_with_an_error_of_ours(members: dict[str, Any]) -> None:
    try:
        canonize({"@context": CONTEXT_V2, **members})
    except BadgeError as error:
        assert isinstance(error, DataLoss | Malformed | TooComplex | UnsupportedContext)


@pytest.mark.parametrize("member", ["name", "_sd"], ids=["a text", "a text in what is taken as JSON"])
def test_half_of_a_character_has_no_canonical_form(member: str) -> None:
    document = {"@context": [CONTEXT_V2], "id": "urn:x:1", "type": "VerifiableCredential"}

    assert canonize({**document, member: "\U0001f389"})
    with pytest.raises(Malformed, match="half of a character"):
        canonize({**document, member: "\ud83c"})
