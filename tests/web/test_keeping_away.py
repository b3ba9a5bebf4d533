"""Keeping the same person away twice at the same moment: one is taken, the other told."""

from __future__ import annotations

from sqlalchemy import func, select

from gezinscoach.dossier.rules import Uitsluitsoort
from gezinscoach.dossier.tables import Uitsluiting


def test_of_two_at_once_one_is_kept_and_the_other_told(town):
    coach, other = town.city.coach("Vast"), town.city.coach("Ander", town.city.organisatie("Huis"))
    path = f"/dossier/{town.city.gezin('Twee', coach).id}/niet-zien"
    town.db.commit()
    browsers = [town.browser(coach.account.id) for _ in range(4)]
    for browser in browsers:
        page = browser.get(path)
    options = [node.attrib["value"] for node in page.tree.iter("option")]
    wie = next(value for value in options if str(other.row.id) in value)
    sent = {"wie": wie, "soort": Uitsluitsoort.GEBLOKKEERD.value}
    answers = town.at_once([lambda one=one: one.post(path, sent) for one in browsers])
    assert sorted(answer.status for answer in answers) == [302, 422, 422, 422]
    assert town.db.scalar(select(func.count(Uitsluiting.id))) == 1
