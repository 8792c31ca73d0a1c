"""Whom we know: a list, a registry, several sources; and that nobody else is ever shown as if we did."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rich.console import Console

from keys.key import Algorithm, LocalSigner, PrivateKey
from templates import LANGUAGES, sentence
from tests.verifier.backpack import elder, hosted
from tests.verifier.published import DID, World, credential, put, sign
from tests.verifier.published import to_bytes as octets
from verifier.batch import as_csv
from verifier.cli import verify_command
from verifier.listed import FileList
from verifier.listing import BadList, read_listing
from verifier.policy import Policy
from verifier.printing import print_report
from verifier.reason import Basis, Reason
from verifier.trust import Known, Trust, issuer_check
from verifier.verdict import Issuer
from verifier.web import site
from verifier.web.view import view

SCHOOL = "https://school.example/issuers/1"
LIST = f"""
[[issuer]]
id = "{DID}"
name = "Python Milano"
url = "https://milano.python.it/"

[[issuer]]
id = "{SCHOOL}"
name = "School"
"""
GREEN = "\x1b[1;32m"
REGISTRY = {
    "meta": {"name": "Registry of Examples", "created": "2026-01-01"},
    "registry": {DID: {"name": "PyMI", "location": "Milano", "url": "https://milano.python.it/"}},
}
INVISIBLE = [
    " ",
    "\u00a0",
    "a\u00adb",
    "\u061cab",
    "a\u180eb",
    "\ud800",
    "a\U000e0041",
    "a\u206ab",
    "\ufff9a",
    "a" * 201,
]
"""Names that show nothing, or not what they are, or that no terminal can print."""
STRANGER = PrivateKey.generate(Algorithm.EDDSA)
STRANGER_DID = f"did:key:{STRANGER.public().multikey()}"
STRANGER_SIGNER = LocalSigner(f"{STRANGER_DID}#{STRANGER.public().multikey()}", STRANGER)


def read(text: Any, title: str = "registry") -> dict[str, Reason]:
    data = text if isinstance(text, bytes) else (text if isinstance(text, str) else json.dumps(text)).encode()
    return read_listing(data, "issuers.toml", title)


def faults(text: Any) -> list[tuple[str, Any]]:
    with pytest.raises(BadList) as refused:
        read(text)
    for language in LANGUAGES:
        assert all("issuers.toml" in fault.message(language) for fault in refused.value.faults)
    return [(fault.code, fault.values.get("line") or fault.values.get("place")) for fault in refused.value.faults]


class TestReading:
    """A list by hand in two notations, a registry in its own."""

    def test_a_list_is_the_same_in_toml_and_json(self) -> None:
        entries = [{"id": DID, "name": "Python Milano", "url": "https://x.example"}, {"id": SCHOOL, "name": "School"}]

        assert read(LIST) == read({"issuer": entries}) == {
            DID: Reason(Basis.LIST, "Python Milano"), SCHOOL: Reason(Basis.LIST, "School"),
        }  # fmt: skip

    def test_a_registry_has_a_name_or_that_of_its_file(self) -> None:
        assert read(REGISTRY) == {DID: Reason(Basis.REGISTRY, "PyMI", "Registry of Examples")}
        assert read({**REGISTRY, "meta": {}}, "dcc") == {DID: Reason(Basis.REGISTRY, "PyMI", "dcc")}

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("[[issuer]]\nid = \n", [("setting_list_syntax", 2)]),
            ('{"issuer": [\n}', [("setting_list_syntax", 2)]),
            (b"\n\n\xff", [("setting_list_syntax", 3)]),
            ("", [("setting_list_shape", None)]), ("[]", [("setting_list_syntax", 1)]),
            ("{}", [("setting_list_shape", None)]), ('{"registry": []}', [("setting_list_shape", None)]),
            ('{"registry": {}, "issuer": []}', [("setting_list_shape", None)]),
            ({"issuer": [7]}, [("setting_list_id", "issuer 1")]),
            ({"issuer": [{"name": "x"}, {"id": "x", "name": "x"}, {"id": "http://a.example", "name": "x"}]},
             [("setting_list_id", "issuer 1"), ("setting_list_id", "issuer 2"), ("setting_list_id", "issuer 3")]),
            ({"issuer": [{"id": DID}, {"id": DID, "name": 7}, {"id": DID, "name": "a\nb"}, {"id": DID, "name": "‮x"}]},
             [("setting_list_name", f"issuer {place}") for place in (1, 2, 3, 4)]),
            *(({"issuer": [{"id": DID, "name": name}]}, [("setting_list_name", "issuer 1")]) for name in INVISIBLE),
            *(({"issuer": [{"id": id_, "name": "x"}]}, [("setting_list_id", "issuer 1")])
              for id_ in ("https://school.example/\u202e1", "https://sch\u043eol.example/", "did:web:a\n")),
            ({"issuer": [{"id": DID, "name": "x", "nmae": "y"}]}, [("setting_list_key", "issuer 1")]),
            ({"issuer": [{"id": DID, "name": "x"}, {"id": DID, "name": "y"}]}, [("setting_list_twice", "issuer 2")]),
            ({"registry": {"MIT": {"name": "x"}}}, [("setting_list_id", "registry/MIT")]),
            ({"registry": {DID: "x"}}, [("setting_list_name", f"registry/{DID}")]),
            ('{"registry": {"did:web:a": {"name": "x"}, "did:web:a": {"name": "y"}}}', [("setting_list_syntax", 1)]),
            ("[" * 100_000, [("setting_list_syntax", 1)]),
        ],
    )  # fmt: skip
    def test_every_fault_is_told_with_its_place(self, text: Any, found: Any) -> None:
        assert faults(text) == found

    @pytest.mark.parametrize("name", ["Università di Torino", "東京大学", "مدرسة", "O’Neil & <Sons>", "a" * 200])
    def test_a_name_may_be_in_any_letters(self, name: str) -> None:
        assert read({"issuer": [{"id": DID, "name": name}]})[DID].name == name

    @pytest.mark.parametrize(
        "text",
        [
            {"registry": {"\x1b[2J\u202e": {"name": "x"}}},
            {"registry": {f"did:web:\u202e{'x' * 9_000}": {"name": "x"}}},
            {"issuer": [{"id": DID, "name": "x", "\x1b[2J\u202e": 1}]}, '{"\x1b\u202e": 1, "\x1b\u202e": 2}',
            '{"registry": {"\\u202e": 1, "\\u202e": 2}}',
        ],
    )  # fmt: skip
    def test_a_fault_quotes_nothing_that_steers_a_terminal_or_has_no_end(self, text: Any) -> None:
        with pytest.raises(BadList) as refused:
            read(text)

        told = refused.value.faults[0].message("en")
        assert not {"\x1b", "\u202e"} & set(told)
        assert len(told) < 400

    def test_a_registry_whose_name_shows_nothing_is_called_by_its_file(self) -> None:
        assert read({**REGISTRY, "meta": {"name": "\ud800"}}, "dcc")[DID].where == "dcc"


class TestFiles:
    """A file is read again when it changes, and knows nobody while it cannot be read."""

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        place = tmp_path / "issuers.toml"
        place.write_text(LIST, "utf-8")
        return place

    @staticmethod
    def change(path: Path, text: str) -> None:
        """Write as a careful job does: beside the file, then in its place."""
        new = path.with_suffix(".new")
        new.write_text(text, "utf-8")
        new.replace(path)

    def test_what_is_taken_out_is_known_no_more_and_what_comes_in_is(self, path: Path) -> None:
        known = FileList(path)
        assert known[SCHOOL] == "School"

        self.change(path, LIST.replace(SCHOOL, f"{SCHOOL}0"))

        assert SCHOOL not in known
        assert known[f"{SCHOOL}0"] == "School"

    def test_a_file_of_the_same_size_and_time_that_took_its_place_is_another(self, path: Path) -> None:
        known, before = FileList(path), path.stat()

        self.change(path, LIST.replace(SCHOOL, SCHOOL.replace("1", "2")))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

        assert SCHOOL not in known

    @pytest.mark.parametrize("text", ["", "[[issuer]]\n", LIST + "x"])
    def test_while_it_has_a_fault_it_knows_nobody(self, path: Path, text: str) -> None:
        known = FileList(path)

        self.change(path, text)
        assert DID not in known
        assert DID not in known

        self.change(path, LIST)
        assert DID in known

    def test_a_file_that_went_away_knows_nobody_until_it_is_back(self, path: Path) -> None:
        known = FileList(path)

        path.unlink()
        assert DID not in known

        path.write_text(LIST, "utf-8")
        assert DID in known

    def test_a_file_that_is_not_there_at_the_start_is_told_with_the_place_where_it_was_looked_for(
        self, tmp_path: Path
    ) -> None:
        with pytest.raises(BadList) as refused:
            FileList(tmp_path / "nothing.toml")
        assert [fault.message("en") for fault in refused.value.faults] == [f"There is no file {tmp_path}/nothing.toml."]
        assert "No such file" not in refused.value.faults[0].message("it")

    def test_a_folder_is_no_list(self, tmp_path: Path) -> None:
        with pytest.raises(BadList, match="is a folder"):
            FileList(tmp_path)


class TestReports:
    """What is told of an issuer, beside the verdict and never in its place."""

    def test_an_unknown_issuer_has_no_reason(self, world: World) -> None:
        report = world.verify(sign(credential()))

        assert report.to_json()["issuer"] == {"id": DID, "name": "Python Milano", "trust": "unknown", "listed": []}
        assert report.check("issuer").result == "skipped"

    def test_each_reason_is_told_and_the_first_is_said(self, world: World, tmp_path: Path) -> None:
        paths = [tmp_path / name for name in ("registry.json", "issuers.toml")]
        paths[0].write_bytes(octets(REGISTRY))
        paths[1].write_text(LIST, "utf-8")
        world.policy = Policy(known_issuers=Trust(*map(FileList, paths)))

        report = world.verify(sign(credential()))

        assert report.to_json()["issuer"] == {
            "id": DID,
            "name": "Python Milano",
            "trust": "known",
            "listed": [
                {"by": "registry", "name": "PyMI", "where": "Registry of Examples"},
                {"by": "list", "name": "Python Milano", "where": ""},
            ],
        }
        said = report.check("issuer").sentence("en")
        assert "Registry of Examples" in said
        assert "PyMI" in said
        assert report.issuer.shown == "PyMI"

    @pytest.mark.parametrize("basis", Basis)
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_reason_has_its_sentence(self, basis: Basis, language: str) -> None:
        check = issuer_check(Issuer(DID, "X", "known", (Reason(basis, "Python Milano", "milano.python.it"),)))

        assert "Python Milano" in check.sentence(language)
        assert ("milano.python.it" in check.sentence(language)) == (basis in (Basis.DNS, Basis.FILE, Basis.REGISTRY))

    def test_a_known_issuer_is_shown_under_the_name_that_is_known_and_not_the_one_it_claims(
        self, world: World, capsys: pytest.CaptureFixture[str]
    ) -> None:
        world.policy = Policy(known_issuers={DID: "Python Milano"})

        report = world.verify(sign(put(credential(), "issuer/name", "Real University")))

        print_report(report, "en")
        assert report.issuer.shown == "Python Milano"
        assert "Real University" not in capsys.readouterr().out

    def test_no_name_is_so_long_that_its_domain_is_not_seen(
        self, world: World, capsys: pytest.CaptureFixture[str]
    ) -> None:
        domain = f"{'e' * 60}.{'v' * 60}.example"
        world.policy = Policy(known_issuers=Long(Reason(Basis.DNS, "Real University " * 40, domain)))

        report = world.verify(sign(credential()))

        print_report(report, "en", Console(width=1_000))
        said = capsys.readouterr().out
        assert f"({domain}) (known here)" in said
        assert "vouches for it, by DNS. It calls itself Real University" in said
        with site.new_app(base_url="https://x.example", practice=False, default_language="en").test_request_context():
            assert (view(report, world.now).issuer_name or "").endswith(f"({domain})")

    def test_a_table_names_a_known_issuer_as_it_is_known(self, world: World) -> None:
        renamed, names = sign(put(credential(), "issuer/name", "Real University")), []
        for known in ({DID: "Python Milano"}, {}):
            world.policy = Policy(known_issuers=known)
            line = next(csv.DictReader(io.StringIO(as_csv([world.verify(renamed)], world.now).decode("utf-8-sig"))))
            names.append((line["issuer"], line["trust"]))

        assert names == [("Python Milano", "known"), ("Real University", "unknown")]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_badge_of_a_stranger_is_not_shown_in_green(self, world: World, language: str) -> None:
        said = {}
        for known in ({}, {DID: "Python Milano"}):
            world.policy = Policy(known_issuers=known)
            text = io.StringIO()
            console = Console(file=text, force_terminal=True, color_system="standard", width=200)
            print_report(world.verify(sign(credential())), language, console)
            said[bool(known)] = next(line for line in text.getvalue().splitlines() if line.strip())

        assert GREEN in said[True]
        assert GREEN not in said[False]
        assert "✓" not in said[False]
        assert sentence("verdict.valid", language) in said[True]
        assert sentence("page.headline.unfamiliar", language) in said[False]

    def test_a_hosted_badge_of_a_stranger_is_not_said_to_be_signed(self, capsys: pytest.CaptureFixture[str]) -> None:
        print_report(elder().verify(hosted()), "en")

        assert sentence("page.headline.unfamiliar.hosted", "en") in " ".join(capsys.readouterr().out.split())

    def test_a_domain_is_shown_with_the_name_it_does_not_vouch_for(self) -> None:
        assert Reason(Basis.DNS, "Real University", "evil.example").label == "Real University (evil.example)"

    def test_nothing_is_told_of_an_issuer_whose_signature_does_not_stand(self, world: World) -> None:
        world.policy = Policy(known_issuers={DID: "Python Milano"})

        report = world.verify({**sign(credential()), "name": "Altered"})

        assert (report.issuer.id, report.issuer.trust, report.issuer.listed) == (None, "unknown", ())


LOOK_ALIKES = [
    DID.upper(), DID + ":", DID + "x", DID[:-1], f" {DID}", f"{DID}#", DID.replace("milano", "mi1ano"),
    DID.replace("badges", "bаdges"), DID.replace("badges", "BADGES"), DID.replace(".example", ".example%3A443"),
    f"{SCHOOL}/", SCHOOL.replace("https", "http"), SCHOOL + "?", SCHOOL.replace("school", "School"), "", "did:web:",
]  # fmt: skip


@pytest.mark.parametrize("issuer", LOOK_ALIKES)
def test_whoever_looks_like_a_known_issuer_is_somebody_else(issuer: str, tmp_path: Path) -> None:
    path = tmp_path / "issuers.toml"
    path.write_text(LIST, "utf-8")
    known = FileList(path)
    assert DID in known

    assert issuer not in known


def test_b15_an_impostor_with_the_name_of_a_known_issuer_is_unknown(world: World) -> None:
    world.policy = Policy(known_issuers={DID: "Python Milano"})
    document = put(credential(), "issuer/id", STRANGER_DID)
    del document["credentialStatus"]

    report = world.verify(sign(document, STRANGER_SIGNER))

    assert (report.verdict, report.issuer.trust, report.issuer.listed) == ("valid", "unknown", ())
    assert report.check("issuer").result == "skipped"


def test_b15_a_look_alike_domain_is_unknown(world: World) -> None:
    world.policy = Policy(known_issuers={"did:web:badges.exarnple:issuers:milano": "Python Milano"})

    assert world.verify(sign(credential())).issuer.trust == "unknown"


class Telling(Known):
    """Somebody who knows one issuer, for a given number of reasons."""

    def __init__(self, count: int) -> None:
        self.count = count

    def reasons(self, issuer: str) -> tuple[Reason, ...]:
        return (Reason(Basis.OPERATOR, "Milano"),) * self.count if issuer == DID else ()


class Long(Known):
    """Somebody who knows everybody, for one reason."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason

    def reasons(self, issuer: str) -> tuple[Reason, ...]:
        return (self.reason,)


