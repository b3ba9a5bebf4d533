"""A claim about the past stays what it was, and no claim is about days to come."""

from __future__ import annotations

import json
from datetime import date

import pytest

from gezinscoach.kernel.access import Rol
from gezinscoach.toelage import queries
from gezinscoach.toelage.rules import CoachPeriode, Kind
from tests.toelage.test_claim import a_full_year, on_the_command_line
from tests.toelage.test_rules import START, a_coach, a_family, outcome


def test_a_claim_does_not_change_when_a_coach_moves_to_another_organisation(db, city, now):
    coach = city.coach("Ann Verhuist", city.organisatie("Huis Een"))
    a_full_year(city, coach, "Familie Goed", now)

    def claimed():
        found = queries.uitkomst(db, city.actor, 2026, now.date())
        return [(line.kind, line.organisation) for line in found.lines], found.organisations

    before = claimed()
    assert before[0] == [(Kind.GEZIN, "Huis Een"), (Kind.COACH, "Huis Een")]
    coach.row.organisatie_id = city.organisatie("Huis Twee").id
    db.commit()
    assert claimed() == before


def test_a_coach_is_claimed_by_the_organisation_of_the_latest_family_of_those_days() -> None:
    gezin = a_family(
        coaches=(
            CoachPeriode("an", "Linde", START, date(2026, 5, 15)),
            CoachPeriode("an", "Dak", date(2026, 5, 16)),
        )
    )
    an = a_coach(organisation="Later")
    assert outcome(gezin, coaches=(an,)).lines[-1].organisation == "Dak"
    assert outcome(gezin, coaches=(an,), as_of=date(2026, 3, 1)).lines[-1].organisation == "Linde"
    assert outcome(coaches=(an,)).lines[-1].organisation == "Later"


@pytest.mark.parametrize("page", ["", "/json", "/xlsx"])
def test_a_day_to_come_is_refused_kindly(client, city, page):
    client.sign_in(city.account(Rol.COORDINATOR).id)
    answer = client.get(f"/toelage{page}?jaar=2026&op=16/10/2026")
    assert answer.status == 422
    assert "Deze dag moet nog komen" in answer.words
    assert client.get(f"/toelage{page}?jaar=2026&op=15/10/2026").status == 200


def test_the_command_line_computes_a_day_to_come_with_a_remark_beside_it(db, actor):
    answer = on_the_command_line(db, actor, "--year", "2026", "--as-of", "2026-10-16", "--json")
    assert answer.exit_code == 0
    assert "2026-10-16 moet nog komen" in answer.stderr
    assert json.loads(answer.stdout)["as_of"] == "2026-10-16"
    today = on_the_command_line(db, actor, "--year", "2026", "--as-of", "2026-10-15")
    assert "moet nog komen" not in today.stderr
