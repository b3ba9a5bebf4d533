"""The desk keeps somebody away from a family that waits: nobody proposes it to that person any more."""

from __future__ import annotations

from gezinscoach.aanmelding import queries
from gezinscoach.aanmelding.rules import Toestand
from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier.actions import Wie
from gezinscoach.dossier.rules import Uitsluitsoort
from gezinscoach.kernel.access import Rol


def test_who_is_kept_away_is_no_candidate_and_an_open_proposal_is_taken_back(desk, db, intake, noor, now):
    blad = intake.register()
    intake.propose(blad, noor)
    path = f"/aanmelding/{blad.aanmelding.id}"
    assert f"{path}/niet-zien" in desk.get(path).links()
    typed = {"wie": f"organisatie_id {noor.row.organisatie_id}", "soort": "geblokkeerd", "reden": "haar ex"}
    page = desk.follow(desk.post(f"{path}/niet-zien", typed))
    assert "Dit gezin bestaat vanaf nu niet meer voor wie je koos." in page.text
    assert "haar ex" in desk.get(f"{path}/niet-zien").words
    db.expire_all()
    assert blad.aanmelding.toestand is Toestand.WACHTEND
    found = queries.matches(db, intake.actor, blad, today=now.date())
    assert [one.kandidaat.naam for one in (*found.voorstellen, *found.uitgesloten)] == []
    assert desk.post(f"{path}/gezinscoach/{noor.row.id}").status == 409


def test_somebody_at_the_desk_who_is_kept_away_finds_the_family_nowhere(desk, city, intake, client):
    blad, colleague = intake.register(), city.account(Rol.AANMELDPUNT, "Collega")
    typed = {"wie": f"account_id {colleague.id}", "soort": "belangenconflict"}
    assert desk.post(f"/aanmelding/{blad.aanmelding.id}/niet-zien", typed).status == 302
    twin = intake.register()
    asked = f"/aanmelding/{twin.aanmelding.id}?nakijken=1"
    assert blad.gezin.code in desk.get(asked).words
    client.sign_in(colleague.id)
    assert client.get(f"/aanmelding/{blad.aanmelding.id}").status == 404
    assert client.get(f"/aanmelding/{blad.aanmelding.id}/niet-zien").status == 404
    assert client.get("/wachtlijst").text.count("El Amrani") == 1
    assert "1 gezin wacht" in client.get("/").words
    assert blad.gezin.code not in client.get(asked).words


def test_a_proposal_to_somebody_who_is_kept_away_is_not_even_counted(client, db, intake, noor, now):
    blad = intake.register()
    intake.propose(blad, noor)
    client.sign_in(noor.account.id)
    assert "1 gezin wacht op je antwoord" in client.get("/").words
    wie = Wie(account_id=noor.account.id)
    dossier.shut_out(db, intake.actor, blad.gezin, wie, soort=Uitsluitsoort.GEBLOKKEERD, reden=None, now=now)
    db.commit()
    assert "wacht op je antwoord" not in client.get("/").words
    assert "Arabisch" not in client.get("/voorstellen").told
