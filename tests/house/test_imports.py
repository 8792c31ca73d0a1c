"""Which rooms may touch the database, the printer, the network and the web: the table of docs/house.md."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
ROOMS = ("badges", "keys", "verifier", "issuer", "templates")

ALLOWED = {
    "flask": ("issuer/web", "issuer/room", "verifier/web", "wsgi.py"),
    "weasyprint": ("issuer/certificate",),
    "sqlalchemy": ("issuer",),
    "socket": (
        "verifier/jail.py",
        "verifier/brood.py",
        "verifier/zygote.py",
        "verifier/http.py",
        "verifier/metered.py",
        "issuer/cli/serve.py",
    ),
    "http.client": ("verifier/http.py", "verifier/metered.py"),
    "urllib.request": (),
    "requests": (),
    "smtplib": (),
    "pickle": ("verifier/child.py", "verifier/jail.py", "verifier/brood.py"),
    "webauthn": ("issuer/accounts",),
    "authlib": ("issuer/accounts",),
    "argon2": ("issuer/accounts",),
    "celery": ("issuer/work",),
    "kombu": ("issuer/work",),
    "subprocess": (
        "verifier/child.py",
        "verifier/zygote.py",
        "issuer/cli",
        "issuer/certificate/fonts.py",
        "issuer/prints/hands.py",
    ),
}
NEVER = {"sqlalchemy": ("issuer/roster", "issuer/certificate", "issuer/art", "issuer/cli", "issuer/event.py")}


def modules() -> list[Path]:
    return [HOUSE / "wsgi.py", *(file for room in ROOMS for file in sorted((HOUSE / room).rglob("*.py")))]


@cache
def imported(file: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def users(library: str) -> set[str]:
    return {
        file.relative_to(HOUSE).as_posix()
        for file in modules()
        if any(name == library or name.startswith(library + ".") for name in imported(file))
    }


@pytest.mark.parametrize("library", ALLOWED)
def test_a_library_is_used_in_its_rooms_only(library: str) -> None:
    assert {file for file in users(library) if not file.startswith(ALLOWED[library])} == set()


@pytest.mark.parametrize("library", NEVER)
def test_some_rooms_know_nothing_of_it(library: str) -> None:
    assert {file for file in users(library) if file.startswith(NEVER[library])} == set()


def test_the_table_is_of_libraries_that_are_used() -> None:
    assert users("flask")
    assert users("weasyprint")
    assert users("sqlalchemy")
    assert "verifier/http.py" in users("http.client")
