"""Sign-in as people meet it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from freezegun import freeze_time

from gezinscoach.accounts import actions, queries
from gezinscoach.accounts.rules import Statuut
from gezinscoach.kernel.access import Rol
from tests.accounts.proving import CODES, give_app
from tests.counting import statements

PASSWORD = "vier groene fietsen zingen"


@pytest.fixture
def beheerder(city, now):
    account = city.account(Rol.BEHEERDER, "Bea Heer")
    actions.set_password(city.db, account, PASSWORD)
    give_app(city.db, account, now)
    return account


def sign_in(client, account, password=PASSWORD, **more):
    client.get("/inloggen")
    page = client.post("/inloggen", {"email": account.email, "wachtwoord": password, **more})
    return second_step(client, account, page)


def second_step(client, account, page, **more):
    if page.status == 302:
        page = client.follow(page)
    if page.h1 != "Nog één stap":
        return page
    kept = {
        node.attrib["name"]: node.attrib["value"]
        for node in page.tree.iter("input")
        if node.attrib.get("type") == "hidden" and node.attrib["name"].startswith(("bewaard.", "verder"))
    }
    client.csrf = page.csrf()
    return client.post("/inloggen/tweede-stap", {"code": CODES[account.id].pop(), **kept, **more})


def test_whoever_is_signed_out_is_sent_to_sign_in_and_then_to_the_page_that_was_asked(client, beheerder):
    asked = client.get("/accounts")
    assert asked.status == 302
    assert asked.location == "/inloggen?verder=/accounts"
    client.follow(asked)
    page = sign_in(client, beheerder, verder="/accounts")
    assert client.follow(page).h1 == "Accounts"


def test_a_wrong_password_says_so_and_does_not_say_whether_the_address_is_known(client, beheerder):
    known = sign_in(client, beheerder, "helemaal iets anders")
    assert known.status == 422
    unknown = client.post(
        "/inloggen", {"email": "niemand@test.example", "wachtwoord": "helemaal iets anders"}
    )
    assert known.words.replace(beheerder.email, "") == unknown.words.replace("niemand@test.example", "")


def test_after_five_failures_even_the_right_password_has_to_wait(client, beheerder, now):
    for _ in range(5):
        sign_in(client, beheerder, "fout fout fout fout")
    assert "Wacht" in sign_in(client, beheerder).words
    with freeze_time(now + timedelta(minutes=1)):
        assert sign_in(client, beheerder).status == 302


@pytest.mark.parametrize(("rol", "rest"), [(Rol.COORDINATOR, 30), (Rol.BEHEERDER, 15)])
def test_a_session_ends_after_half_an_hour_of_rest_and_sooner_for_a_beheerder(client, city, now, rol, rest):
    client.sign_in(city.account(rol).id)
    minutes = timedelta(minutes=1)
    with freeze_time(now + (rest - 1) * minutes):
        assert client.get("/").status == 200
    with freeze_time(now + (2 * rest - 2) * minutes):
        assert client.get("/").status == 200
    with freeze_time(now + (3 * rest - 1) * minutes):
        assert client.get("/").status == 302


@pytest.mark.parametrize(("rol", "hours"), [(Rol.COORDINATOR, 10), (Rol.BEHEERDER, 4)])
def test_a_session_ends_at_its_age_however_busy_it_is(client, city, now, rol, hours):
    client.sign_in(city.account(rol).id)
    for tens in range(1, hours * 6):
        with freeze_time(now + timedelta(minutes=10 * tens)):
            assert client.get("/mijn-account").status == 200
    with freeze_time(now + timedelta(hours=hours, minutes=1)):
        assert client.get("/mijn-account").status == 302


def test_after_signing_out_the_old_cookie_opens_nothing(client, beheerder):
    sign_in(client, beheerder)
    client.get("/accounts")
    token = client.cookie()
    assert client.post("/uitloggen").status == 302
    client.cookie(token)
    assert client.get("/accounts").status == 302


def test_a_second_sign_in_in_one_browser_ends_the_first_session(client, city, db, beheerder):
    actions.set_password(db, beheerder, "vijf groene wandelstokken ")
    db.commit()
    first = client.sign_in(beheerder.id).cookie()
    sent = {"email": beheerder.email, "wachtwoord": "vijf groene wandelstokken"}
    assert client.post("/inloggen", sent).status == 422, "a space is part of a password"
    sent["wachtwoord"] += " "
    assert client.post("/inloggen", sent).status == 302
    client.cookie(first)
    assert client.get("/accounts").location is not None


def test_a_form_sent_after_the_session_ended_is_given_back_and_can_be_sent_again(client, beheerder, now):
    sign_in(client, beheerder)
    client.get("/accounts/nieuw")
    typed = {"naam": "Lang Getypt", "email": "lang@test.example", "rol": "coordinator", "organisatie": ""}
    with freeze_time(now + timedelta(hours=1)):
        page = client.post("/accounts/nieuw", typed)
        assert page.status == 401
        fields = {
            node.attrib["name"]: node.attrib["value"]
            for node in page.tree.iter("input")
            if node.attrib.get("type") == "hidden" and node.attrib["name"].startswith("bewaard.")
        }
        client.csrf = page.csrf()
        page = client.post("/inloggen", {"email": beheerder.email, "wachtwoord": PASSWORD, **fields})
        again = second_step(client, beheerder, page)
        assert "Lang Getypt" in again.text
        client.csrf = again.csrf()
        assert "Uitnodiging voor Lang Getypt" in client.post("/accounts/nieuw", typed).h1


def test_what_was_typed_on_another_site_is_never_given_back(client):
    page = client.post("/accounts/nieuw", {"naam": "Boos Plan"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert page.status == 401
    assert "Boos Plan" not in page.told


def test_an_invitation_works_once_and_asks_a_strong_password(client, city, db, actor, now):
    account, token = actions.add_account(db, actor, email="nieuw@test.example", naam="Nieuw Gezicht", now=now)
    actions.give_role(db, actor, account, Rol.COORDINATOR, now=now)
    db.commit()
    path = f"/uitnodiging/{token}"
    assert client.get(path).h1 == "Kies je wachtwoord"
    weak = client.post(
        path, {"wachtwoord": "wachtwoordwachtwoord", "wachtwoord_opnieuw": "wachtwoordwachtwoord"}
    )
    assert weak.status == 422
    good = client.post(path, {"wachtwoord": PASSWORD, "wachtwoord_opnieuw": PASSWORD})
    assert good.status == 302
    for spent in (path, "/uitnodiging/onbekend"):
        page = client.get(spent)
        assert page.status == 409
        assert "Koos je al een wachtwoord? Log dan in. Anders: vraag de beheerder om hulp." in page.words


def test_whoever_forgot_the_password_is_told_whom_to_ask_and_the_beheerder_what_to_do(
    client, city, beheerder
):
    said = client.get("/inloggen").words
    assert "Wachtwoord vergeten? Vraag een nieuwe link aan de beheerder van je stad." in said
    client.sign_in(beheerder.id)
    there = city.account(Rol.COORDINATOR)
    assert "gezinscoach account invite --email ADRES" in client.get(f"/accounts/{there.id}").words


def test_an_account_that_is_made_twice_says_where_to_find_another_link(client, beheerder):
    client.sign_in(beheerder.id)
    client.get("/accounts/nieuw")
    typed = {"naam": "Cora", "email": "cora@test.example", "rol": "coordinator", "organisatie": ""}
    assert client.post("/accounts/nieuw", typed).status == 201
    page = client.post("/accounts/nieuw", typed)
    assert page.status == 422
    assert "Link kwijt? Kies bij deze persoon “Nieuwe uitnodiging”." in page.words


def test_the_list_of_accounts_is_calm_and_a_page_of_each_offers_what_can_be_done(client, city, beheerder):
    other = city.account(Rol.COORDINATOR, "Cora Lijst")
    client.sign_in(beheerder.id)
    listed = client.get("/accounts")
    assert [link for link in listed.links() if str(other.id) in link] == [f"/accounts/{other.id}"]
    assert not [action for action in listed.actions() if "/accounts/" in action]
    page = client.get(f"/accounts/{other.id}")
    assert page.h1 == "Cora Lijst"
    deeds = [*page.links(), *page.actions()]
    assert {link.rpartition("/")[2] for link in deeds if str(other.id) in link} >= {
        "rol",
        "einde",
        "afsluiten",
    }
    assert client.get(f"/accounts/{other.id}/afsluiten").links().count(f"/accounts/{other.id}") == 1
    own = client.get(f"/accounts/{beheerder.id}")
    assert "Dit ben jij" in own.words
    assert not [link for link in (*own.links(), *own.actions()) if str(beheerder.id) in link]


def test_a_beheerder_cannot_change_the_own_roles(client, beheerder):
    client.sign_in(beheerder.id)
    assert client.get(f"/accounts/{beheerder.id}/rol").status == 409


def test_a_role_of_the_beheerder_opens_no_other_werking(client, city, db, now):
    elsewhere = actions.add_werking(db, naam="Elders", gemeente="Elders", postcodes=("1000",), now=now)
    stranger, _ = actions.add_account(db, elsewhere, email="x@elders.example", naam="Xavier", now=now)
    db.commit()
    client.sign_in(city.account(Rol.BEHEERDER).id)
    assert "Xavier" not in client.get("/accounts").text
    for path in (f"/accounts/{stranger.id}", f"/accounts/{stranger.id}/rol"):
        assert client.get(path).status == 404


def test_a_beheerder_cannot_take_over_an_account_that_is_in_use(client, city, db, beheerder):
    nobody, coach = city.account(None, "Zonder Rol"), city.coach()
    client.sign_in(beheerder.id)
    assert client.post(f"/accounts/{nobody.id}/uitnodiging").status == 201
    actions.set_password(db, nobody, PASSWORD)
    db.commit()
    for taken in (nobody.id, coach.account.id):
        page = client.post(f"/accounts/{taken}/uitnodiging")
        assert page.status == 409
        assert "/uitnodiging/" not in page.told
    actions.set_password(db, coach.account, PASSWORD)
    db.commit()
    assert client.post(f"/accounts/{coach.account.id}/uitnodiging").status == 409


def test_an_importer_needs_a_last_day_and_the_form_says_so(client, city, beheerder):
    client.sign_in(beheerder.id)
    client.get("/accounts/nieuw")
    typed = {"naam": "Ines", "email": "ines@test.example", "rol": "importeur", "organisatie": "", "tot": ""}
    page = client.post("/accounts/nieuw", typed)
    assert page.status == 422
    assert "voor een tijd" in page.words
    assert client.post("/accounts/nieuw", typed | {"tot": "14/10/2026"}).status == 422
    assert client.post("/accounts/nieuw", typed | {"tot": "15/10/2026"}).status == 201


def test_the_beheerder_sets_what_the_werking_decides_for_itself(client, db, city, beheerder):
    client.sign_in(beheerder.id)
    client.get("/instellingen")
    typed = {"leeftijdsgrens": "12", "kleinste_groep": "6", "postcodes": "3000, 3010"}
    assert client.post("/instellingen", typed | {"kleinste_groep": "1"}).status == 422
    assert client.post("/instellingen", typed | {"postcodes": "Leuven"}).status == 422
    assert client.post("/instellingen", typed).status == 302
    werking = queries.werking(db, city.actor)
    db.refresh(werking)
    assert (werking.leeftijdsgrens, werking.kleinste_groep, werking.postcodes) == (12, 6, "3000 3010")


def test_a_role_says_until_which_day_it_lasts_wherever_it_is_listed(client, city, db, now, beheerder):
    client.sign_in(beheerder.id)
    client.get("/accounts/nieuw")
    typed = {"naam": "Ines", "email": "ines@test.example", "rol": "importeur", "tot": "31/10/2026"}
    client.post("/accounts/nieuw", typed | {"organisatie": ""})
    last_day = "importeur · tot en met 31 okt"
    listed = client.get("/accounts")
    assert last_day in listed.words
    assert "beheerder · zonder einddatum" in listed.words
    account = queries.account_by_email(db, "ines@test.example")
    actions.vouch(db, city.actor, account, now=now)
    db.commit()
    assert last_day in client.get("/accounts").words
    assert last_day in client.get(f"/accounts/{account.id}/rol").words


@pytest.mark.parametrize("held", [False, True])
def test_a_gezinscoach_whom_nobody_imported_needs_an_organisation_and_what_was_typed_stays(
    client, city, beheerder, held
):
    client.sign_in(beheerder.id)
    path, typed = "/accounts/nieuw", {"naam": "Nele Nieuw", "email": "nele@test.example"}
    if held:
        path, typed = f"/accounts/{city.account(Rol.COORDINATOR).id}/rol", {}
    client.get(path)
    typed |= {"rol": "gezinscoach", "organisatie": "", "tot": "31/12/2026"}
    page = client.post(path, typed)
    assert page.status == 422
    assert page.tree.find(".//select[@name='organisatie'][@aria-invalid='true']") is not None
    assert "nog geen gezinscoach met dit e-mailadres" in page.words
    assert "31/12/2026" in page.text
    assert held or "Nele Nieuw" in page.text
    done = client.post(path, typed | {"organisatie": str(city.organisatie().id)})
    assert done.status == (302 if held else 201)


def test_a_gezinscoach_who_was_imported_needs_no_organisation(client, city, db, now, beheerder):
    actions.add_gezinscoach(
        db,
        city.actor,
        naam="Nele",
        email="Nele@test.example",
        organisatie_id=city.organisatie().id,
        statuut=Statuut.VRIJWILLIGER,
        gestart_op=city.today,
        max_gezinnen=2,
        now=now,
    )
    db.commit()
    client.sign_in(beheerder.id)
    client.get("/accounts/nieuw")
    typed = {"naam": "Nele", "email": "nele@test.example", "rol": "gezinscoach", "organisatie": "", "tot": ""}
    assert client.post("/accounts/nieuw", typed).status == 201


def test_shutting_an_account_and_ending_a_role_ask_first_and_say_what_happens(client, city, db, beheerder):
    coach = city.coach("Ann Weg")
    client.sign_in(beheerder.id)
    listed = client.get(f"/accounts/{coach.account.id}")
    shut = f"/accounts/{coach.account.id}/afsluiten"
    [end] = [link for link in listed.links() if link.endswith("/einde")]
    asked = (shut, "niet opnieuw openen", "Niet afsluiten"), (end, "later opnieuw geven", "Niet beëindigen")
    for path, said, back in asked:
        assert path in listed.links()
        page = client.get(path)
        assert "Ann Weg" in page.h1
        assert said in page.words
        assert f"/gezinscoach/{coach.row.id}" in page.links()
        assert "Begeleidt deze persoon nog gezinnen? Dan" in page.words
        assert back in page.words
    db.refresh(coach.account)
    assert coach.account.active
    ended = client.follow(client.post(end)).words
    assert "De rol van Ann Weg is beëindigd: gezinscoach." in ended
    assert ended.count("geen rol") == 1
    assert "is afgesloten" in client.follow(client.post(shut)).words
    db.refresh(coach.account)
    assert not coach.account.active


def test_roles_that_are_held_are_named_as_one_or_as_several(client, city, db, now, beheerder):
    account = city.account(Rol.COORDINATOR)
    client.sign_in(beheerder.id)
    path = f"/accounts/{account.id}/rol"
    assert "Rol nu: coördinator" in client.get(path).words
    actions.give_role(db, city.actor, account, Rol.FUNCTIONARIS, now=now)
    db.commit()
    assert "Rollen nu: " in client.get(path).words
    nobody = city.account(None, "Niemand")
    assert "Rol nu: geen rol" in client.get(f"/accounts/{nobody.id}/rol").words


def test_a_beheerder_is_not_even_asked_about_the_own_account(client, beheerder):
    client.sign_in(beheerder.id)
    assert client.get(f"/accounts/{beheerder.id}/afsluiten").status == 409


def test_the_accounts_ask_as_many_questions_for_two_as_for_twelve(client, city, beheerder):
    def asked():
        with statements() as sent:
            assert client.get("/accounts").status == 200
        return len(sent)

    client.sign_in(beheerder.id)
    city.account(Rol.COORDINATOR)
    few = asked()
    for _ in range(10):
        city.account(Rol.COORDINATOR)
    assert asked() == few
