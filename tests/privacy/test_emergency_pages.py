"""What people see of an emergency: who reads, until when, whom to ring, and who read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gezinscoach.dossier.rules import Noodreden
from gezinscoach.kernel import texts
from gezinscoach.kernel.access import Rol
from gezinscoach.privacy.present import noodtoegang as words
from gezinscoach.privacy.queries import Verzoek

REDEN = "De mama belde: de papa staat aan de deur."


@pytest.fixture
def helper(client, city):
    found = city.account(Rol.AANMELDPUNT, "Helper Helpt")
    client.sign_in(found.id)
    return found


@pytest.fixture
def families(city):
    coach = city.coach()
    rows = [city.gezin(f"Gezin {name}", coach, telefoon="0470 12 34 56 (mama)") for name in ("Een", "Twee")]
    city.db.commit()
    return rows


def opened(client, gezin):
    sent = {"code": gezin.code, "categorie": Noodreden.ACUUT_GEVAAR.value, "reden": REDEN}
    assert client.post("/noodtoegang", sent).status == 302


def test_two_emergencies_are_one_landmark_with_a_line_and_a_button_each(client, helper, families):
    for gezin in families:
        opened(client, gezin)
    page = client.get("/")
    (band,) = [node for node in page.tree.iter("aside") if node.attrib.get("class") == "nood"]
    told = " ".join("".join(band.itertext()).split())
    assert told.count("Noodtoegang.") == 1
    for gezin in families:
        assert f"{gezin.code} · nog 4 uur" in told
        assert f"Klaar met {gezin.code}" in told


def test_numbers_are_rung_at_a_touch(client, helper, families):
    assert {"tel:112", "tel:1712"} <= set(client.get("/noodtoegang").links())
    opened(client, families[0])
    page = client.get(f"/noodtoegang/dossier/{families[0].id}")
    assert {"tel:112", "tel:0470123456"} <= set(page.links())


@pytest.mark.parametrize(
    ("written", "rung"),
    [
        ("0470 12 34 56 (mama)", "0470123456"),
        ("mama 0470/12.34.56", "0470123456"),
        ("+32 470 12 34 56", "+32470123456"),
        ("geen", ""),
    ],
)
def test_what_is_rung_is_the_number_alone(written, rung):
    assert texts.dialled(written) == rung


def test_an_address_breaks_after_its_at_and_stays_text():
    assert texts.email("an@stad.example") == "an@<wbr>stad.example"
    assert texts.email("<b>@stad.example") == "&lt;b&gt;@<wbr>stad.example"


def test_the_functionaris_sees_at_once_who_read_in_an_emergency(client, city, helper, families):
    opened(client, families[0])
    client.sign_in(city.account(Rol.FUNCTIONARIS).id)
    page = client.get("/")
    assert "Helper Helpt las een dossier in nood" in page.words
    at = next(link for link in page.links() if link.startswith("/nazicht/"))
    assert client.get(at).status == 200
    client.csrf = ""
    assert client.post(at, {"oordeel": "in orde", "opmerking": "gebeld"}).status == 302
    assert "las een dossier in nood" not in client.get("/").words


def test_nothing_is_said_of_who_waits_when_nobody_does(client, city):
    client.sign_in(city.account(Rol.COORDINATOR).id)
    page = client.get("/noodtoegang/bevestigen")
    assert "Niemand wacht" in page.words
    assert "al drie keer" not in page.words


def test_a_day_is_said_once(app, city, now):
    def wanneer(until):
        row = Verzoek(city.actor.werking_id, "GC", "An", Noodreden.ANDER, "", now, now, until)
        return words.verzoek(row).wanneer

    assert wanneer(now + timedelta(hours=4)) == "donderdag 15 oktober, 11:00 tot hoogstens 15:00"
    assert wanneer(now + timedelta(hours=14)).endswith("tot hoogstens vrijdag 16 oktober, 01:00")


@pytest.mark.parametrize("part", ["niet-zien", "wie-keek", "schuiladres", "gegevens"])
def test_every_page_of_a_dossier_stands_under_vandaag(client, city, part):
    coach = city.coach()
    gezin = city.gezin("Gezin Plaats", coach)
    client.sign_in(coach.account.id)
    page = client.get(f"/dossier/{gezin.id}/{part}")
    assert page.status == 200
    places = [a for a in page.tree.iter("a") if a.attrib.get("class") == "nav-place"]
    lit = {"".join(a.itertext()).strip() for a in places if "aria-current" in a.attrib}
    assert lit == {"Vandaag"}


def test_accounts_show_addresses_that_can_break(client, city):
    client.sign_in(city.account(Rol.BEHEERDER).id)
    assert "@<wbr>" in client.get("/accounts").text
