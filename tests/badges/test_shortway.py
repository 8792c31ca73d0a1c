"""When the short way is taken, when it is not, and what strangers can do to what is remembered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from badges import shortway
from badges.jsonld import to_nquads
from badges.kept import Kept
from badges.model import CONTEXT_OB3, CONTEXT_V2
from badges.outline import DEEP, MOST, NoOutline, outline
from badges.problem import DataLoss, TooComplex
from badges.quads import MAX_ALIKE, canonize_quads
from badges.shortway import COMPARED, OFTEN, VARIANTS_MOST, ShortWay
from badges.skeleton import NoSkeleton, Skeleton, build

CONTEXT = [CONTEXT_V2, CONTEXT_OB3]
DOUBLE = "http://www.w3.org/2001/XMLSchema#double"
TYPES = ["VerifiableCredential", "OpenBadgeCredential"]


class Counting:
    """The long way, counted."""

    def __init__(self) -> None:
        self.taken = 0

    def __call__(self, document: Any) -> str:
        self.taken += 1
        return to_nquads(document)


def named(name: str, **members: Any) -> dict[str, Any]:
    return {"@context": CONTEXT, "id": "urn:x:1", "type": TYPES, "name": name, **members}


def used_to(document: Any, times: int = 2) -> tuple[ShortWay, Counting]:
    """A short way that has met this document before."""
    way, long_way = ShortWay(), Counting()
    for _ in range(times):
        way.canonize(document, "sha256", long_way)
    long_way.taken = 0
    return way, long_way


def test_an_outline_takes_the_short_way_from_its_third_document_on(credential: dict[str, Any]) -> None:
    way, long_way = ShortWay(), Counting()

    for number in range(6):
        way.canonize({**credential, "name": f"Ada {number}"}, "sha256", long_way)

    assert long_way.taken == 3  # The first, the second, and the second with marks in its holes.


def test_a_document_that_comes_once_costs_one_long_way() -> None:
    way, long_way = ShortWay(), Counting()

    way.canonize(named("Ada"), "sha256", long_way)

    assert long_way.taken == 1


def test_the_credentials_we_issue_need_no_guard_once_their_outline_is_known(credential: dict[str, Any]) -> None:
    way, _ = used_to(credential)

    known = way.known(outline(credential))

    assert known is not None
    assert [skeleton is not None and skeleton.tame for skeleton in known.skeletons.values()] == [True]


def proved_by(texts: list[str]) -> dict[str, Any]:
    return named("Ada", evidence=[{"type": ["Evidence"], "name": text} for text in texts])


def test_texts_that_make_blank_nodes_alike_are_guarded_on_the_short_way_too() -> None:
    different = [str(number) for number in range(MAX_ALIKE + 1)]
    way, long_way = used_to(proved_by(different))
    way.canonize(proved_by([*different[:-1], "x"]), "sha256", long_way)

    with pytest.raises(TooComplex):
        way.canonize(proved_by(["x"] * len(different)), "sha256", long_way)

    assert long_way.taken == 0


@pytest.mark.parametrize("text", ["id:x", "_:b0", "urn:x:2"])
def test_an_identifier_that_could_be_read_otherwise_goes_the_long_way(text: str) -> None:
    way, long_way = used_to(named("Ada"))

    way.canonize({**named("Ada"), "id": text}, "sha256", long_way)

    assert long_way.taken == (0 if text == "urn:x:2" else 1)


def test_what_the_long_way_refuses_is_refused_on_the_short_one() -> None:
    way, long_way = used_to(named("Ada"))

    with pytest.raises(DataLoss):
        way.canonize({**named("Ada"), "id": "relative"}, "sha256", long_way)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        pytest.param("name", {"@value": "Ada", "@language": "it"}, id="a language"),
        pytest.param("name", 1, id="a number"),
        pytest.param("name", ["Ada"], id="a list"),
        pytest.param("type", "VerifiableCredential", id="another type"),
        pytest.param("@context", [CONTEXT_V2], id="another context"),
        pytest.param("description", "x", id="another member"),
    ],
)
def test_whatever_else_differs_is_another_outline(member: str, value: object) -> None:
    known = named("Ada")
    way, _ = used_to(known)
    assert way.known(outline({**known, "name": "Grace"})) is not None

    assert way.known(outline({**known, member: value})) is None


def test_numbers_that_python_holds_equal_are_not_the_same() -> None:
    parts = {outline(named("Ada", x=number)).parts for number in (1, 1.0, True, "1", None)}

    assert len(parts) == 5


def test_equal_identifiers_have_skeletons_of_their_own_up_to_a_limit() -> None:
    way, long_way = used_to(named("Ada", evidence=[{"id": f"urn:e:{number}"} for number in range(VARIANTS_MOST + 2)]))

    for equal in range(VARIANTS_MOST + 1):
        evidence = [{"id": f"urn:e:{max(number, equal)}"} for number in range(VARIANTS_MOST + 2)]
        for _ in range(2):
            document = named("Ada", evidence=evidence)
            assert way.canonize(document, "sha256", long_way) == canonize_quads(to_nquads(document))

    known = way.known(outline(document))
    assert known is not None
    assert len(known.skeletons) == VARIANTS_MOST


def test_a_skeleton_that_gives_other_octets_is_found_out_and_never_used_again() -> None:
    way, long_way = used_to(named("Ada"))
    known = way.known(outline(named("Ada")))
    assert known is not None
    right = canonize_quads(to_nquads(named("Grace")))
    known.served = COMPARED - 1

    def other(document: Any) -> str:
        return long_way(document).replace("Grace", "Grace Hopper")

    answers = [way.canonize(named("Grace"), "sha256", other) for _ in range(2)]

    assert answers == [right.replace(b"Grace", b"Grace Hopper")] * 2
    assert long_way.taken == 2


def test_a_skeleton_is_not_made_where_a_text_comes_out_changed() -> None:
    drawn = outline(named("Ada"))
    build(drawn, range(2), to_nquads)

    typed = f'x"^^<{DOUBLE}>'
    for found, put in [('x"', 'xx"'), ('"https', '"a https'), ('x"', typed), ("<https", "<a:https"), ("mark", "other")]:
        with pytest.raises(NoSkeleton):
            build(drawn, range(2), lambda document, found=found, put=put: to_nquads(document).replace(found, put))


@pytest.mark.parametrize("value", [("a",), {1: "x"}, object(), named("x", x=["y"] * MOST)])
def test_what_is_not_plain_json_or_too_large_has_no_outline(value: object) -> None:
    with pytest.raises(NoOutline):
        outline(value)


def test_what_is_too_deep_has_no_outline() -> None:
    def nested(depth: int) -> Any:
        return [nested(depth - 1)] if depth else "x"

    outline(nested(DEEP))

    with pytest.raises(NoOutline):
        outline(nested(DEEP + 1))


def test_strangers_who_come_twice_do_not_drive_out_what_served_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shortway, "KNOWN_MOST", 4)
    way, long_way = used_to(named("Ada"), times=2 + OFTEN)
    assert way.known(outline(proved_by(["x"]))) is None

    for number in [*range(12)] * 2:
        way.canonize(proved_by([str(item) for item in range(number)]), "sha256", long_way)

    assert way.known(outline(named("Grace"))) is not None
    assert [way.known(outline(proved_by(["x"] * number))) is not None for number in (0, 11)] == [False, True]


def test_one_thread_may_learn_what_another_is_weighing(monkeypatch: pytest.MonkeyPatch) -> None:
    way, long_way = used_to(named("Ada"))
    known = way.known(outline(named("Ada")))
    assert known is not None

    def weight(_: Skeleton) -> int:
        known.skeletons[(-len(known.skeletons),)] = None  # As another thread does, in the middle of it.
        return 1

    monkeypatch.setattr(Skeleton, "weight", property(weight))
    answers = [way.canonize({**named("Ada"), "id": name}, "sha256", long_way) for name in ("_:b0", "urn:x:1")]

    assert answers[0] != answers[1]
    assert len(known.skeletons) > 1


@pytest.fixture
def kept() -> Callable[[], Kept[str]]:
    return lambda: Kept(3, 10)


def test_the_least_recently_used_is_forgotten_first(kept: Callable[[], Kept[str]]) -> None:
    held = kept()
    for key in "abc":
        held.put(key, key, 1)
    held.get("a")

    held.put("d", "d", 1)

    assert [held.get(key) for key in "abcd"] == ["a", None, "c", "d"]


def test_what_is_remembered_has_a_weight_in_all(kept: Callable[[], Kept[str]]) -> None:
    held = kept()
    held.put("a", "a", 6)
    held.put("b", "b", 4)

    held.put("c", "c", 5)
    held.put("d", "d", 11)

    assert [held.get(key) for key in "abcd"] == [None, "b", "c", None]


def test_a_value_that_is_replaced_weighs_once(kept: Callable[[], Kept[str]]) -> None:
    held = kept()
    for _ in range(5):
        held.put("a", "a", 6)

    held.put("b", "b", 4)

    assert (held.get("a"), held.get("b")) == ("a", "b")
