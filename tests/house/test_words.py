"""Both languages say everything, with the same values, and nothing is said that no catalogue holds."""

from __future__ import annotations

import ast
import io
import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from templates import LANGUAGES, sentence

ROOT = Path(__file__).parents[2]
ROOMS = ("badges", "keys", "verifier", "issuer", "templates", "tools")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%|%")
JINJA_CALL = re.compile(r"""\bsentence\(\s*["']([\w.]+)["']""")


def messages(language: str) -> list[tuple[str, Message]]:
    """Return every message of `language` with the name of its file."""
    return [
        (path.name, message)
        for path in sorted((ROOT / "templates" / "words" / language).glob("*.po"))
        for message in read_po(io.BytesIO(path.read_bytes()), locale=language, abort_invalid=True)
        if message.id
    ]


def code(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def values(message: Message) -> set[str]:
    """Return the names of the values of a sentence; its count may be left out of a form, so it is no value."""
    return {name for form in forms(message) for name in PLACEHOLDER.findall(form) if name} - {"n"}


def written_out(node: ast.AST) -> str | None:
    """Return the code that a call of `sentence` or `Fault` writes out, if it does."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.args:
        return None
    first = node.args[0]
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        return None
    return {"sentence": first.value, "Fault": f"fault.{first.value}"}.get(node.func.id)


def literal_codes() -> dict[str, str]:
    """Return each code that the source writes out, with the last file that does."""
    found: dict[str, str] = {}
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            codes = filter(None, map(written_out, ast.walk(ast.parse(path.read_text("utf-8")))))
            found |= dict.fromkeys(codes, str(path.relative_to(ROOT)))
    for path in (ROOT / "templates").rglob("*.*"):
        if path.suffix in {".html", ".jinja", ".svg", ".txt", ".xml"}:
            found |= dict.fromkeys(JINJA_CALL.findall(path.read_text("utf-8")), str(path.relative_to(ROOT)))
    return found


def test_both_languages_hold_the_same_codes() -> None:
    italian, english = ({(file, code(message)) for file, message in messages(language)} for language in LANGUAGES)

    assert italian ^ english == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_code_is_said_twice(language: str) -> None:
    counted = Counter(code(message) for _, message in messages(language))

    assert [name for name, times in counted.items() if times > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty_or_a_guess(language: str) -> None:
    assert [code(message) for _, message in messages(language) if message.fuzzy or not all(forms(message))] == []


def test_both_languages_use_the_same_values() -> None:
    italian, english = ({code(message): values(message) for _, message in messages(language)} for language in LANGUAGES)

    assert {
        name: (italian[name], english[name])
        for name in italian.keys() & english.keys()
        if italian[name] != english[name]
    } == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_can_be_filled_in(language: str) -> None:
    broken = []
    for _, message in messages(language):
        names = values(message) | {"n"}
        for form in forms(message):
            try:
                assert "%(" not in (form % dict.fromkeys(names, 7) if "%(" in form else form)
            except (AssertionError, KeyError, TypeError, ValueError):
                broken.append((code(message), form))

    assert broken == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_apostrophes_are_apostrophes(language: str) -> None:
    typed = [form for _, message in messages(language) for form in forms(message) if re.search(r"\w'\w", form)]

    assert typed == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_that_is_written_out_has_its_sentence(language: str) -> None:
    held = {code(message) for _, message in messages(language)}

    assert {name: file for name, file in literal_codes().items() if name not in held} == {}


@pytest.mark.parametrize(
    ("code", "values", "told"),
    [
        ("check.validity", {"since": "8 ottobre", "until": "11 maggio"}, "Valido dall’8 ottobre all’11 maggio."),
        ("check.validity", {"since": "18 ottobre", "until": "1 maggio"}, "Valido dal 18 ottobre al 1 maggio."),
        ("check.refresh", {"time": "8\N{NO-BREAK SPACE}ottobre"}, "più recente, dell’8\N{NO-BREAK SPACE}ottobre."),
        ("page.checks.asof", {"moment": "11 ottobre"}, "Controllato l’11 ottobre."),
        ("page.checks.asof", {"moment": "110 anni fa"}, "Controllato il 110 anni fa."),
        ("page.checks.asof", {"moment": "già il 8 luglio"}, "Controllato il già il 8 luglio."),
    ],
)  # fmt: skip
def test_an_italian_article_is_cut_short_before_a_number_that_begins_with_a_vowel(
    code: str, values: dict[str, str], told: str
) -> None:
    assert sentence(code, "it", **values).endswith(told)
