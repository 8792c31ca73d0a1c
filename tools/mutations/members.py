"""Mutations of a JSON document that keep it JSON: values, members, lists, names, contexts, and what stands nearby."""

from __future__ import annotations

import copy
import random
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any, Final

from badges.contexts import pinned, sources
from tools.mutations.places import containers, members, some_list, some_object, some_text

Document = dict[str, Any]
Way = Callable[[Document, random.Random, Document], None]
"""Changes the first document; the last one is another genuine one, from which it may take something."""

LOOK_ALIKE: Final = {
    "a": "а",
    "e": "е",
    "o": "о",
    "p": "р",
    "c": "с",
    "i": "і",
    "A": "А",
    "E": "Е",
    "-": "‐",
    " ": "\u00a0",
    "0": "О",
}
HIDDEN: Final = "\u200b\u200d\u202e\u00ad\ufeff\u0301\ufe0f\U000e0041"
VALUES: Final = (
    None, True, False, 0, 1, -1, 2.5, 1e21, -0.0, 2**53 - 1, "", " ", "Eve", [], {}, [[]], [None], "_:b0",
    "@id", "@json",
    "https://evil.example/x", "urn:x:y", "2099-01-01T00:00:00Z", "did:web:evil.example", {"@value": "Eve"},
    {"id": "urn:x:y"},
    {"@id": "urn:x:y"}, {"@list": ["x"]}, {"@set": ["x"]}, {"type": ["Profile"], "name": "Eve"}, ["Eve",
    "Mallory"], "x" * 2_000,
)  # fmt: skip
CONTEXTS: Final = (
    "https://w3id.org/security/data-integrity/v2", "https://w3id.org/security/multikey/v1",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json", "https://www.w3.org/2018/credentials/v1",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context.json",
    "https://w3id.org/openbadges/v2", "https://evil.example/v1", {"name": None}, {"@vocab": "https://evil.example/#"},
    {"shown": "https://schema.org/name", "name": None}, {"@base": "https://evil.example/"},
)  # fmt: skip


@cache
def terms() -> tuple[str, ...]:
    """Return every term that a context held here defines, however deep, and the keywords."""
    found: set[str] = {"@id", "@type", "@value", "@graph", "@included", "@reverse", "@nest", "@context", "@index"}
    for document in map(pinned, sources()):
        found.update(str(key) for _, key in members(document.get("@context", {})))
    return tuple(sorted(found))


def value_changed(document: Document, dice: random.Random, _donor: Document) -> None:
    """Put another value in the place of any."""
    container, key = dice.choice(list(members(document)))
    container[key] = copy.deepcopy(dice.choice(VALUES))


def value_of_another(document: Document, dice: random.Random, donor: Document) -> None:
    """Put what the other document has in the same place, or in any."""
    container, key = dice.choice(list(members(document)))
    same = [(inside, name) for inside, name in members(donor) if name == key] if dice.random() < 0.8 else []
    inside, name = dice.choice(same or list(members(donor)))
    container[key] = copy.deepcopy(inside[name])


def text_nudged(document: Document, dice: random.Random, _donor: Document) -> None:
    """Change one letter of a text: another, one that looks alike, none, one that is not seen, or its case."""
    if (found := some_text(document, dice)) is None:
        return
    container, key = found
    text: str = container[key]
    place = dice.randrange(len(text))
    letter = text[place]
    other = dice.choice((
        chr(ord(letter) ^ 1), LOOK_ALIKE.get(letter, letter.swapcase()), "", letter * 2,
        letter + dice.choice(HIDDEN), letter.swapcase(),
        f"{letter} ", f"%{ord(letter):02X}", letter + "\n",
    ))  # fmt: skip
    container[key] = text[:place] + other + text[place + 1 :]


def text_normalized(document: Document, dice: random.Random, _donor: Document) -> None:
    """Put a text into another form of Unicode, or another case, or blanks around it."""
    if (found := some_text(document, dice)) is None:
        return
    container, key = found
    forms: list[Callable[[str], str]] = [
        lambda text: unicodedata.normalize("NFD", text), lambda text: unicodedata.normalize("NFKC", text),
        str.upper, str.lower,
        lambda text: f" {text}", lambda text: text + "\t", lambda text: text[::-1],
    ]  # fmt: skip
    container[key] = dice.choice(forms)(container[key])


def member_renamed(document: Document, dice: random.Random, _donor: Document) -> None:
    """Give a member another name: a defined one, an undefined one, a like one, or its full address."""
    inside = some_object(document, dice)
    if not inside:
        return
    old = dice.choice(list(inside))
    new = dice.choice((
        dice.choice(terms()), old.swapcase(), old.capitalize(), f"@{old}", f"https://schema.org/{old}",
        old + "\u200b", f"x:{old}",
        "".join(LOOK_ALIKE.get(letter, letter) for letter in old),
        f"https://purl.imsglobal.org/spec/vc/ob/vocab.html#{old}", old + "s",
    ))  # fmt: skip
    renamed = {new if name == old else name: value for name, value in inside.items()}
    inside.clear()
    inside.update(renamed)


