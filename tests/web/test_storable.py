"""What was typed comes back as text that every page and every database takes."""

from __future__ import annotations

from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.forms import storable


def test_no_sign_that_no_page_can_hold_is_given_back(client, city):
    typed = {"naam": "Lang\x00 getypt", "email": "x\x00@test.example"}
    page = client.post("/accounts/nieuw", typed)
    assert page.status == 401
    assert "Lang getypt" in page.text
    assert "\x00" not in page.text


def test_nor_by_a_refusal(client, city):
    client.sign_in(city.account(Rol.BEHEERDER).id)
    client.get("/accounts/nieuw")
    client.csrf = "vals"
    page = client.post("/accounts/nieuw", {"naam": "Lang\x00 getypt"})
    assert page.status == 400
    assert "Lang getypt" in page.text
    assert "\x00" not in page.text


def test_halves_of_a_sign_are_left_out():
    assert storable("a\ud800\x00b\udfff") == "ab"
    assert storable("é😀\r\n ") == "é😀\r\n "
    assert storable(None) is None
