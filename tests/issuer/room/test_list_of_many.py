"""A list of a hundred thousand is leafed through like one of sixty: nothing is read again, and memory is bounded."""

from __future__ import annotations

import tracemalloc

import pytest
from sqlalchemy import event

from issuer.preparing import kept
from issuer.roster import limits
from tests.issuer.preparing.evenings import drop, people
from tests.issuer.room.rooms import MILANO, Rooms
from tests.issuer.room.test_list_page import sent

HEAD = b"guest_id,name,email,approval_status,checked_in_at\n"


def guests(count: int) -> bytes:
    return HEAD + b"".join(
        b"g-%d,ADA %d-TH LOVELACE,ada%d@example.org,approved,%s\n" % (n, n, n, b"2026-10-15 18:31" if n % 4 else b"")
        for n in range(count)
    )


@pytest.mark.long
def test_a_hundred_thousand_are_shown_by_one_question_within_little_memory(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = guests(limits.ROWS)
    tracemalloc.start()
    public_id = drop(rooms, body)
    dropped = tracemalloc.get_traced_memory()[1]
    monkeypatch.setattr(kept, "look", None)
    browser = rooms.browser(f"organizer@{MILANO}")
    here = f"/room/{MILANO}/prepare/{public_id}"
    browser.get(here)
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    asked: list[str] = []
    event.listen(rooms.office.database.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))

    pages = [browser.get(f"{here}{rest}").text for rest in ("", "?page=1500", "?show=no")]
    shown = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()

    assert "75,000 get a certificate" in pages[0]
    assert len([one for one in asked if one.startswith("SELECT")]) == 2 * len(pages)
    assert shown < 8 * 2**20
    assert dropped < 128 * 2**20
    found = browser.submit(f"{here}/find", {"find": "99999-th"})
    assert found.text.count('class="printed"') == 1
    assert len(people(rooms, public_id)) == 75_000


@pytest.mark.long
def test_one_more_is_refused(rooms: Rooms) -> None:
    answer = sent(rooms.browser(f"organizer@{MILANO}"), f"/room/{MILANO}/list", guests(limits.ROWS + 1))

    assert answer.status_code == 303
    assert "100000" in rooms.browser(f"organizer@{MILANO}").get(answer.location).text
