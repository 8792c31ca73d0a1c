"""Every dependency is pinned with its hash, above the versions known to be bad, and alike in every lock file."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
RUNTIME, BUILD, DEVELOPMENT = "requirements.txt", "requirements-build.txt", "requirements-dev.txt"

FLOORS = {
    "pyjwt": ("2.15.0", "JWK taken as an HMAC secret, header rules, recursion"),
    "weasyprint": ("70.0", "attachments, redirects and style sheets that bypass the fetcher"),
    "pypdf": ("7.0.1", "encrypted PDFs"),
    "pillow": ("13.0.0", "heap overflows in JPEG and TIFF"),
    "cryptography": ("46.0.7", "buffer overflow with non-contiguous buffers"),
    "jinja2": ("3.1.6", "escapes from the sandbox"),
    "flask": ("3.1.3", "cookies shared through caches"),
    "werkzeug": ("3.1.9", "multipart bodies that exhaust"),
    "marshmallow": ("4.4.0", "merging of errors"),
    "pyld": ("3.3.0", "the version our guard is written for"),
    "pikepdf": ("2.10", "entities in XMP"),
    "openpyxl": ("3.1.5", "entities in sheets"),
    "cairosvg": ("2.7.0", "requests forged by a picture"),
    "svglib": ("0.9.4", "entities in pictures"),
    "reportlab": ("3.6.13", "code in colours"),
}
"""The lowest version of a package without a known hole, and the hole, whether or not we use the package today."""


def pins(lock: str) -> dict[str, Version]:
    text = (ROOT / lock).read_text("utf-8")
    return {canonicalize_name(name): Version(pin) for name, pin in re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE)}


def unhashed(text: str) -> list[str]:
    records = re.split(r"\n(?=\S)", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).strip())
    return [record.splitlines()[0] for record in records if "--hash=sha256:" not in record]


@pytest.mark.parametrize("lock", [RUNTIME, BUILD, DEVELOPMENT])
def test_every_pin_carries_its_hash(lock: str) -> None:
    assert unhashed((ROOT / lock).read_text("utf-8")) == []


def test_a_pin_without_a_hash_would_be_found() -> None:
    assert unhashed("one==1 \\\n    --hash=sha256:00\ntwo==2\n    # via one\n") == ["two==2"]


@pytest.mark.parametrize("lock", [RUNTIME, BUILD])
def test_what_users_install_is_what_the_tests_ran_with(lock: str) -> None:
    tested = pins(DEVELOPMENT)

    assert {name: pin for name, pin in pins(lock).items() if tested.get(name) != pin} == {}


def test_what_pyproject_asks_for_is_in_the_lock_file() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    locked = pins(RUNTIME)

    asked = [Requirement(text) for text in project["dependencies"]]

    assert [str(one) for one in asked if not one.specifier.contains(locked[canonicalize_name(one.name)])] == []


@pytest.mark.parametrize("package", [name for name in FLOORS if name in pins(DEVELOPMENT)])
def test_no_version_with_a_known_hole_is_pinned(package: str) -> None:
    floor, hole = FLOORS[package]

    assert pins(DEVELOPMENT)[package] >= Version(floor), hole


def test_packages_with_a_better_neighbour_stay_out() -> None:
    assert pins(DEVELOPMENT).keys() & {"cairosvg", "svglib", "pydantic", "flask-login", "flask-security-too"} == set()
