"""Sixty people nobody is: the guests of the evening that the examples are about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

START = datetime(2026, 10, 15, 18, 5)  # noqa: DTZ001 - exports write local times without their offset

# Given name, family name, and what became of them: nothing for who came, "-" for who did not, "x" for who
# withdrew, "x+" for who withdrew and was checked in by mistake, "&" for who came on the e-mail of the one before.
PEOPLE = """
Ada|Bianchi|
Bruno|Cattaneo|
CHIARA|DE LUCA|
Davide|D'Angelo|
Elena|Fabbri|-
Francesco|Dell'Orto|
Giulia|Esposito|
Giulio|Esposito|&
Ilaria|Ferrari|
Lorenzo|Galli|
LUCA|D'ANGELO|
Marta|Greco|-
 Matteo|Lo Bianco|
Nicolò|Mancini|
Paola|Marchetti |
Pietro|Moretti|x
Renée|Neri|
Sara\u00a0Maria|Pellegrini|
Tommaso|Ricci|
Zoë|Rinaldi|
Aoife|O'Neill|
Anne-Marie|Lefèvre|
Björn|Sørensen|-
Çağla|Öztürk|
Desirée|Müller|
Fergus|McDonald|
Ímar|Ó Briain|
Jan|van der Berg|
José|García Márquez|x+
Łukasz|Kowalczyk|
Ngọc|Nguyễn|
Noël|Dupont|-
Štěpán|Novák|
Søren|Jørgensen|
Þóra|Jónsdóttir|
Ștefan|Ionescu|
Ayşe|Yılmaz|
Katalin|Szabó|-
Märt|Tamm|
Elīna|Kalniņa|&
Елена|Иванова|
Олександр|Шевченко|
Мария|Петрова|-
Γιώργος|Παπαδόπουλος|
Ελένη|Νικολάου|
محمد|العلي|
لیلا|احمدی|
יעל|כהן|
太郎|山田|
明|李|
지훈|김|
สมชาย|ใจดี|
प्रिया|शर्मा|
Amélie|Laurent|x
Kwame|Mensah|-
Chidinma|Okafor|-
Mateus|dos Santos|
Inês|Ferreira|
Ruth|Ben Ami|-
Samir|Haddad|x
""".strip("\n")


@dataclass(frozen=True)
class Person:
    """One of the sixty: `came` says whether the door saw them, `standing` whether the registration stands."""

    number: int
    given: str
    family: str
    email: str
    came: bool
    standing: bool

    @property
    def name(self) -> str:
        """The name as a form of one field holds it, stray spaces included."""
        if "\uac00" <= self.family[0] <= "\ud7a3" or "\u4e00" <= self.family[0] <= "\u9fff":
            return self.family + self.given
        return f"{self.given} {self.family}"

    @property
    def arrived(self) -> datetime:
        """When the door saw them."""
        return START + timedelta(seconds=47 * self.number)

    @property
    def minutes(self) -> int:
        """How long they stayed."""
        return 40 + self.number * 37 % 110


def people() -> list[Person]:
    """Return the sixty people."""
    found: list[Person] = []
    for number, line in enumerate(PEOPLE.split("\n"), 1):
        given, family, fate = line.split("|")
        email = found[-1].email if fate == "&" else f"guest{number:02d}@example.org"
        found.append(Person(number, given, family, email, fate in ("", "&", "x+"), "x" not in fate))
    return found
