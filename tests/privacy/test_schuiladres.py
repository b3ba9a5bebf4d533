"""A shielded address: only its coach reads it, and nobody finds its place on any other page."""

from __future__ import annotations

from collections import deque
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from gezinscoach.aanmelding import actions as aanmelding
from gezinscoach.aanmelding import policy as aanmelding_policy
from gezinscoach.aanmelding import queries as aanmelding_queries
from gezinscoach.aanmelding.rules import Toestemming
from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier import policy as dossier_policy
from gezinscoach.dossier import queries as dossier_queries
from gezinscoach.dossier.rules import Noodreden
from gezinscoach.dossier.tables import Gezin, Schuiladres
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Actor, Rol, mark_of
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.kernel.vault import KeyDenied
from gezinscoach.privacy import actions
from gezinscoach.privacy.present.noodtoegang import nooddossier
from gezinscoach.privacy.queries import Lopend
from gezinscoach.privacy.rules import Kijkreden

SECRET = ("Schuilstraatcanarie 9", "Veiligcanarie bellen")
USUAL = ("Gewoonstraatcanarie 1", "3012 Wilselecanarie", "0470 99 88 77")
DELICATE = ("schuiladres", "read_shielded", "lift", "shield_at_intake")


@pytest.fixture
def coach(city):
    return city.coach("Vaste Coach", max_gezinnen=9, wijken=("Wilselecanarie",))


@pytest.fixture
def gezin(city, coach, now):
    adres, gemeente, telefoon = USUAL
    row = city.gezin("Gezin Verborgen", coach, adres=adres, gemeente=gemeente, telefoon=telefoon)
    actions.shield(city.db, coach.actor, row, adres=SECRET[0], contact=SECRET[1], now=now)
    city.db.commit()
    return row


def facts(page):
    said = [["".join(node.itertext()).strip() for node in page.tree.iter(kind)] for kind in ("dt", "dd")]
    return dict(zip(*said, strict=True))


def test_the_ordinary_address_of_a_shielded_family_is_called_so(client, city, coach, gezin):
    """A tired coach must never take it for where they stay."""
    client.sign_in(coach.account.id)
    page = client.get(f"/dossier/{gezin.id}")
    assert facts(page)["Gewoon adres"] == USUAL[0]
    assert "Waar ze verblijven: zie Afgeschermd adres" in page.words
    assert not {"Adres", "Gemeente"} & set(facts(page))
    assert "Het gewone adres. Waar ze verblijven" in client.get(f"/dossier/{gezin.id}/gegevens").words
    open_gezin = city.gezin("Gezin Open", coach, adres="Veldstraat 3")
    city.db.commit()
    page = client.get(f"/dossier/{open_gezin.id}")
    assert facts(page)["Adres"] == "Veldstraat 3"
    assert "Gewoon adres" not in page.words


def test_what_is_read_stands_there_as_text_and_its_form_is_folded(client, coach, gezin):
    client.sign_in(coach.account.id)
    path = f"/dossier/{gezin.id}/schuiladres"
    page = client.post(f"{path}/lezen", {"reden": next(iter(Kijkreden)).value})
    assert tuple(facts(page).values()) == SECRET
    (fold,) = [node for node in page.tree.find(".//main").iter("details") if node.find("summary") is not None]
    assert "open" not in fold.attrib
    assert fold.find(".//textarea[@name='adres']") is not None
    versie = fold.find(".//input[@name='versie']").get("value")
    page = client.post(path, {"adres": "", "contact": "x", "versie": versie})
    assert page.status == 422
    assert page.tree.find(".//main//details//textarea") is None, "what has to be mended is in sight"


@pytest.fixture
def waiting(city, coach, now):
    """A family that waits, proposed to the coach for its wijk before the aanmeldpunt shielded it."""
    desk = city.actor_of(city.account(Rol.AANMELDPUNT).id, Rol.AANMELDPUNT)
    adres, gemeente, telefoon = USUAL
    row = aanmelding.register(
        city.db,
        desk,
        now=now,
        datum=city.today,
        aanmelder="Bram",
        naam="Gezin Wachtend",
        adres=adres,
        gemeente=gemeente,
        telefoon_gezin=telefoon,
        toestemming=Toestemming.JA,
    )
    city.db.commit()
    blad = aanmelding_queries.blad(city.db, aanmelding_policy.content(desk), row.id)
    aanmelding.propose(city.db, desk, blad, coach.row.id, today=city.today, now=now)
    actions.shield(city.db, desk, blad.gezin, adres=SECRET[0], contact=SECRET[1], now=now)
    city.db.commit()
    return row


def crawl(client, start="/"):
    """Every page that somebody reaches by links, as (address, what it tells)."""
    seen, todo = {start}, deque([start])
    while todo:
        path = todo.popleft()
        page = client.get(path)
        yield path, page.told if page.text else page.data.decode("latin-1")
        for link in page.links() if page.tree is not None else ():
            target = link.partition("#")[0]
            if target.startswith("/") and not target.startswith("/static") and target not in seen:
                seen.add(target)
                todo.append(target)


