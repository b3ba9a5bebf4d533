"""The case in the browser: data of a family for its coach, coachperiodes for the aanmeldpunt."""

from __future__ import annotations

from datetime import timedelta

import pytest
from freezegun import freeze_time
from sqlalchemy import select

from gezinscoach.accounts import actions as accounts
from gezinscoach.dossier import actions, queries
from gezinscoach.dossier.actions import NieuwLid
from gezinscoach.dossier.rules import Lidsoort
from gezinscoach.dossier.tables import Coachperiode
from gezinscoach.kernel.access import Rol
from tests.browser import BASE
from tests.counting import statements

PAGES = ("", "/mandaat", "/mandaat/nieuw", "/gegevens", "/afronden", "/consult")


@pytest.fixture
def coach(city):
    return city.coach()


@pytest.fixture
def gezin(city, coach):
    return city.gezin(
        "Gezin Peeters",
        coach,
        adres="Vaartkom 2",
        waarschuwing="adres niet doorgeven",
        leden=[NieuwLid(Lidsoort.OUDER, "An Peeters"), NieuwLid(Lidsoort.KIND, "Mila", "2019-03-21")],
    )


@pytest.fixture
def desk(city):
    return city.account(Rol.AANMELDPUNT, "Aan Meldpunt")


def seen(client, gezin):
    return [client.get(f"/dossier/{gezin.id}{page}").status for page in PAGES]


def test_the_coach_opens_every_page_of_the_dossier_and_a_former_coach_none_the_same_second(
    client, coach, gezin, db, actor, now
):
    client.sign_in(coach.account.id)
    assert seen(client, gezin) == [200] * len(PAGES)
    actions.end_coach(db, actor, gezin, tot=now.date(), reden="ziek", now=now)
    db.commit()
    assert seen(client, gezin) == [404] * len(PAGES)


def test_a_stand_in_opens_the_dossier_inside_the_window_and_cannot_rewrite_or_close_it(
    client, city, gezin, db, actor, now
):
    other = city.coach("Ver Vanger")
    first, last = now.date() + timedelta(days=2), now.date() + timedelta(days=5)
    actions.add_stand_in(db, actor, gezin, other.row.id, van=first, tot=last, now=now)
    db.commit()
    own = {"/afronden": 403, "/gegevens": 403, "/mandaat/nieuw": 403}
    inside = [own.get(page, 200) for page in PAGES]
    for days, expected in ((0, [404] * len(PAGES)), (2, inside), (5, inside), (6, [404] * len(PAGES))):
        with freeze_time(now + timedelta(days=days)):
            client.sign_in(other.account.id)
            assert seen(client, gezin) == expected, f"day {days}"
            if expected is inside:
                assert "/gegevens" not in " ".join(client.get(f"/dossier/{gezin.id}").links())
                refused = client.post(f"/dossier/{gezin.id}/gegevens", TYPED)
                assert refused.status == 403
                assert TYPED["adres"] in refused.text


@pytest.mark.parametrize("rol", list(Rol))
def test_a_role_alone_opens_no_dossier(client, city, gezin, rol):
    client.sign_in(city.account(rol).id)
    assert seen(client, gezin) == [404] * len(PAGES)


def test_another_coach_and_another_werking_find_nothing(client, city, gezin, db, now):
    client.sign_in(city.coach("Een Ander").account.id)
    assert seen(client, gezin) == [404] * len(PAGES)
    elsewhere = accounts.add_werking(db, naam="Elders", gemeente="Elders", postcodes=("1000",), now=now)
    stranger, _ = accounts.add_account(db, elsewhere, email="x@elders.example", naam="Xavier", now=now)
    accounts.give_role(db, elsewhere, stranger, Rol.AANMELDPUNT, now=now)
    db.commit()
    client.sign_in(stranger.id)
    assert client.get("/gezin").status == 200
    assert gezin.code not in client.get("/gezin").text
    assert client.get(f"/gezin/{gezin.id}/coach").status == 404
    assert client.post("/gezin/zoeken", {"code": gezin.code}).status == 200


TYPED = {
    "naam": "Gezin Peeters-Maes",
    "adres": "Vaartkom 3",
    "gemeente": "3000 Leuven",
    "telefoon": "0470 12 34 56",
    "taal": "Nederlands",
    "tolk": "nee",
    "waarschuwing": "",
}


def test_data_and_members_are_changed_and_added(client, coach, gezin):
    client.sign_in(coach.account.id)
    path = f"/dossier/{gezin.id}/gegevens"
    page = client.get(path)
    typed = {
        node.attrib["name"]: node.attrib.get("value", "")
        for node in page.tree.iter("input")
        if node.attrib["name"].startswith("leden-")
    }
    typed |= {"leden-0-soort": "ouder", "leden-1-soort": "kind", "leden-2-soort": "kind"}
    assert typed["leden-1-geboren"] == "21/03/2019"
    typed |= {"leden-2-naam": "Tuur", "leden-2-geboren": "2022"}
    page = client.follow(client.post(path, TYPED | typed))
    for words in ("Peeters-Maes", "Vaartkom 3", "Tuur", "2022", "An Peeters", "21/03/2019"):
        assert words in page.words
    assert "adres niet doorgeven" not in page.words


