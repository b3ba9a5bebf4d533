"""A later workbook with a new coach, known by the e-mail address, and trajecten that moved to that coach."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from gezinscoach.accounts.tables import Gezinscoach
from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier.tables import Coachperiode
from gezinscoach.kernel import audit, vault
from gezinscoach.kernel.access import Rol
from gezinscoach.werkmap import actions
from gezinscoach.werkmap.tables import Rijstand
from tests.browser import Browser

from .deeds import box, followers, gezin, mend
from .grids import AS_OF, COACH, GEZINSCOACHES, ORG, ORGANISATIES, TRAJ, werkmap


def coach_row(naam, email):
    return [[naam, GEZINSCOACHES[0][1], email, *GEZINSCOACHES[0][3:]]]


def coaches_of(db, row):
    wanted = select(Coachperiode.gezinscoach_id).filter_by(gezin_id=row.id, tot=None)
    return db.scalars(wanted).all()


@pytest.fixture
def importer(city):
    account = city.account(Rol.IMPORTEUR, "Ina Lezer")
    return account, city.actor_of(account.id, Rol.IMPORTEUR)


@pytest.fixture
def moved(city, db, bring, importer, now):
    """Bo's account, and a second workbook: Bo is new, D-1 moved to Bo, and D-3 is new with Bo."""
    bring(werkmap())
    bo = city.account(Rol.GEZINSCOACH, "Bo Aerts")
    name, _at, domain = bo.email.partition("@")
    sheets = werkmap(
        {(TRAJ, 3, "Gezinscoach"): "Bo Aerts"},
        more={COACH: coach_row("Bo Aerts", f"{name.upper()}@{domain}"), TRAJ: followers("Bo Aerts", ["D-3"])},
    )
    actions.bring_in(db, importer[1], sheets, as_of=AS_OF, bestand="b.xlsx", now=now)
    db.commit()
    return bo


def test_the_new_coach_is_linked_and_gets_the_new_dossier_but_not_the_moved_one(app, db, actor, moved):
    coach = db.scalars(select(Gezinscoach).filter_by(account_id=moved.id)).one()
    assert coaches_of(db, gezin(db, actor, "D-3")) == [coach.id]
    assert coach.id not in coaches_of(db, gezin(db, actor, "D-1")), "a workbook hands nobody a family"
    browser = Browser(app).sign_in(moved.id)
    assert browser.get(f"/dossier/{gezin(db, actor, 'D-3').id}").status == 200
    assert browser.get(f"/dossier/{gezin(db, actor, 'D-1').id}").status == 404


def test_the_move_is_a_proposal_that_people_carry_out_by_hand(app, city, db, actor, importer, moved, now):
    [rij] = box(db, stand=Rijstand.VOORSTEL)
    browser = Browser(app).sign_in(importer[0].id)
    page = browser.get(f"/werkmap/postvak/{rij.id}")
    assert "Gezinscoach" in page.words
    assert "zelf aan te passen" in page.words
    batch = f"/werkmap/inlezing/{rij.inlezing_id}/overnemen?blad={rij.blad}"
    assert browser.post(batch).status == 302
    db.expire_all()
    assert rij.stand is Rijstand.VOORSTEL
    assert browser.post(f"/werkmap/postvak/{rij.id}/overnemen").status == 302
    row = gezin(db, actor, "D-1")
    coach = db.scalars(select(Gezinscoach).filter_by(account_id=moved.id)).one()
    assert coach.id not in coaches_of(db, row)
    dossier.end_coach(db, actor, row, tot=city.today, reden=None, now=now)
    dossier.start_coach(db, actor, row, coach.id, van=city.today, now=now)
    db.commit()
    assert Browser(app).sign_in(moved.id).get(f"/dossier/{row.id}").status == 200


@pytest.mark.parametrize("address", ["nele@buurt.example", "Nele@Buurt.example"])
def test_an_address_of_somebody_known_makes_no_second_coach(db, actor, bring, now, address):
    """Nele took another name, or somebody took her address: her new families would reach nobody."""
    bring(werkmap())
    before = db.scalars(select(Gezinscoach.id)).all()
    changes = {(COACH, 3, "Naam"): "Nele Peeters", (COACH, 3, "E-mail"): address}
    report = bring(werkmap(changes, more={TRAJ: followers("Nele Peeters", ["D-3"])}))
    assert sorted(db.scalars(select(Gezinscoach.id)).all()) == sorted(before)
    [rij] = box(db, blad=COACH)
    assert rij.probleem["column"] == "E-mail"
    assert "Nele Maes" in str(rij.probleem["reason"])
    [waits] = box(db, blad=TRAJ)
    assert waits.probleem["depends_on"] == [COACH, rij.rij]
    assert (len(report[COACH].refused), len(report[TRAJ].refused)) == (1, 1)
    mend(db, actor, now, rij, **{"E-mail": "peeters@buurt.example"})
    assert coaches_of(db, gezin(db, actor, "D-3")) == [
        row.id for row in db.scalars(select(Gezinscoach)) if row.id not in before
    ]


def test_what_hangs_on_a_row_that_can_not_go_in_here_waits_with_it(db, bring):
    long = "Huis " * 50
    organisatie = [[long, *ORGANISATIES[0][1:]]]
    coach = [["Bo Aerts", long, "bo@buurt.example", *GEZINSCOACHES[0][3:]]]
    bring(werkmap(more={ORG: organisatie, COACH: coach, TRAJ: followers("Bo Aerts", ["D-3"])}))
    assert [(rij.blad, rij.probleem["column"]) for rij in box(db)] == [
        (COACH, "Organisatie"), (TRAJ, "Gezinscoach"), (ORG, "Organisatie"),
    ]  # fmt: skip


def test_somebody_with_another_name_in_the_application_by_now_is_still_the_same(city, db, bring):
    bring(werkmap())
    row = db.scalars(select(Gezinscoach).order_by(Gezinscoach.id)).first()
    vault.open_scopes(db, [row.id], groups=vault.EVERY)
    row.naam = "Iemand Anders"
    audit.record(db, city.actor, "gezinscoach.change", now=city.now, thing_id=row.id)
    db.commit()
    report = bring(werkmap())
    assert report[COACH].refused == ()
