"""The page of a list: it says what the list is, and everything about it can be chosen otherwise."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from sqlalchemy import event, select, update
from werkzeug.test import TestResponse

from issuer.models import Journal, Preparation, Reading, SourceChoice, Upload, User
from issuer.roster import limits
from tests.issuer.preparing.evenings import CALL, DOOR, drop, names, people
from tests.issuer.room.rooms import MILANO, TORINO, Browser, Rooms


def dropped(browser: Browser, body: bytes = DOOR, name: str = "door.csv") -> str:
    """Drop a list and return the address of its page."""
    answer = browser.submit(f"/room/{MILANO}/list", {"file": (BytesIO(body), name)})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


@pytest.fixture
def browser(rooms: Rooms) -> Browser:
    return rooms.browser(f"organizer@{MILANO}")


def sent(browser: Browser, path: str, body: bytes) -> TestResponse:
    """Send a file as a page of ours would, without a copy on the disk."""
    field = '--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n'
    head = (field % ("csrf_token", "") + browser.csrf() + "\r\n" + field % ("file", '; filename="a.csv"')).encode()
    headers = {"Origin": browser.application.config["BASE_URL"], "Sec-Fetch-Site": "same-origin"}
    kind = "multipart/form-data; boundary=x"
    return browser.post(path, data=head + body + b"\r\n--x--\r\n", content_type=kind, headers=headers)


def public_id(here: str) -> str:
    return here.rpartition("/")[2]


def gets(page: str) -> str:
    found = re.search(r'id="count"[^>]*>([^<]*)<', page)
    assert found is not None
    return found[1]


def after(browser: Browser, here: str, deed: str, fields: dict[str, object]) -> str:
    """Send a form of the page, and return the page it leads to."""
    answer = browser.submit(f"{here}/{deed}", fields)
    assert answer.status_code == 303, answer.text
    return browser.get(answer.location).text


def test_it_says_what_the_list_is_and_who_gets_one(both: Rooms) -> None:
    browser = both.browser(f"organizer@{MILANO}")

    page = browser.get(dropped(browser)).text

    assert "4 people on the list, 3 checked in" in page
    assert gets(page) == "3 get a certificate"
    assert "1 of them has no e-mail" in page
    assert "Grace Hopper" in page


def test_it_speaks_italian(rooms: Rooms) -> None:
    user = rooms.people[f"organizer@{MILANO}"].user_id
    rooms.write(lambda session: session.execute(update(User).where(User.id == user).values(language="it")))
    browser = rooms.browser(f"organizer@{MILANO}", "it")

    page = browser.get(dropped(browser)).text

    assert gets(page) == "3 ricevono l’attestato"
    assert "4 persone in elenco, presenti: 3" in page


def test_the_same_list_twice_is_the_same_page(both: Rooms) -> None:
    browser = both.browser(f"organizer@{MILANO}")

    assert dropped(browser) == dropped(browser, name="door (1).csv")
    with both.office.database.reading() as session:
        assert len(list(session.scalars(select(Preparation)))) == len(list(session.scalars(select(Upload)))) == 1


def test_a_page_asks_once_who_and_once_what_and_reads_no_list(rooms: Rooms, browser: Browser) -> None:
    here, asked = dropped(browser), []
    event.listen(rooms.office.database.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))

    browser.get(here)

    statements = [one for one in asked if one.startswith("SELECT")]
    assert len(statements) == 2
    assert not any("upload" in one for one in statements)


def test_who_comes_back_finds_what_was_begun(rooms: Rooms, browser: Browser) -> None:
    here = dropped(browser, name="serata.csv")

    assert f'href="{here}"' in browser.get(f"/room/{MILANO}").text
    assert "serata.csv" in browser.get(f"/room/{MILANO}").text
    assert "serata.csv" not in rooms.browser(f"viewer@{MILANO}").get(f"/room/{MILANO}").text
    assert "serata.csv" not in rooms.browser(f"organizer@{TORINO}").get(f"/room/{TORINO}").text


def test_a_file_of_any_name_is_shown_without_its_place(rooms: Rooms, browser: Browser) -> None:
    here = dropped(browser, name="../../etc/\u202e" + "x" * 300 + '"<script>.csv')

    with rooms.office.database.reading() as session:
        name = session.scalars(select(Upload.file_name)).one()
    assert len(name) <= 80
    assert not set(name) & {"/", "\u202e"}
    assert "<script>.csv" not in browser.get(here).text


def test_a_list_may_be_as_large_as_is_published_and_no_larger(browser: Browser) -> None:
    head = b"Name,Email\nAda,ada@example.org\n"
    most = head + b"\n" * (limits.FILE_BYTES - len(head))

    assert sent(browser, f"/room/{MILANO}/list", most).status_code == 303
    over = sent(browser, f"/room/{MILANO}/list", most + b"\n")
    assert (over.status_code, "32 MiB" in over.text) == (422, True)
    assert sent(browser, f"/room/{MILANO}/list", most + b"\n" * 2**17).status_code == 413


def test_other_requests_end_at_ten_mebibytes(rooms: Rooms, browser: Browser) -> None:
    eleven = b"x" * 11 * 2**20

    assert sent(browser, f"{dropped(browser)}/tick", eleven).status_code == 413
    assert sent(rooms.browser(), f"/room/{MILANO}/list", eleven).status_code == 413


def test_what_is_no_list_is_told_at_the_drop(browser: Browser) -> None:
    answer = browser.submit(f"/room/{MILANO}/list", {"file": (BytesIO(b"%PDF-1.7\n"), "a.pdf")})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_everyone_can_be_chosen(rooms: Rooms, browser: Browser) -> None:
    here = dropped(browser)

    assert gets(after(browser, here, "filter", {"who": "everyone"})) == "4 get a certificate"
    assert len(people(rooms, public_id(here))) == 4


def test_kinds_of_tickets_can_be_chosen(browser: Browser) -> None:
    here = dropped(browser)

    page = after(browser, here, "filter", {"every": ["Standard", "Student"], "kind": ["Student"]})

    assert gets(page) == "1 gets a certificate"


def test_minutes_can_be_asked_for_and_are_a_number(browser: Browser) -> None:
    here = dropped(browser, CALL)

    assert gets(after(browser, here, "filter", {"minutes": "60"})) == "2 get a certificate"
    assert browser.submit(f"{here}/filter", {"minutes": "an hour"}).status_code == 422


def test_who_is_ticked_out_gets_none_and_is_still_shown(both: Rooms) -> None:
    browser = both.browser(f"organizer@{MILANO}")
    here = dropped(browser)

    page = after(browser, here, "tick", {"shown": ["yes.0.1-2", "yes.0.1-3"], "gets": ["yes.0.1-3"]})

    assert gets(page) == "2 get a certificate"
    assert "Ada Lovelace" in page
    assert names(both, public_id(here)) == ["Grace Hopper", "Alan Turing"]


def test_who_is_ticked_in_gets_one_and_the_counts_agree_with_a_new_reading(rooms: Rooms, browser: Browser) -> None:
    here = dropped(browser)
    after(browser, here, "tick", {"shown": ["yes.0.1-4", "no.0.1-5"], "gets": ["no.0.1-5"]})
    kept = counts(rooms)

    after(browser, here, "filter", {})

    assert kept == counts(rooms)
    assert names(rooms, public_id(here)) == ["Ada Lovelace", "Grace Hopper", "Emmy Noether"]


@pytest.mark.parametrize("who", ["", "yes", "yes.x.1-2", "yes.0.9-9", "no.99999999999.1-2", "maybe.0.1-2"])
def test_a_tick_for_nobody_changes_nothing(rooms: Rooms, browser: Browser, who: str) -> None:
    here = dropped(browser)

    page = after(browser, here, "tick", {"shown": [who]})

    assert gets(page) == "3 get a certificate"


def test_a_column_is_changed_and_remembered_for_the_next_list_of_its_kind(rooms: Rooms, browser: Browser) -> None:
    here = dropped(browser)

    after(browser, here, "columns", {"number": "1", "column.role": "Ticket type", "column.email": ""})

    assert {person.values["role"] for person in people(rooms, public_id(here))} == {"Standard", "Student"}
    later = dropped(browser, DOOR + b"Katherine Johnson,kj@example.org,yes,,Guest\n")
    assert people(rooms, public_id(later))[-1].values["role"] == "Guest"
    with rooms.office.database.reading() as session:
        assert len(list(session.scalars(select(SourceChoice)))) == 1


def test_a_header_that_the_list_has_not_is_no_column(rooms: Rooms, browser: Browser) -> None:
    here = dropped(browser)

    page = after(browser, here, "columns", {"number": "1", "column.name": "Shoe size"})

    assert gets(page) == "3 get a certificate"


def test_columns_are_guessed_again(rooms: Rooms, browser: Browser) -> None:
    here = dropped(browser)
    after(browser, here, "columns", {"number": "1", "column.attended": ""})

    page = after(browser, here, "columns", {"number": "1", "again": "1"})

    assert gets(page) == "3 get a certificate"


def test_a_list_without_a_name_says_so_and_lets_one_choose_the_column(browser: Browser) -> None:
    here = dropped(browser, b"Wer,Adresse\nAda Lovelace,ada@example.org\n")
    assert "This list cannot be read" in browser.get(here).text

    page = after(browser, here, "columns", {"number": "1", "column.name": "Wer", "column.email": "Adresse"})

    assert gets(page) == "1 gets a certificate"


def test_a_repair_is_undone_and_made_again(rooms: Rooms, browser: Browser) -> None:
    here = dropped(browser)

    after(browser, here, "repair", {"number": "1", "line": "3", "code": "capitals"})
    assert "GRACE HOPPER" in names(rooms, public_id(here))
    after(browser, here, "repair", {"number": "1", "line": "3", "code": "capitals"})

    assert "Grace Hopper" in names(rooms, public_id(here))


def test_all_repairs_of_a_kind_are_undone(rooms: Rooms, browser: Browser) -> None:
    here = dropped(browser, b"Name\nADA LOVELACE\nGRACE HOPPER\n")

    after(browser, here, "repair", {"number": "1", "code": "capitals"})

    assert names(rooms, public_id(here)) == ["ADA LOVELACE", "GRACE HOPPER"]


@pytest.mark.parametrize("sent", [{"code": "merged"}, {"code": "nfc", "line": "-1"}, {"code": "nfc", "number": "7"}])
def test_a_repair_that_there_is_not_is_refused(browser: Browser, sent: dict[str, str]) -> None:
    here = dropped(browser)

    assert browser.submit(f"{here}/repair", {"number": "1", **sent}).status_code == 422


def test_a_fault_says_line_column_and_what_to_do(browser: Browser) -> None:
    page = browser.get(dropped(browser, DOOR + b"Mallory,not an address,yes,,\n")).text

    assert "One line cannot be used" in page
    assert "Line 6." in page
    assert "Email:" in page
    assert "drop it again" in page


def test_somebody_is_found_by_a_part_of_their_name_and_no_address_holds_it(browser: Browser) -> None:
    here = dropped(browser, b"Name\n" + "".join(f"Ada {n}-a\nŁukasz Né {n}-b\n" for n in range(60)).encode())

    answer = browser.submit(f"{here}/find", {"find": "lukasz ne 59"})

    assert answer.status_code == 200
    assert "Łukasz Né 59-b" in answer.text
    assert "Łukasz Né 58-b" not in answer.text


@pytest.mark.parametrize("text", ["%", "_", "' OR 1=1 --", "\\", "\u0000q"])
def test_signs_of_the_database_find_nobody(both: Rooms, text: str) -> None:
    browser = both.browser(f"organizer@{MILANO}")
    here = dropped(browser)

    answer = browser.submit(f"{here}/find", {"find": text})

    assert answer.status_code == 200
    assert "Ada Lovelace" not in answer.text


def test_a_long_list_is_paged(browser: Browser) -> None:
    here = dropped(browser, b"Name\n" + b"".join(b"Ada of %d-th\n" % n for n in range(120)))

    assert "Ada of 99-th" not in browser.get(here).text
    assert "Ada of 99-th" in browser.get(f"{here}?page=2").text
    assert browser.get(f"{here}?page=99").status_code == browser.get(f"{here}?page=x").status_code == 200


def test_a_person_is_added_by_hand_and_taken_away(rooms: Rooms, browser: Browser) -> None:
    here = dropped(browser)

    after(browser, here, "add", {"name": "Katherine Johnson", "email": "kj@example.org", "role": "speaker"})

    added = people(rooms, public_id(here))[-1]
    assert (added.name, added.email, added.values["role"]) == ("Katherine Johnson", "kj@example.org", "speaker")
    with rooms.office.database.reading() as session:
        chosen = session.scalars(select(Preparation.choices)).one()
        assert "Katherine" not in str([row.detail for row in session.scalars(select(Journal))])
    after(browser, here, "remove", {"id": chosen["added"][0]["id"]})
    assert "Katherine Johnson" not in names(rooms, public_id(here))


@pytest.mark.parametrize(
    "said", [{"name": ""}, {"name": "Ada\u202eL"}, {"name": "Ada", "email": "a@b.example, c@d.example"}]
)
def test_a_person_who_cannot_be_printed_is_not_added(rooms: Rooms, browser: Browser, said: dict[str, str]) -> None:
    here = dropped(browser)

    answer = browser.submit(f"{here}/add", said)

    assert answer.status_code == 422
    assert len(people(rooms, public_id(here))) == 3


def test_a_second_list_is_merged_and_renamed_people_are_proposed(rooms: Rooms, browser: Browser) -> None:
    here = dropped(browser)

    page = after(browser, here, "merge", {"file": (BytesIO(CALL), "call.csv")})

    assert "2 lists of one evening" in page
    assert gets(page) == "5 get a certificate"
    assert "Is this the same person?" in page
    page = after(browser, here, "same", {"pair": "1-2|2-2"})
    assert gets(page) == "4 get a certificate"
    assert names(rooms, public_id(here))[0] == "Ada King Lovelace"
    assert gets(after(browser, here, "apart", {"pair": "1-2|2-2"})) == "5 get a certificate"
    assert gets(after(browser, here, "unmerge", {"number": "2"})) == "3 get a certificate"


def test_only_what_was_proposed_can_be_put_together(rooms: Rooms, browser: Browser) -> None:
    here = dropped(browser)

    after(browser, here, "same", {"pair": "1-2|1-3"})

    assert len(people(rooms, public_id(here))) == 3


def test_a_list_is_thrown_away_at_once(rooms: Rooms, browser: Browser) -> None:
    here = dropped(browser)

    assert browser.submit(f"{here}/throw").status_code == 303

    assert browser.get(here).status_code == 404
    with rooms.office.database.reading() as session:
        assert list(session.scalars(select(Upload.id))) == []


DEEDS = (
    "filter", "columns", "sheet", "repair", "tick", "find", "add", "remove", "merge", "unmerge", "same", "apart",
    "throw",
)  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS)
def test_the_list_of_another_organization_is_not_there(rooms: Rooms, browser: Browser, deed: str) -> None:
    foreign = drop(rooms, slug=TORINO)

    answer = browser.submit(f"/room/{MILANO}/prepare/{foreign}/{deed}")

    assert answer.status_code == browser.get(f"/room/{MILANO}/prepare/{foreign}").status_code == 404


def test_a_field_that_nobody_asked_for_is_refused(rooms: Rooms, browser: Browser) -> None:
    here = dropped(browser)

    assert browser.submit(f"{here}/filter", {"who": "everyone", "organization_id": "1"}).status_code == 422
    assert len(people(rooms, public_id(here))) == 3


def test_a_viewer_drops_no_list(rooms: Rooms, browser: Browser) -> None:
    viewer = rooms.browser(f"viewer@{MILANO}")

    assert viewer.get(dropped(browser)).status_code == 403


def counts(rooms: Rooms) -> dict[str, int]:
    with rooms.office.database.reading() as session:
        return dict(session.scalars(select(Reading.told)).one()["counts"])