def test_known_are_those_for_whom_there_is_a_reason() -> None:
    assert DID in Trust(Telling(0), {}, Telling(1))
    assert DID not in Trust(Telling(0), {})
    assert Trust({DID: "A"}, {DID: "B"})[DID] == "A"


class TestTheCommand:
    """`attestato verify --known FILE`."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        document = put(credential(), "issuer/id", STRANGER_DID)
        del document["credentialStatus"]
        (tmp_path / "good.json").write_bytes(octets(sign(document, STRANGER_SIGNER)))
        (tmp_path / "known.toml").write_text(f'[[issuer]]\nid = "{STRANGER_DID}"\nname = "A Friend"\n', "utf-8")
        (tmp_path / "registry.json").write_bytes(octets(REGISTRY))
        (tmp_path / "broken.toml").write_text("[[issuer]]\nid = 7\n", "utf-8")
        (tmp_path / "documents").mkdir()
        return tmp_path

    @staticmethod
    def run(folder: Path, *names: str, language: str = "en") -> Any:
        given = [part for name in names for part in ("--known", str(folder / name))]
        arguments = [str(folder / "good.json"), "--json", "--now", "2026-11-20T10:42:00Z", *given]
        return CliRunner().invoke(
            verify_command(language=language), [*arguments, "--documents", str(folder / "documents")]
        )

    def test_a_list_makes_its_issuers_known(self, folder: Path) -> None:
        alone, other, both = (
            json.loads(self.run(folder, *names).output)["issuer"]
            for names in ((), ("registry.json",), ("registry.json", "known.toml"))
        )

        assert [told["trust"] for told in (alone, other, both)] == ["unknown", "unknown", "known"]
        assert both["listed"] == [{"by": "list", "name": "A Friend", "where": ""}]

    @pytest.mark.parametrize("name", ["broken.toml", "nothing.toml"])
    def test_a_list_that_cannot_be_used_is_wrong_usage(self, folder: Path, name: str) -> None:
        said = self.run(folder, "known.toml", name)

        assert said.exit_code != 0
        assert name in said.output
        assert '"verdict"' not in said.output