def told(client, words):
    return {(path, word) for path, text in crawl(client) for word in words if word in text}


@pytest.mark.parametrize("rol", Rol)
def test_no_role_finds_the_place_of_a_shielded_family_on_any_page(client, city, gezin, waiting, rol):
    somebody = city.coach("Andere Coach").account if rol is Rol.GEZINSCOACH else city.account(rol)
    client.sign_in(somebody.id)
    if rol in (Rol.GEZINSCOACH, Rol.AANMELDPUNT, Rol.COORDINATOR):
        client.post(
            "/noodtoegang",
            {"code": gezin.code, "categorie": Noodreden.ANDER.value, "reden": "Gevaar, en niemand neemt op."},
        )
        page = client.get(f"/noodtoegang/dossier/{gezin.id}")
        assert "Adres afgeschermd" in page.words
    assert told(client, (*SECRET, *USUAL, "Werkt in Wilselecanarie")) == set()


def test_the_coach_sees_the_usual_address_but_where_the_family_stays_on_no_page_that_has_a_link(
    client, coach, gezin, waiting
):
    client.sign_in(coach.account.id)
    found = told(client, (*SECRET, *USUAL))
    assert {word for _, word in found} == set(USUAL)
    assert {path for path, _ in found} <= {f"/dossier/{gezin.id}", f"/dossier/{gezin.id}/gegevens"}


def test_the_stand_in_sees_the_usual_address_and_never_where_the_family_stays(client, city, db, gezin, now):
    stand_in = city.coach("Vervanger")
    last = city.today + timedelta(days=3)
    dossier.add_stand_in(db, city.actor, gezin, stand_in.row.id, van=city.today, tot=last, now=now)
    db.commit()
    client.sign_in(stand_in.account.id)
    assert {word for _, word in told(client, (*SECRET, *USUAL))} == set(USUAL)
    at = f"/dossier/{gezin.id}/schuiladres"
    assert client.get(at).status == 403
    for path in (at, f"{at}/lezen", f"{at}/opheffen"):
        data = {"reden": Kijkreden.BEZOEK.value, "adres": "x", "zeker": "y"}
        assert client.post(path, data).status == 403


def test_its_coach_reads_it_for_a_reason_that_stands_in_the_trace(client, db, coach, gezin):
    client.sign_in(coach.account.id)
    at = f"/dossier/{gezin.id}/schuiladres"
    assert not any(word in client.get(at).text for word in SECRET)
    assert client.post(f"{at}/lezen").status == 422
    page = client.post(f"{at}/lezen", {"reden": Kijkreden.BEZOEK.value})
    assert all(word in page.text for word in SECRET)
    event = db.scalars(select(AuditEvent).where(AuditEvent.groups == "F2s")).one()
    assert (event.action, event.scope_id) == ("schuiladres.read.bezoek", gezin.id)


def test_every_page_with_it_asks_for_a_fresh_proof(app):
    for endpoint in DELICATE:
        assert mark_of(app.view_functions[f"privacy.{endpoint}"]).fresh, endpoint


def test_the_key_of_the_family_opens_neither_of_the_shielded_keys(db, gezin):
    row = dossier_queries.schuiladres(db, gezin.id)
    db.info["granted"] = {}
    db.info["alone"] = set()
    vault.open_scopes(db, [gezin.id], groups=vault.EVERY)
    assert gezin.naam == "Gezin Verborgen"
    for name in ("adres", "contact", "gewoon"):
        with pytest.raises(KeyDenied):
            getattr(row, name)


def test_writing_it_hands_the_key_back(db, city, coach, gezin, now):
    row = actions.shield(db, coach.actor, gezin, adres="Nieuw", contact="", now=now)
    with pytest.raises(KeyDenied):
        _ = row.adres


def test_the_ordinary_cells_of_a_shielded_family_stay_empty_whoever_writes(db, gezin):
    gezin.adres = gezin.gemeente = gezin.telefoon = "Gewoonstraatcanarie 1"
    db.flush()
    assert (gezin.adres_cell, gezin.gemeente_cell, gezin.telefoon_cell) == (None, None, None)


def test_the_coach_changes_the_usual_address_of_a_shielded_family(client, db, coach, gezin):
    client.sign_in(coach.account.id)
    at = f"/dossier/{gezin.id}/gegevens"
    page = client.post(at, {"naam": "Gezin Verborgen", "adres": "Nieuwstraat 2", "tolk": ""})
    assert page.status == 302
    assert "Nieuwstraat 2" in client.get(at).text
    db.expire_all()
    assert db.get(Gezin, gezin.id).adres_cell is None


