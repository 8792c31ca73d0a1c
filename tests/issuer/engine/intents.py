"""Intents to sign, made without a database: sound ones, no two alike, and ones that were changed anywhere at all."""

from __future__ import annotations

import copy
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from issuer.event import EventFile
from issuer.facts import achievement_facts, event_facts, issuer_facts
from issuer.intent import Intent
from issuer.tokens import new_token
from tests.issuer.engine.builders import make_event

BASE: Final = "https://badges.example.org"
DID: Final = "did:web:badges.example.org:issuers:python-milano"
FROM: Final = datetime(2026, 11, 20, 10, 42, tzinfo=UTC)
ROW: Final[dict[str, Any]] = {
    "name": "Ada Lovelace", "role": None, "rank": None, "reason": None, "grade": None, "number": None,
    "narrative": None, "language": None, "hours": "2.5", "evidence": None, "basis": "Presenza registrata all’ingresso.",
    "email": {"identityHash": f"sha256${'0' * 64}", "salt": "5a17"}, "kept": {"Company": "ACME"},
}  # fmt: skip
FULL: Final = {"role": "relatrice", "grade": "30/30", "rank": "1", "number": "7", "narrative": "Bene.",
               "evidence": "https://example.org/talk"}  # fmt: skip


def facts_of(event: EventFile) -> dict[str, Any]:
    """What the database keeps of an event file, with a picture."""
    image = {"media_type": "image/svg+xml"}
    return {
        "issuer": issuer_facts(event, "ab" * 32, "png"),
        "event": event_facts(event),
        "achievement": {**achievement_facts(event), "image": image},
    }


def intent(number: int = 1, /, **changes: Any) -> Intent:
    """One intent; `changes` are fields of it, or members of its row."""
    row = {**ROW, "name": f"Persona Numero {number}", "email": {**ROW["email"], "salt": f"{number:032x}"}}
    fields = {name: changes.pop(name) for name in list(changes) if name not in ROW}
    made = Intent(
        version_id=number, organization_id=1, token=new_token(), subject_id=f"urn:uuid:{secrets.token_hex(16)}",
        base_url=BASE, did=DID, achievement_id="s5auvtxefom5akdmpl7bknwlui", facts=FACTS, row={**row, **changes},
        valid_from=FROM, valid_until=None, awarded=FROM - timedelta(days=36), list_number=872_115_983_171,
        index=secrets.randbelow(131_072), key_id=f"{DID}#key-2026",
    )  # fmt: skip
    return replace(made, **fields)


def several(count: int, /, **changes: Any) -> list[Intent]:
    """As many intents of one kind."""
    return [intent(number, **changes) for number in range(count)]


FACTS: Final = facts_of(make_event())