def test_a_wrong_birth_is_said_beside_its_field(client, coach, gezin):
    client.sign_in(coach.account.id)
    path = f"/dossier/{gezin.id}/gegevens"
    client.get(path)
    page = client.post(
        path, TYPED | {"leden-0-soort": "kind", "leden-0-naam": "Tuur", "leden-0-geboren": "vorig jaar"}
    )
    assert page.status == 422
    assert "Schrijf een jaar" in page.words
    assert "vorig jaar" in page.text


def test_a_member_of_another_family_is_refused(client, coach, gezin, city, db):
    other = city.gezin("Gezin B", coach, leden=[NieuwLid(Lidsoort.KIND, "Tuur", "2018")])
    tuur = queries.leden(db, other.id)[0]
    client.sign_in(coach.account.id)
    path = f"/dossier/{gezin.id}/gegevens"
    client.get(path)
    stolen = {"leden-0-id": str(tuur.id), "leden-0-soort": "kind", "leden-0-naam": "Dief"}
    assert client.post(path, TYPED | stolen).status == 409
    broken = client.post(path, TYPED | stolen | {"leden-0-id": "geen id"})
    assert broken.status == 422


def test_a_coach_closes_a_dossier_with_a_day_that_came_and_a_reason(client, coach, gezin):
    client.sign_in(coach.account.id)
    path = f"/dossier/{gezin.id}/afronden"
    client.get(path)
    assert client.post(path, {"op": "15/10/2026", "reden": ""}).status == 422
    late = client.post(path, {"op": "16/10/2026", "reden": "verhuisd"})
    assert late.status == 422
    assert "moet nog komen" in late.words
    early = client.post(path, {"op": "1/1/2020", "reden": "verhuisd"})
    assert early.status == 422
    closed = client.post(path, {"op": "15/10/2026", "reden": "verhuisd"})
    with client.client.session_transaction(base_url=BASE) as cookie:
        assert "Peeters" not in str(dict(cookie)), "the cookie is signed, not encrypted"
    assert "is afgerond" in client.follow(closed).words
    assert client.get(path).status == 404


def test_the_aanmeldpunt_sees_code_coach_and_dates_and_nothing_of_what_is_in_a_dossier(
    client, coach, gezin, desk
):
    client.sign_in(desk.id)
    for path in ("/gezin", f"/gezin/{gezin.id}/coach", f"/gezin/{gezin.id}/coach/einde"):
        page = client.get(path)
        assert gezin.code in page.text, path
        for secret in ("Peeters", "Vaartkom", "Mila", "doorgeven"):
            assert secret not in page.told, path
    found = client.post("/gezin/zoeken", {"code": f" {gezin.code.lower()} "})
    assert found.location.endswith(f"/gezin/{gezin.id}/coach")
    assert "Er is geen dossier" in client.post("/gezin/zoeken", {"code": "GC-0000-XXXXX"}).words


def test_a_reason_is_read_by_the_next_coach_and_not_by_the_aanmeldpunt(client, city, coach, gezin, desk, db):
    other = city.coach("Tweede Coach")
    client.sign_in(desk.id)
    path = f"/gezin/{gezin.id}/coach"
    client.get(path + "/einde")
    assert client.post(path + "/einde", {"tot": "16/10/2026", "reden": "lang ziek"}).status == 422
    page = client.follow(client.post(path + "/einde", {"tot": "15/10/2026", "reden": "lang ziek"}))
    assert "geen vaste gezinscoach" in page.words
    assert "lang ziek" not in page.words
    chosen = f"{path}/start?organisatie={coach.row.organisatie_id}"
    assert "Tweede Coach" in client.get(chosen).text
    typed = {"gezinscoach": str(other.row.id), "van": "1/10/2026"}
    assert "was er op die dag nog" in client.post(chosen, typed).words
    page = client.follow(client.post(chosen, typed | {"van": "15/10/2026"}))
    assert "Tweede Coach" in page.words
    client.sign_in(other.account.id)
    assert "lang ziek" in client.get(f"/dossier/{gezin.id}").words
    client.sign_in(coach.account.id)
    assert client.get(f"/dossier/{gezin.id}").status == 404


