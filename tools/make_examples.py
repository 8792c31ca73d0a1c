"""Write the attendee lists of `examples/rosters`: sixty people nobody is, as each tool would export them.

Run it from the folder of the project: `python tools/make_examples.py [FOLDER]`. It writes the same bytes each time.
"""

from __future__ import annotations

import csv
import io
import re
import sys
import unicodedata
import zipfile
from datetime import timedelta
from pathlib import Path

from example_people import Person, people
from openpyxl import Workbook

FOLDER = Path(__file__).parents[1] / "examples" / "rosters"
STAMP = (2026, 10, 16, 9, 0, 0)


def text(rows: list[list[object]], delimiter: str = ",", end: str = "\n") -> str:
    """Return rows as a CSV text."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    return out.getvalue()


def twice(rows: list[list[object]], index: int) -> list[list[object]]:
    """Return the rows with one of them again at the end, as exports sometimes do."""
    return [*rows, rows[index]]


def luma() -> bytes:
    """The guest list of Luma: who was checked in came, unless the registration was declined."""
    head = (
        "api_id,name,first_name,last_name,email,phone_number,created_at,approval_status,checked_in_at,custom_source,"
        "qr_code_url,amount,amount_tax,amount_discount,currency,coupon_code,eth_address,solana_address,"
        "survey_response_rating,survey_response_feedback,ticket_type_id,ticket_name,What would you like to learn?"
    )
    rows: list[list[object]] = [head.split(",")]
    for one in people():
        came = one.arrived.strftime("%Y-%m-%dT%H:%M:%S.000Z") if one.came else ""
        status = "approved" if one.standing else "declined"
        answer = 'Types, "generics", and more' if one.number % 9 == 1 else ""
        rows.append([f"gst-{one.number:05d}", one.name, one.given, one.family, one.email, "",
            "2026-09-28T10:00:00.000Z", status, came, "", f"https://lu.ma/check-in/evt-example?pk=g{one.number}", 0,
            0, 0, "", "", "", "", "", "", "tt-1", "Standard", answer])  # fmt: skip
    return b"\xef\xbb\xbf" + text(twice(rows, 14)).encode()


def eventbrite() -> bytes:
    """The attendee summary of Eventbrite: orders of up to two, and the state says who was checked in."""
    head = (
        "Order #,Order Date,First Name,Last Name,Email,Quantity,Price Tier,Ticket Type,Attendee #,Group,Order Type,"
        "Currency,Total Paid,Fees Paid,Eventbrite Fees,Eventbrite Payment Processing,Attendee Status,Home City,Company"
    )
    rows: list[list[object]] = [head.split(",")]
    for one in people():
        status = "Not Attending" if not one.standing else "Checked In" if one.came else "Attending"
        rows.append([991000000 + one.number // 2, "2026-09-28 10:00:00", one.given, one.family, one.email, 1, "",
            "General Admission", 7000000000 + one.number, "", "Free Order", "EUR", "0.00", "0.00", "0.00", "0.00",
            status, "Milano", ""])  # fmt: skip
    return text(twice(rows, 14)).encode()


def meetup() -> bytes:
    """The attendees of a Meetup event: no e-mail, some surnames shortened, and a Y for who was there."""
    head = "Name,Attendance,User ID,Title,Event Host,RSVP,Guests,RSVPed on,Joined Group on,URL of Member Profile,Notes"
    rows: list[list[object]] = [head.split(",")]
    for one in people():
        name = f"{one.given} {one.family[0]}." if one.number % 8 == 4 else one.name
        number = 200000 + one.number
        rows.append([name, "Y" if one.came else "", f"user {number}", "", "", "Yes" if one.standing else "No", 0,
            "September 28, 2026", "May 5, 2021", f"https://www.meetup.com/members/{number}", ""])  # fmt: skip
    return text(twice(rows, 14)).encode()


def pretix() -> bytes:
    """The check-in list of pretix: orders of three, and a time for who was checked in."""
    head = (
        "Order code;Attendee name;Attendee name: Given name;Attendee name: Family name;Product;Price;Checked in;"
        "Checked out;Automatically checked in;E-mail;Company;Voucher code;Order date;Requires special attention;Comment"
    )
    rows: list[list[object]] = [head.split(";")]
    everyone = [one for one in people() if one.standing]
    for index, one in enumerate(everyone):
        buyer = everyone[index - index % 3]
        came = one.arrived.strftime("%Y-%m-%d %H:%M") if one.came else ""
        rows.append([f"B{index // 3:04X}", one.name, one.given, one.family, "Conference ticket", "25.00", came, "",
            "No", buyer.email, "", "", "2026-09-20", "No", ""])  # fmt: skip
    return text(twice(rows, 14), ";", "\r\n").encode()


def indico() -> bytes:
    """The registrants of an Indico event: who withdrew did not attend, whatever the door says."""
    head = "ID,Name,Email Address,Affiliation,Position,Registration date,Registration state,Checked in,Check-in date"
    rows: list[list[object]] = [head.split(",")]
    for one in people():
        came = one.arrived.strftime("%Y-%m-%dT%H:%M:%S+02:00") if one.came else ""
        rows.append([one.number, one.name, one.email, ("CERN", "INFN", "Politecnico di Milano")[one.number % 3], "",
            "2026-09-28T10:00:00+00:00", "Completed" if one.standing else "Withdrawn", "Yes" if one.came else "No",
            came])  # fmt: skip
    return b"\xef\xbb\xbf" + text(twice(rows, 14)).encode()


def sessions(one: Person) -> list[list[object]]:
    """The rows of one person in a Zoom report: one for each time they joined."""
    registered = ["10/01/2026 10:00:00 AM", "approved" if one.standing else "cancelled"]
    person = [one.name, one.given, one.family, one.email, ""]
    if not (one.came and one.standing):
        return [["No", *person, *registered, "--", "--", "--", "--", "Italy", ""]]
    rows: list[list[object]] = []
    parts = [one.minutes] if one.number % 4 else [one.minutes // 2, one.minutes - one.minutes // 2]
    for part, spent in enumerate(parts):
        joined = one.arrived + timedelta(minutes=one.minutes * part)
        times = [moment.strftime("%m/%d/%Y %I:%M:%S %p") for moment in (joined, joined + timedelta(minutes=spent))]
        rows.append(["Yes", "" if part else one.name, *person[1:], *registered, *times, spent, "No", "Italy", ""])
    return rows


def zoom() -> bytes:
    """The attendee report of a Zoom webinar: a preamble, hosts, several sessions of one person, a caller by phone."""
    session = (
        "User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes),Is Guest,Country/Region Name"
    )
    head = (
        "Attended,User Name (Original Name),First Name,Last Name,Email,Phone,Registration Time,Approval Status,"
        "Join Time,Leave Time,Time in Session (minutes),Is Guest,Country/Region Name,Source Name"
    )
    rows: list[list[object]] = [
        ["Attendee Report"], ["Report Generated:", "10/16/2026 09:12:00 AM"],
        ["Topic", "Webinar ID", "Actual Start Time", "Actual Duration (minutes)", "# Registered", "# Cancelled",
         "Unique Viewers", "Total Users", "Max Concurrent Views"],
        ["Serata Python: type hints", "912 3456 7890", "10/15/2026 06:30:00 PM", 180, 60, 3, 48, 49, 41],
        [], ["Host Details"], ["Attended", *session.split(",")],
        ["Yes", "Python Milano", "ciao@example.org", "10/15/2026 06:02:00 PM", "10/15/2026 09:40:00 PM", 218, "No",
         "Italy"],
        ["Panelist Details"], ["Attended", *session.split(",")],
        ["Yes", "Vera Conti", "vera@example.org", "10/15/2026 06:10:00 PM", "10/15/2026 09:31:00 PM", 201, "No",
         "Italy"],
        [], ["Attendee Details"], head.split(","),
    ]  # fmt: skip
    for one in people():
        rows.extend(sessions(one))
    rows += [["Other Attended"],
             ["User Name", "Join Time", "Leave Time", "Time in Session (minutes)", "Country/Region Name"],
             ["390255501234", "10/15/2026 06:31:00 PM", "10/15/2026 07:02:00 PM", 31, "Italy"]]  # fmt: skip
    return b"\xef\xbb\xbf" + text(rows, end="\r\n").encode()


def elenco() -> bytes:
    """A list as Excel saves it in Italy: semicolons, Windows-1252, commas in the hours."""
    rows: list[list[object]] = [["Cognome", "Nome", "E-mail", "Presente", "Ore", "Ruolo", "Telefono"]]
    for one in people():
        if one.standing and not set(one.name) - set(bytes(range(32, 256)).decode("cp1252", "ignore")):
            role = ("partecipante", "volontario", "relatore")[one.number % 3]
            rows.append([one.family, one.given, one.email, "sì" if one.came else "no", "2,5", role,
                f"02 5550 {one.number:04d}"])  # fmt: skip
    return text(twice(rows, 9), ";", "\r\n").encode("cp1252")


def foglio() -> bytes:
    """A workbook: a time for who came, hours as numbers, a sheet of notes, a hidden one."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Iscritti"
    sheet.append(["Serata Python: type hints"])
    sheet.append([])
    sheet.append(["Nome e cognome", "Indirizzo e-mail", "Check-in", "Ore", "Telefono"])
    everyone = [one for one in people() if one.standing]
    for one in [*everyone, everyone[13]]:
        name = unicodedata.normalize("NFD", one.name) if one.given == "Nicolò" else one.name
        sheet.append([name, one.email, one.arrived if one.came else None, 2.5, 390255500000 + one.number])
    book.create_sheet("Note").append(["Il catering arriva alle 20."])
    hidden = book.create_sheet("Vecchio elenco")
    hidden.append(["Nome e cognome", "Indirizzo e-mail"])
    hidden.append(["Qualcun Altro", "altro@example.org"])
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return still(out.getvalue())


def still(data: bytes) -> bytes:
    """Return an archive with every time of writing set to one moment."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            part = (
                re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-10-16T09:00:00Z", old.read(name))
                if name.startswith("docProps/")
                else old.read(name)
            )
            new.writestr(zipfile.ZipInfo(name, STAMP), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


LISTS = {"luma.csv": luma, "eventbrite.csv": eventbrite, "meetup.csv": meetup, "pretix.csv": pretix,
         "indico.csv": indico, "zoom.csv": zoom, "elenco.csv": elenco, "foglio.xlsx": foglio}  # fmt: skip


def main(folder: Path) -> None:
    """Write every list into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in LISTS.items():
        (folder / name).write_bytes(make())
        print(folder / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