NASTY: Final = (
    "", " ", "\n", "\r\n", "\t", '"', "\\", '\\"', "\\u0041", "\\\\n", "%s", "%", "{}", "\x00", "\x07", "\x1f", "\x7f",
    "\x85", "\xa0", "\u2028", "\ud800", "\udfff\ud83d", "\ufeff", "\ufffe", "\uffff", "\U0010ffff", "\U0001f389", "é",
    "e\u0301", "<script>", "<b", "b>", '"} ] ,', ',"proof":[{', "]]>", "-->", "'", "null", "true", "0", "-0", "1e400",
    "9" * 500, "@id", "@type", "@value", "_:b0", "_:c14n0", "name", "type:x", "urn:", ":", "https://mark.invalid/0x",
    "2026-01-01T00:00:00Z", "emailAddress", "x" * 70_000, "é" * 140_000, "\u202eabc", " Ada", "Ada ", "it",
)  # fmt: skip
LINKS: Final = (
    "https://a.example/", "https://a.example/é?q=%zz#f", "http://[", "http://[::1]/", "https://[x]/", "//a.example/",
    "ftp://a.example/", "javascript:alert(1)", "HTTPS://A.example/", "urn:x:y", "did:web:x", "data:,x", "mailto:a@b.c",
    "https://a.example/a b", "https://a.example/\xa0", "https://a.example/<x>", 'https://a.example/"', "https://a\n.b/",
    f"{BASE}/status/872115983171", f"{BASE}/achievements/s5auvtxefom5akdmpl7bknwlui", DID, "https://a.example/\ud800",
    f"{BASE}/achievements/s5auvtxefom5akdmpl7bknwlui#hours", f"{BASE}/achievements/s5auvtxefom5akdmpl7bknwlui.svg",
    "https://schema.org/name", "https://purl.imsglobal.org/spec/vc/ob/vocab.html#Evidence", "https://", "https:", "x:y",
    "Evidence:x", "id://x", "schema:x", "https://a.example/..", "https://a.example/%", "https://\u2126.example/",
)  # fmt: skip
TEXTS: Final = st.text(max_size=20) | st.text(st.characters(), max_size=8) | st.sampled_from((*NASTY, *LINKS))
NO_TEXT: Final = st.sampled_from(
    (None, 0, 1, -1, 2.5, True, False, [], ["x"], {}, {"x": "y"}, b"x", ("x",), float("nan"), 10**400)
)  # fmt: skip
MOMENTS: Final = st.sampled_from((
    FROM, FROM + timedelta(microseconds=1), FROM.replace(microsecond=999_999), FROM.replace(tzinfo=None),
    FROM.astimezone(timezone(timedelta(hours=5, minutes=30))), FROM.astimezone(ZoneInfo("Europe/Rome")),
    datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Rome")), datetime(1, 1, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Rome"), fold=1), datetime(9999, 12, 31, tzinfo=UTC),
    datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=3))), FROM + timedelta(days=700), FROM - timedelta(days=700),
    datetime(2026, 1, 1, tzinfo=timezone(timedelta(seconds=1))), "2026-11-20T10:42:00Z", None,
))  # fmt: skip
EMAILS: Final = st.sampled_from((
    None, {}, [], "x", {"identityHash": "x"}, {"salt": "x"}, {"identityHash": "x", "salt": ""},
    {"identityHash": "", "salt": "x"}, {"identityHash": None, "salt": None}, {"identityHash": "x", "salt": 5},
    {"identityHash": "x", "salt": "y", "z": "q"}, {"salt": "y", "identityHash": "x"},
    {"identityHash": "a\x07", "salt": "\\"}, {"identityHash": {}, "salt": []},
))  # fmt: skip
TOLD: Final = sorted(ROW.keys() - {"email", "kept", "evidence"})
ROWS: Final = st.dictionaries(st.sampled_from(TOLD), st.one_of(TEXTS, TEXTS, TEXTS, TEXTS, NO_TEXT), max_size=4)
FIELDS: Final = st.fixed_dictionaries({}, optional={
    "token": TEXTS | NO_TEXT | st.sampled_from([new_token().upper(), new_token() + "\n", "a" * 26, "a" * 27]),
    "subject_id": TEXTS | st.sampled_from(["urn:uuid:x", "urn:uuid:x\n", "URN:uuid:x", DID]),
    "index": st.integers() | NO_TEXT | st.sampled_from(["7", "x", 131_072, 2**64]),
    "list_number": st.integers(0, 3) | TEXTS,
    "base_url": st.sampled_from([BASE, "https://b.example", "http://b.example", "https://b.example/", "x", "", "https://é"]),
    "did": st.sampled_from([DID, "did:web:b.example", "x", "", "_:b0", "https://b.example"]),
    "achievement_id": TEXTS,
    "valid_from": MOMENTS,
    "valid_until": MOMENTS,
    "awarded": MOMENTS,
    "organization_id": st.integers(0, 3),
})  # fmt: skip


@st.composite
def other_facts(draw: st.DrawFn) -> dict[str, Any]:
    """Facts of which one member says something else, or is gone."""
    facts = copy.deepcopy(FACTS)
    part = facts[draw(st.sampled_from(sorted(facts)))]
    name = draw(st.sampled_from(sorted(part)))
    if draw(st.booleans()):
        del part[name]
    else:
        part[name] = draw(TEXTS | NO_TEXT)
    return facts


@st.composite
def mutated(draw: st.DrawFn) -> Intent:
    """An intent that may be changed in its row, its e-mail, its link, its fields and its facts, or in none of them."""
    row: dict[str, Any] = dict(draw(st.sampled_from([{}, FULL, {"reason": "Perché sì."}])))
    kinds = draw(st.sets(st.sampled_from(["row", "email", "link", "fields", "facts", "names"]), max_size=3))
    if "row" in kinds:
        row |= draw(ROWS)
    if "email" in kinds:
        row["email"] = draw(EMAILS)
    if "link" in kinds:
        row["evidence"] = draw(st.sampled_from(LINKS) | TEXTS)
    made = intent(7, **row, **(draw(FIELDS) if "fields" in kinds else {}))
    if "facts" in kinds:
        made = replace(made, facts=draw(other_facts()))
    if "names" in kinds:
        own = (made.token, made.subject_id, f"{BASE}/c/{made.token}", str(made.index), made.key_id, "Milano")
        name, text = draw(st.sampled_from(["name", "evidence", "role"])), draw(st.sampled_from(own))
        made = replace(made, row={**made.row, name: text})
    return made


def companion(made: Intent) -> Intent:
    """A sound intent of the same kind, as far as there can be one: what may differ within a kind is in order."""
    sound = {**ROW, **FULL, "reason": "Perché sì.", "language": "it"}
    row = {name: None if value is None else sound[name] for name, value in made.row.items()}
    like = intent(8)
    return replace(made, version_id=8, token=like.token, subject_id=like.subject_id, index=like.index, row=row)