def test_a_stand_in_is_chosen_per_organisation_for_six_weeks_at_most_and_can_go_earlier(
    client, city, coach, gezin, desk, db
):
    other = city.coach("Ver Vanger")
    elsewhere = city.coach("Ver Weg", city.organisatie("Een Andere"))
    client.sign_in(desk.id)
    path = f"/gezin/{gezin.id}/coach"
    assert "Een Andere" in client.get(path + "/vervanger").text
    chosen = f"{path}/vervanger?organisatie={coach.row.organisatie_id}"
    page = client.get(chosen)
    assert "Ver Vanger (0 van 3 gezinnen)" in page.text
    assert "Noor Testers" not in page.words, "nobody stands in for herself"
    typed = {"gezinscoach": str(other.row.id), "van": "15/10/2026", "tot": "15/12/2026"}
    assert "hoogstens zes weken" in client.post(chosen, typed).words
    for tot in ("15/12/2026", "14/10/2026"):
        refused = client.post(chosen, typed | {"tot": tot}).tree
        assert refused.find(".//input[@name='tot']").attrib.get("aria-invalid") == "true"
        assert "aria-invalid" not in refused.find(".//input[@name='van']").attrib
    assert client.post(chosen, typed | {"gezinscoach": str(elsewhere.row.id)}).status == 422
    page = client.follow(client.post(chosen, typed | {"tot": "1/11/2026"}))
    assert "Ver Vanger vervangt" in page.words
    end = next(action for action in page.actions() if action.endswith("/einde"))
    periode = db.scalar(select(Coachperiode).where(Coachperiode.gezinscoach_id == other.row.id))
    assert str(periode.id) in end
    other_gezin = city.gezin("Gezin B", coach)
    assert client.post(end.replace(str(gezin.id), str(other_gezin.id))).status == 404
    assert "beëindigd" in client.follow(client.post(end)).words
    client.sign_in(other.account.id)
    assert client.get(f"/dossier/{gezin.id}").status == 404


def test_the_coordinator_reads_who_is_there_and_changes_nothing(client, city, gezin):
    client.sign_in(city.account(Rol.COORDINATOR).id)
    page = client.get(f"/gezin/{gezin.id}/coach")
    assert "Noor Testers" in page.words
    assert not any("/gezin/" in link and "einde" in link for link in page.links())
    assert client.get(f"/gezin/{gezin.id}/coach/einde").status == 404
    assert client.post(f"/gezin/{gezin.id}/coach/einde", {"tot": "15/10/2026", "reden": "x"}).status == 404


def test_the_coordinator_of_a_family_without_a_coach_reads_who_can_help(
    client, city, gezin, desk, db, actor, now
):
    actions.end_coach(db, actor, gezin, tot=now.date(), reden=None, now=now)
    db.commit()
    path = f"/gezin/{gezin.id}/coach"
    client.sign_in(city.account(Rol.COORDINATOR).id)
    assert "Het aanmeldpunt kan een gezinscoach koppelen." in client.get(path).words
    client.sign_in(desk.id)
    assert "Zoek snel iemand" in client.get(path).words


def test_a_family_that_still_waits_is_no_dossier(client, city, desk):
    waiting = city.gezin("Gezin Wacht")
    client.sign_in(desk.id)
    assert waiting.code not in client.get("/gezin").text
    assert client.get(f"/gezin/{waiting.id}/coach").status == 404


def test_the_list_of_dossiers_asks_as_much_for_two_as_for_twelve_and_is_paged(client, city, coach, desk):
    client.sign_in(desk.id)
    client.get("/gezin")

    def asked():
        with statements() as sent:
            assert client.get("/gezin").status == 200
        return len(sent)

    for number in range(2):
        city.gezin(f"Gezin {number}", coach)
    few = asked()
    for number in range(10):
        city.gezin(f"Gezin {number}", city.coach(f"Coach {number}"))
    assert asked() == few


def test_looking_writes_nothing_but_that_somebody_looked(client, coach, gezin, desk):
    for account, paths in (
        (coach.account, [f"/dossier/{gezin.id}{page}" for page in PAGES]),
        (desk, ["/gezin", f"/gezin/{gezin.id}/coach", f"/gezin/{gezin.id}/coach/einde"]),
    ):
        client.sign_in(account.id)
        for path in paths:
            with statements() as sent:
                client.get(path)
            writes = {s.split("(")[0].strip() for s in sent if not s.startswith(("SELECT", "PRAGMA"))}
            assert writes == {"INSERT INTO audit_event"}, path


@pytest.mark.parametrize(("way", "more"), [("start", {}), ("vervanger", {"tot": "1/11/2026"})])
def test_whoever_links_families_links_none_to_the_own_self(
    client, city, coach, gezin, db, actor, now, way, more
):
    both = city.coach("Bo Beide")
    accounts.give_role(db, actor, both.account, Rol.AANMELDPUNT, now=now)
    if way == "start":
        actions.end_coach(db, actor, gezin, tot=now.date(), reden="ziek", now=now)
    db.commit()
    client.sign_in(both.account.id)
    path = f"/gezin/{gezin.id}/coach/{way}?organisatie={both.row.organisatie_id}"
    assert "Bo Beide" not in client.get(path).words
    typed = {"gezinscoach": str(both.row.id), "van": "15/10/2026", **more}
    refused = client.post(path, typed)
    assert refused.status == 409
    assert "Je kan jezelf niet aan een gezin koppelen. Vraag het aan een collega." in refused.words
    assert client.post(path, typed | {"gezinscoach": str(both.row.id).upper()}).status == 422
    assert client.get(f"/dossier/{gezin.id}").status == 404
    colleague = city.account(Rol.AANMELDPUNT, "Aan Meldpunt")
    client.sign_in(colleague.id)
    assert client.post(path, typed).status == 302
