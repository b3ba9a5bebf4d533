"""The figures: right sums, small groups hidden, for the coördinator only."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gezinscoach.accounts import queries as accounts
from gezinscoach.dossier import actions as dossier
from gezinscoach.grondrechten.rules import Antwoord, Score
from gezinscoach.kernel.access import Rol
from gezinscoach.mandaat import actions as mandaat
from gezinscoach.mandaat.rules import Bereik, Vorm
from gezinscoach.monitoring import queries
from gezinscoach.netwerk import actions as netwerk
from gezinscoach.netwerk.rules import Aanwezig
from tests.counting import statements
from tests.toelage.city import measure

Q2, Q3 = (2026, 2), (2026, 3)


def score(value):
    return Score(Antwoord.SCORE, value) if value else Score(Antwoord.NIET_BESPROKEN)


def families(city, now, number, *, coach=None, impact=True):
    """Families with a nulmeting in spring and a second meting in summer; the last has no say on work."""
    coach = coach or city.coach("Ann Coach")
    made = []
    for place in range(number):
        gezin = city.gezin(f"Gezin {place}", coach, van=date(2026, 4, 1))
        bereik = {Bereik.RECHTEN, Bereik.IMPACT} if impact else {Bereik.RECHTEN}
        mandaat.give(
            city.db,
            city.actor,
            gezin,
            gegeven_op=date(2026, 4, 1),
            bereik=bereik,
            vorm=Vorm.PAPIER,
            gever="mama",
            now=now,
        )
        work = 0 if place == number - 1 else 2
        for quarter, value, day in ((Q2, 2, date(2026, 5, 1)), (Q3, 4, date(2026, 8, 1))):
            measure(
                city.db,
                city.actor,
                gezin,
                quarter,
                day,
                now,
                scores={"wonen": score(value), "werk": score(work)},
                priorities=("wonen",) if quarter == Q3 else ("werk",),
            )
        made.append(gezin)
    city.db.commit()
    return made


def table(page, caption):
    """The rows of a table by the words of their head."""
    for one in page.tree.iter("table"):
        if "".join(one.find("caption").itertext()).strip() == caption:
            return {
                "".join(row[0].itertext()).strip(): ["".join(cell.itertext()).strip() for cell in row[1:]]
                for row in one.findall("tbody/tr")
            }
    raise AssertionError(f"no table {caption}")


@pytest.fixture
def coordinator(city, client):
    account = city.account(Rol.COORDINATOR)
    client.sign_in(account.id)
    return account


def test_with_five_families_the_figures_are_said(client, coordinator, city, now):
    families(city, now, 5)
    page = client.get("/cijfers")
    assert table(page, "Kwartaalmetingen")["2026 K3"] == ["5", "5"]
    evolution = table(page, "Van nulmeting tot laatste meting")
    assert evolution["Wonen"] == ["5", "2,0", "4,0", "+2,0"]
    assert table(page, "Wat gezinnen eerst willen")["Wonen"] == ["5", "5"]
    assert "Ann" not in page.words


def test_a_right_that_only_four_families_scored_twice_is_hidden(client, coordinator, city, now):
    families(city, now, 5)
    evolution = table(client.get("/cijfers"), "Van nulmeting tot laatste meting")
    assert evolution["Werk"] == ["minder dan 5", "–", "–", "–"]


def test_with_four_families_no_figure_about_them_is_said(client, coordinator, city, now):
    families(city, now, 4)
    page = client.get("/cijfers")
    assert table(page, "Kwartaalmetingen")["2026 K3"] == ["minder dan 5", "minder dan 5"]
    assert table(page, "Van nulmeting tot laatste meting")["Wonen"] == ["minder dan 5", "–", "–", "–"]
    assert table(page, "Wat gezinnen eerst willen")["Wonen"] == ["minder dan 5", "minder dan 5"]
    running = next(
        fact
        for fact in page.tree.iter("div")
        if fact.attrib.get("class") == "fact" and fact[0].text == "Lopend"
    )
    assert running[1].text == "minder dan 5"
    assert page.tree.find(".//circle") is None


def test_how_small_a_group_may_be_is_a_setting_of_the_werking(client, coordinator, city, db, now):
    accounts.werking(db, city.actor).kleinste_groep = 3
    families(city, now, 4)
    assert table(client.get("/cijfers"), "Kwartaalmetingen")["2026 K3"] == ["4", "4"]


def test_families_are_counted_where_they_stand(db, actor, city, now):
    ended, alone, *_running = families(city, now, 4)
    city.gezin("Wacht nog")
    dossier.close(db, actor, ended, op=now.date(), reden="klaar", now=now)
    dossier.end_coach(db, actor, alone, tot=now.date(), reden=None, now=now)
    counted = queries.fases(db, actor, now.date())
    assert {fase.value: families for fase, families in counted.items()} == {
        "lopend": 2,
        "zonder coach": 1,
        "afgesloten": 1,
        "aanmelding": 1,
    }


def test_the_families_of_a_coach_who_stopped_are_counted_without_coach(db, actor, city, now):
    coach = city.coach()
    city.gezin("Blijft achter", coach)
    coach.row.gestopt_op = now.date() - timedelta(days=1)
    db.flush()
    counted = queries.fases(db, actor, now.date())
    assert {fase.value: families for fase, families in counted.items()} == {"zonder coach": 1}


def test_a_family_with_one_meting_has_no_evolution(db, actor, city, now):
    coach = city.coach()
    gezin = city.gezin("Alleen", coach, van=date(2026, 4, 1))
    measure(db, actor, gezin, Q2, date(2026, 5, 1), now, priorities=("wonen",))
    mandaat.give(
        db,
        actor,
        gezin,
        gegeven_op=now.date(),
        bereik={Bereik.IMPACT},
        vorm=Vorm.PAPIER,
        gever="mama",
        now=now,
    )
    assert queries.evolution(db, actor, now.date()) == []
    assert [one.families for one in queries.priorities(db, actor, now.date())] == [1]


def test_a_family_that_did_not_allow_it_stands_in_no_figure_of_scores(db, actor, city, now):
    families(city, now, 3, impact=False)
    assert queries.evolution(db, actor, now.date()) == []
    assert queries.priorities(db, actor, now.date()) == []
    gezin = families(city, now, 1, coach=city.coach("Bob"))[0]
    assert len(queries.priorities(db, actor, now.date())) == 1
    mandaat.withdraw(db, actor, gezin, now=now, bereik=Bereik.IMPACT)
    assert queries.priorities(db, actor, now.date()) == []


def test_attendance_is_there_per_meeting_held(client, coordinator, city, db, now):
    ann, bob = city.coach("Ann"), city.coach("Bob")
    for day in (date(2026, 9, 1), date(2026, 12, 1)):
        meeting = netwerk.hold(db, city.actor, datum=day, now=now)
        standen = {ann.row.id: Aanwezig.AANWEZIG, bob.row.id: Aanwezig.AFWEZIG}
        netwerk.mark(db, city.actor, meeting, standen, now=now)
    db.commit()
    assert table(client.get("/cijfers"), "Aanwezigheid per bijeenkomst") == {
        "1 september 2026": ["1", "0", "1"]
    }


@pytest.mark.parametrize("rol", [rol for rol in Rol if rol is not Rol.COORDINATOR])
def test_nobody_else_opens_the_figures(client, city, rol):
    client.sign_in((city.coach("Ann").account if rol is Rol.GEZINSCOACH else city.account(rol)).id)
    assert client.get("/cijfers").status == 404


def test_the_figures_ask_as_many_questions_for_two_families_as_for_twelve(client, coordinator, city, now):
    def asked():
        with statements() as sent:
            assert client.get("/cijfers").status == 200
        return len(sent)

    coach = city.coach()
    families(city, now, 2, coach=coach)
    few = asked()
    families(city, now, 10, coach=coach)
    assert asked() == few