def test_lifting_gives_the_usual_address_back_and_wipes_where_the_family_stayed(client, db, coach, gezin):
    client.sign_in(coach.account.id)
    client.get("/")
    at = f"/dossier/{gezin.id}/schuiladres/opheffen"
    assert client.post(at).status == 422
    assert client.post(at, {"zeker": "y"}).status == 302
    page = client.get(f"/dossier/{gezin.id}")
    assert all(word in page.text for word in USUAL)
    assert "Adres afgeschermd" not in page.text
    assert db.scalar(select(func.count(Schuiladres.id))) == 0


def test_the_aanmeldpunt_writes_it_at_intake_and_never_reads_it(client, city, db, coach, now):
    desk = city.account(Rol.AANMELDPUNT)
    actor = city.actor_of(desk.id, Rol.AANMELDPUNT)
    row = aanmelding.register(
        db, actor, now=now, datum=city.today, aanmelder="Bram", naam="Nieuw", toestemming=Toestemming.JA
    )
    db.commit()
    client.sign_in(desk.id)
    at = f"/aanmelding/{row.id}/schuiladres"
    assert client.post(at, {"adres": SECRET[0], "contact": SECRET[1]}).status == 302
    assert "Adres afgeschermd" in client.get(f"/aanmelding/{row.id}").words
    assert told(client, SECRET) == set()
    assert not any(word in client.get(at).text for word in SECRET)
    facts = client.get(f"/aanmelding/{row.id}/gegevens")
    assert 'name="adres"' not in facts.text
    client.post(f"/aanmelding/{row.id}/gegevens", {"naam": "Nieuw", "adres": "Gewoonstraatcanarie 1"})
    db.expire_all()
    assert db.get(Gezin, row.gezin_id).adres_cell is None


def test_after_the_hand_over_the_aanmeldpunt_writes_it_no_more(client, city, db, coach, now):
    desk = city.account(Rol.AANMELDPUNT)
    actor = city.actor_of(desk.id, Rol.AANMELDPUNT)
    row = aanmelding.register(
        db, actor, now=now, datum=city.today, aanmelder="B", naam="Nieuw", toestemming=Toestemming.JA
    )
    db.commit()
    blad = aanmelding_queries.blad(db, aanmelding_policy.content(actor), row.id)
    voorstel = aanmelding.propose(db, actor, blad, coach.row.id, today=city.today, now=now)
    aanmelding.accept(db, coach.actor, voorstel, today=city.today, now=now)
    db.commit()
    client.sign_in(desk.id)
    client.get("/")
    at = f"/aanmelding/{row.id}/schuiladres"
    assert client.get(at).status == 403
    assert client.post(at, {"adres": "x"}).status == 403


def test_a_shielded_family_is_matched_without_its_place(client, city, db, coach, waiting, now):
    desk = Actor(city.actor.werking_id, waiting.made_by, grants=frozenset({(Rol.AANMELDPUNT, None)}))
    blad = aanmelding_queries.blad(db, aanmelding_policy.content(desk), waiting.id)
    found = aanmelding_queries.matches(db, desk, blad, today=city.today)
    codes = {reden.code.value for one in found.voorstellen for reden in (*one.voor, *one.tegen)}
    assert not codes & {"wijk", "other_wijk"}
    stored = aanmelding_queries.proposals(db, waiting)[0].redenen
    assert not {one["code"] for one in stored} & {"wijk", "other_wijk"}


def test_shielding_empties_the_ordinary_cells_and_only_who_is_near_reads_what_they_held(db, gezin):
    assert (gezin.adres_cell, gezin.gemeente_cell, gezin.telefoon_cell) == (None, None, None)
    far, near = (dossier_queries.contact(db, gezin, near=near) for near in (False, True))
    assert (far.adres, far.gemeente, far.telefoon, far.afgeschermd) == ("", "", "", True)
    assert (near.adres, near.gemeente, near.telefoon) == USUAL


@pytest.mark.parametrize("rol", [Rol.GEZINSCOACH, Rol.AANMELDPUNT, Rol.COORDINATOR])
def test_an_emergency_opens_neither_of_the_shielded_keys(app, db, gezin, city, now, rol):
    account = city.account(rol)
    actor = city.actor_of(account.id, rol)
    actions.ask_emergency(db, actor, code=gezin.code, categorie=Noodreden.ANDER, reden="x" * 20, now=now)
    db.commit()
    row = dossier_queries.schuiladres(db, gezin.id)
    db.info["granted"] = {}
    db.info["alone"] = set()
    held = dossier_queries.gezin(db, dossier_policy.emergency(actor, now), gezin.id, groups=vault.EVERY)
    with app.test_request_context():
        nooddossier(db, held, Lopend(row.id, gezin.id, now), today=city.today, page=1)
    for name in ("adres", "contact", "gewoon"):
        with pytest.raises(KeyDenied):
            getattr(row, name)
