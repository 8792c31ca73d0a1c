"""The people of an evening beyond one list: added by hand, from further lists, and who among them is the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from flask import abort, request

from issuer.accounts.visits import Seat
from issuer.fault import Refused
from issuer.preparing import store
from issuer.preparing.again import correct_names
from issuer.preparing.alike import sure
from issuer.preparing.changing import on_all
from issuer.preparing.choices import Choices
from issuer.room.dropping import sent_list
from issuer.room.listing import Answer, Listing
from issuer.roster.byhand import by_hand
from issuer.tokens import new_token
from verifier.web.language import say, spoken

ADDED_MOST: Final = 500
"""People that are added by hand; more of them are a list."""


class Evening:
    """Deeds on the page of a list that are about more than the list."""

    def __init__(self, desk: Listing) -> None:
        self.desk = desk

    def add(self, seat: Seat, preparation: str) -> Answer:
        """Add one person by hand."""
        said = {name: request.form.get(name, "").strip() for name in ("name", "email", "role")}
        try:
            if not said["name"]:
                return self.desk.wrong(seat, preparation, say("room.lists.fault.name"), said=said)
            given = by_hand(said)
        except Refused as refused:
            told = " ".join(fault.message(spoken()) for fault in refused.faults)
            return self.desk.wrong(seat, preparation, told, said=said)
        person = {"id": new_token(), **given}
        self.desk.written(seat, preparation, "person.added")

        def do(all_: Choices) -> Choices:
            return replace(all_, added=(*all_.added, person)[:ADDED_MOST])

        return self.desk.change(seat, preparation, on_all(do), "add")

    def remove(self, seat: Seat, preparation: str) -> Answer:
        """Take somebody away again who was added by hand."""
        one = request.form.get("id", "")

        def do(all_: Choices) -> Choices:
            return replace(all_, added=tuple(each for each in all_.added if each["id"] != one))

        return self.desk.change(seat, preparation, on_all(do), "add")

    def merge(self, seat: Seat, preparation: str) -> Answer:
        """Put a further list of the same evening beside the others."""
        dropped = sent_list()
        if dropped is None:
            return self.desk.wrong(seat, preparation, say("room.drop.missing"))
        now = self.desk.guard.clock()
        self.desk.page(seat, preparation)
        try:
            known = store.add_list(self.desk.database, seat.organization_id, preparation, dropped, now)
        except store.TooMany:
            return self.desk.wrong(seat, preparation, say("room.lists.fault.lists", n=store.LISTS_MOST))
        if not known:
            abort(404)
        return self.desk.change(seat, preparation, lambda _kept, _lists: None, "lists")

    def unmerge(self, seat: Seat, preparation: str) -> Answer:
        """Take a further list away again."""
        number = self.desk.about(seat, preparation)["number"]
        store.drop_list(self.desk.database, seat.organization_id, preparation, number, self.desk.guard.clock())
        return self.desk.change(seat, preparation, lambda _kept, _lists: None, "lists")

    def again(self, seat: Seat, preparation: str) -> Answer:
        """Compare with what was issued before, or leave that be."""
        before = self.desk.page(seat, preparation).told.get("before")
        if request.form.get("off") or not before:
            before = None
        chosen = before and {name: before[name] for name in ("event", "achievement", "name")}
        return self.desk.change(seat, preparation, on_all(lambda all_: replace(all_, again=chosen)), "again")

    def correct(self, seat: Seat, preparation: str) -> Answer:
        """Correct the ticked names of what was issued before: same addresses, new versions."""
        self.desk.page(seat, preparation)
        office, now = self.desk.guard.office, self.desk.guard.clock()
        faults = correct_names(office, seat.organization_id, preparation, request.form.getlist("token"), now)
        answer = self.desk.change(seat, preparation, lambda _kept, _lists: None, "again")
        if faults:
            return self.desk.wrong(seat, preparation, " ".join(fault.message(spoken()) for fault in faults))
        return answer

    def same(self, seat: Seat, preparation: str) -> Answer:
        """Let those be one person who were ticked, or all that have the same thing in common."""
        alike = self.desk.page(seat, preparation).told["alike"]
        ticked, why = set(request.form.getlist("pair")), request.form.get("all", "")
        found = [(one["first"]["key"], one["second"]["key"]) for one in alike]
        pairs = sure(alike, why) if why else [pair for pair in found if "|".join(pair) in ticked]

        def do(all_: Choices) -> Choices:
            return replace(all_, same=tuple(dict.fromkeys((*all_.same, *pairs))))

        return self.desk.change(seat, preparation, on_all(do), "same")

    def apart(self, seat: Seat, preparation: str) -> Answer:
        """Let two be two people again."""
        first, _, second = request.form.get("pair", "").partition("|")

        def do(all_: Choices) -> Choices:
            return replace(all_, same=tuple(pair for pair in all_.same if pair != (first, second)))

        return self.desk.change(seat, preparation, on_all(do), "same")
