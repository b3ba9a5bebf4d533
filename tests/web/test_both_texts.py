"""The words in which a form shows what somebody else changed meanwhile, and a form with a single field."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from sqlalchemy import select
from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.fields import SelectChoice

from gezinscoach.accounts.tables import Passkey
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.versions import Edit, Other
from tests.accounts.proving import Device
from tests.accounts.test_factors import make_passkey
from tests.browser import Browser

PAIRS = [("a", "Eerste"), ("b", "Tweede"), ("c", "Derde")]


def choosing(kind, choices):
    class Pick(Edit):
        """One choice, from a list given in some way."""

        soort = kind("Soort", choices=choices)

    return Pick


GIVEN = {
    "as pairs": PAIRS,
    "as choices": [SelectChoice(value, label) for value, label in PAIRS],
    "when asked": lambda: PAIRS,
}


@pytest.mark.filterwarnings("ignore:Passing SelectField choices")
@pytest.mark.parametrize("kind", [SelectField, RadioField])
@pytest.mark.parametrize("given", GIVEN)
def test_a_choice_is_shown_in_its_words_however_the_list_was_given(app, kind, given):
    pick, meta = choosing(kind, GIVEN[given]), {"csrf": False}
    with app.test_request_context():
        versie = pick(obj=SimpleNamespace(soort="a"), meta=meta).versie._value()
    with app.test_request_context(method="POST", data={"soort": "b", "versie": versie}):
        form = pick(obj=SimpleNamespace(soort="c"), meta=meta)
        assert not form.validate()
        assert form.others == (Other("Soort", "Tweede", "Derde"),)


@pytest.mark.filterwarnings("ignore:Passing SelectField choices")
def test_in_groups_and_several_at_once_too(app):
    meta = {"csrf": False}
    for pick, shown, sent, stands, said in (
        (choosing(SelectField, {"Groep": PAIRS}), "a", "b", "c", ("Tweede", "Derde")),
        (choosing(SelectMultipleField, PAIRS), ["a"], ["a", "b"], ["c"], ("Eerste, Tweede", "Derde")),
    ):
        with app.test_request_context():
            versie = pick(obj=SimpleNamespace(soort=shown), meta=meta).versie._value()
        with app.test_request_context(method="POST", data={"soort": sent, "versie": versie}):
            form = pick(obj=SimpleNamespace(soort=stands), meta=meta)
            assert not form.validate()
            assert form.others == (Other("Soort", *said),)


def test_of_two_tabs_that_name_a_passkey_the_second_sees_both_names(app, city, db):
    account = city.account(Rol.COORDINATOR)
    one, two = (Browser(app).sign_in(account.id) for _ in range(2))
    make_passkey(one, "/mijn-account/passkey", Device())
    two = two.sign_in(account.id)  # a new passkey ended it
    row = db.scalars(select(Passkey)).one()
    path = f"/mijn-account/passkey/{row.id}"
    one.get(path), two.get(path)
    assert one.post(path, {"naam": "Laptop thuis"}).status == 302
    page = two.post(path, {"naam": "Laptop werk"})
    assert page.status == 409
    assert "Jij schreef: Laptop werk Intussen staat er: Laptop thuis" in page.words
    assert two.post(path, {"naam": "Laptop werk"}).status == 302
    assert "Laptop werk" in one.get("/mijn-account").words


@pytest.mark.parametrize("versie", ["", "onzin", "naam:00"])
def test_without_a_version_no_name_is_written_over(app, city, db, versie):
    browser = Browser(app).sign_in(city.account(Rol.COORDINATOR).id)
    make_passkey(browser, "/mijn-account/passkey", Device(), "Laptop")
    path = f"/mijn-account/passkey/{db.scalars(select(Passkey.id)).one()}"
    assert browser.post(path, {"naam": "Anders", "versie": versie}).status == 409
    assert "Anders" not in browser.get("/mijn-account").words