def member_added(document: Document, dice: random.Random, donor: Document) -> None:
    """Add a member, undefined or defined, with a value of any kind, or of another place."""
    inside = some_object(document, dice)
    name = dice.choice(("grade", "Grade", "_:x", "")) if dice.random() < 0.2 else dice.choice(terms())
    value = dice.choice(VALUES)
    if dice.random() < 0.5:
        container, key = dice.choice(list(members(dice.choice((document, donor)))))
        value = container[key]
    inside[name] = copy.deepcopy(value)


def member_removed(document: Document, dice: random.Random, _donor: Document) -> None:
    """Take a member or an item away."""
    container, key = dice.choice(list(members(document)))
    del container[key]


def member_moved(document: Document, dice: random.Random, _donor: Document) -> None:
    """Take a member from one object to another."""
    source, target = some_object(document, dice), some_object(document, dice)
    if source:
        name = dice.choice(list(source))
        value = copy.deepcopy(source[name])
        del source[name]
        target[name] = value


def members_reordered(document: Document, dice: random.Random, _donor: Document) -> None:
    """Write the members of one object in another order, which means nothing."""
    inside = some_object(document, dice)
    mixed = dice.sample(list(inside.items()), len(inside))
    inside.clear()
    inside.update(mixed)


def list_reordered(document: Document, dice: random.Random, _donor: Document) -> None:
    """Put the items of a list in another order."""
    if found := some_list(document, dice, 2):
        found.reverse() if dice.random() < 0.5 else dice.shuffle(found)


def item_doubled(document: Document, dice: random.Random, _donor: Document) -> None:
    """Say an item of a list twice, or a little otherwise the second time."""
    if found := some_list(document, dice):
        item = copy.deepcopy(dice.choice(found))
        if isinstance(item, dict) and item and dice.random() < 0.5:
            del item[dice.choice(list(item))]
        found.insert(dice.randint(0, len(found)), item)


def wrapped(document: Document, dice: random.Random, _donor: Document) -> None:
    """Put a value into a list, or a list into a list."""
    container, key = dice.choice(list(members(document)))
    container[key] = [container[key]]


def unwrapped(document: Document, dice: random.Random, _donor: Document) -> None:
    """Put an item in the place of its list."""
    found = [
        (container, key) for container, key in members(document) if isinstance(container[key], list) and container[key]
    ]
    if found:
        container, key = dice.choice(found)
        container[key] = container[key][0]


def contexts_swapped(document: Document, dice: random.Random, _donor: Document) -> None:
    """Change `@context`, of the document or of a part: in another order, one more, one less, inline."""
    inside = document if dice.random() < 0.8 else some_object(document, dice)
    contexts = inside.get("@context", [])
    contexts = list(contexts) if isinstance(contexts, list) else [contexts]
    new = dice.choice(CONTEXTS)
    ways = [
        contexts[::-1], [*contexts, new], [new, *contexts], contexts[:-1], contexts[1:], [*contexts[:-1], new],
        [*contexts, *contexts[-1:]],
        contexts[0] if contexts else new, [*contexts[:1], new, *contexts[1:]], [],
    ]  # fmt: skip
    inside["@context"] = copy.deepcopy(dice.choice(ways))


def said_elsewhere(document: Document, dice: random.Random, _donor: Document) -> None:
    """Say something else of a thing that is described already, in another place."""
    named = [each["id"] for each in containers(document, dict) if isinstance(each.get("id"), str)]
    if named:
        thing = {
            "id": dice.choice(named),
            "name": "Eve",
            "type": dice.choice((["Profile"], ["Evidence"], ["Achievement"])),
        }
        place = dice.choice(
            ("evidence", "related", "issuer", "creator", "credentialSubject", "termsOfUse", "relatedResource", "source")
        )
        some_object(document, dice)[place] = dice.choice((thing, [thing]))


def part_of_another(document: Document, dice: random.Random, donor: Document) -> None:
    """Put a whole part of the other document in the place of this one's."""
    shared = [name for name in document if name in donor]
    for name in dice.sample(shared, min(len(shared), dice.randint(1, 2))):
        document[name] = copy.deepcopy(donor[name])


def case_changed(document: Document, dice: random.Random, _donor: Document) -> None:
    """Write a type, or an identifier, with other capitals."""
    names = [
        (inside, name) for inside in containers(document, dict) for name in ("type", "id", "proofPurpose",
        "cryptosuite") if name in inside
    ]  # fmt: skip
    if names:
        inside, name = dice.choice(names)
        value = inside[name]
        change = dice.choice((str.lower, str.upper, str.swapcase, str.title))
        inside[name] = [change(str(item)) for item in value] if isinstance(value, list) else change(str(value))


WAYS: Final[tuple[Way, ...]] = (
    value_changed, value_of_another, text_nudged, text_nudged, text_normalized, member_renamed, member_added,
    member_added,
    member_removed, member_moved, members_reordered, list_reordered, item_doubled, wrapped, unwrapped, contexts_swapped,
    said_elsewhere, part_of_another, case_changed,
)  # fmt: skip


def mutated(document: Document, dice: random.Random, donor: Document) -> tuple[str, Document]:
    """Return the name of one way, and a copy of `document` mutated in it; at times in two."""
    changed = copy.deepcopy(document)
    way = dice.choice(WAYS)
    way(changed, dice, donor)
    if dice.random() < 0.1 and changed:
        dice.choice(WAYS)(changed, dice, donor)
    return way.__name__, changed
