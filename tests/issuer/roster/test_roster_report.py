"""What the command says: the promised JSON, and lines a person can read in both languages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from issuer.fault import Refused
from issuer.roster import read
from issuer.roster.report import fault_lines, lines, to_json, visible

ROOT = Path(__file__).parents[3]
LIST = "Nome;E-mail;Presente\n ADA ROSSI;a@example.org;sì\nBruno;@;no\nCarla;;no\n".encode()

# file: preset, rows, people, attended, faults
EXAMPLES = {
    "luma.csv": ("luma", 61, 60, 47, 0),
    "eventbrite.csv": ("eventbrite", 61, 60, 47, 0),
    "meetup.csv": ("meetup", 61, 60, 47, 0),
    "pretix.csv": ("pretix", 57, 56, 47, 0),
    "indico.csv": ("indico", 61, 60, 47, 0),
    "zoom.csv": ("zoom", 71, 60, 47, 1),
    "elenco.csv": ("generic", 37, 36, 28, 0),
    "foglio.xlsx": ("generic", 57, 56, 47, 0),
}


def test_the_json_has_the_promised_members_and_no_other():
    told = json.loads(json.dumps(to_json(read(LIST), "it")))

    assert list(told) == ["preset", "encoding", "delimiter", "rows", "recipients", "faults"]
    assert told["recipients"][0] == {
        "row": 2, "name": "Ada Rossi", "email": "a@example.org", "attended": True, "minutes": None,
        "repairs": [{"field": "name", "before": " ADA ROSSI", "after": "ADA ROSSI", "code": "spaces"},
                    {"field": "name", "before": "ADA ROSSI", "after": "Ada Rossi", "code": "capitals"}],
    }  # fmt: skip
    assert told["faults"] == [
        {"row": 3, "column": "E-mail", "code": "email_invalid", "message": "«@» non è un indirizzo e-mail valido."}
    ]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "it",
            [
                "1 su 2 ha partecipato",
                "Verrebbe rilasciato 1 attestato",
                "riga 3, E-mail: «@» non è",
                "tutto maiuscolo",
            ],
        ),
        ("en", ["1 of 2 attended", "1 award would be issued", "row 3, E-mail: “@” is not", "out of capitals"]),
    ],
)
def test_the_lines_tell_who_attended_and_every_fault_and_repair(language, sentences):
    text = "\n".join(line.plain for line in lines(read(LIST), language))

    assert [sentence for sentence in sentences if sentence not in text] == []


def test_markup_in_a_list_is_only_text():
    text = "\n".join(line.plain for line in lines(read(b"Name,Email\n[bold red]  Ada[/],@\n"), "en"))

    assert "[/" not in text
    assert any("“[bold]@”" in line.plain for line in fault_lines(read(b"Name,Email\nAda,[bold]@\n").faults, "en"))


def test_a_refusal_has_its_lines_too():
    with pytest.raises(Refused) as caught:
        read(b'Name\n"Ada\n')

    assert next(line.plain for line in fault_lines(caught.value.faults, "en")).startswith("  row 2: A quotation mark")


def test_lost_spaces_can_be_seen():
    assert visible("  Luca   Novák ") == "··Luca···Novák·"
    assert visible("Marco\u00a0Esposito") == "Marco⍽Esposito"
    assert visible("A\u202eb") == "A[U+202E]b"


def test_a_list_where_nobody_is_marked_says_how_to_count_all():
    text = "\n".join(line.plain for line in lines(read(b"Name,Attended\nAda,\nBob,\n"), "en"))

    assert "--everyone" in text


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_reads_as_documented(name):
    preset, rows, people, attended, faults = EXAMPLES[name]

    roster = read((ROOT / "examples" / "rosters" / name).read_bytes())

    assert (roster.preset, roster.rows, len(roster.recipients)) == (preset, rows, people)
    assert (len(roster.issuable), len(roster.faults)) == (attended, faults)
    keys = [one.identity[0] for one in roster.issuable]
    assert len(keys) == len(set(keys))


def test_an_example_shows_world_scripts_capitals_and_a_shared_mailbox():
    roster = read((ROOT / "examples" / "rosters" / "luma.csv").read_bytes())

    assert {"Елена Иванова", "Γιώργος Παπαδόπουλος", "محمد العلي", "山田太郎", "Chiara De Luca"} <= {
        one.name for one in roster.issuable
    }
    assert [one.name for one in roster.issuable if one.email == "guest07@example.org"] == [
        "Giulia Esposito",
        "Giulio Esposito",
    ]


def test_the_examples_are_what_their_tool_writes(tmp_path):
    subprocess.run([sys.executable, ROOT / "tools" / "make_examples.py", tmp_path], check=True, capture_output=True)

    for name in EXAMPLES:
        assert (tmp_path / name).read_bytes() == (ROOT / "examples" / "rosters" / name).read_bytes(), name
