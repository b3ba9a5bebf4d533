"""What deserves a look in an aanmelding, in words: soft warnings, and families that it may be."""

from __future__ import annotations

from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from gezinscoach.aanmelding import queries, rules
from gezinscoach.aanmelding.present import double_sentence, doubt_sentence, wordings
from gezinscoach.aanmelding.rules.intake import doubts
from gezinscoach.accounts import queries as accounts
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.dates import day_of


def of(
    db: Session, actor: Actor, blad: queries.Blad, *, compare: bool, now: datetime
) -> list[tuple[str, str]]:
    """The warnings, each with the address of the family it names or ""; likely doubles only to compare."""
    werking = accounts.werking(db, actor)
    found = doubts(
        gemeente=blad.gezin.gemeente or "",
        oudste=blad.aanmelding.oudste,
        postcodes=werking.postcodes.split(),
        stad=werking.gemeente,
        leeftijdsgrens=werking.leeftijdsgrens,
        today=day_of(now),
    )
    return [
        *((doubt_sentence(one, werking.gemeente, werking.leeftijdsgrens), "") for one in found),
        *(_doubles(db, actor, blad, now) if compare else ()),
    ]


def _doubles(db: Session, actor: Actor, blad: queries.Blad, now: datetime) -> list[tuple[str, str]]:
    try:
        found = queries.likely_doubles(db, actor, blad, now=now)
    except rules.ComparedEnough as refusal:
        return [(wordings()[type(refusal)](), "")]
    return [
        (
            double_sentence(one),
            url_for("dossier.coach", gezin_id=one.dossier_id) if one.dossier_id else "",
        )
        for one in found
    ]
