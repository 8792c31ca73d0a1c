"""What was chosen the last time for lists of a source: a tool's export, or a table with the same headers.

Columns, kinds of repairs and the filter are remembered; lines and names never are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.models import Preparation, SourceChoice, Upload
from issuer.preparing.choices import ATTENDED, EVERYONE, Choices, ListChoices


def source(told: Mapping[str, Any]) -> str:
    """Return the source of a list that was read: the tool that wrote it, else its headers, as a hash."""
    preset = str(told.get("preset", "generic"))
    if preset != "generic":
        return preset
    return "headers:" + hashlib.sha256("\n".join(told["headers"]).casefold().encode()).hexdigest()


def everything(session: Session, organization_id: int) -> dict[str, dict[str, Any]]:
    """Return what an organization chose the last time, by source."""
    own = SourceChoice.organization_id == organization_id
    return {one.source: one.choices for one in session.scalars(select(SourceChoice).where(own))}


def apply(
    recalled: Mapping[str, Mapping[str, Any]], preparation: Preparation, upload: Upload, told: Mapping[str, Any]
) -> bool:
    """Choose for a new list what was chosen the last time, as far as it fits; tell whether that changes anything."""
    about = next(one for one in told["lists"] if one["number"] == upload.number)
    known = recalled.get(source(about)) if about["headers"] else None
    if known is None:
        return False
    columns = {field: title for field, title in known["columns"].items() if not title or title in about["headers"]}
    one = ListChoices(upload.choices.get("sheet"), columns, {}, tuple(known["everywhere"]))
    every = Choices.of(preparation.choices)
    if upload.number == 1:
        minutes = known["min_minutes"] if about.get("minutes") or "minutes" in columns else None
        who = known["who"] if known["who"] in (ATTENDED, EVERYONE) else ATTENDED
        every = replace(every, who=who, min_minutes=minutes)
    before = (upload.choices, preparation.choices)
    upload.choices, preparation.choices = one.to_json(), every.to_json()
    return before != (upload.choices, preparation.choices)


def remember(
    session: Session, preparation: Preparation, upload: Upload, about: Mapping[str, Any], now: datetime
) -> None:
    """Remember what was chosen for a list that could be read."""
    if about["refused"]:
        return
    one, every = ListChoices.of(upload.choices), Choices.of(preparation.choices)
    chosen = {
        "columns": dict(one.columns), "everywhere": sorted(one.everywhere),
        "who": every.who, "min_minutes": every.min_minutes,
    }  # fmt: skip
    name = source(about)
    own = SourceChoice.organization_id == preparation.organization_id
    known = session.scalar(select(SourceChoice).where(own, SourceChoice.source == name))
    if known is not None:
        known.choices, known.touched_at = chosen, now
        return
    session.add(SourceChoice(organization_id=preparation.organization_id, source=name, choices=chosen, touched_at=now))
