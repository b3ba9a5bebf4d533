"""The name of a family stands on its page, and neither in the title of the window nor in the address."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gezinscoach.accounts.tables import Gezinscoach


@pytest.mark.parametrize("page", ["", "/gegevens", "/gezinscoach", "/stap/doorverwijzen"])
def test_the_title_of_a_page_about_a_family_has_its_code_and_not_its_name(client, intake, page):
    blad = intake.register()
    client.sign_in(intake.account.id)
    title = client.get(f"/aanmelding/{blad.aanmelding.id}{page}").tree.find(".//title").text
    assert blad.gezin.code in title
    assert "El Amrani" not in title


def test_a_number_of_a_page_that_is_none_is_the_first_page(client, intake):
    intake.register()
    client.sign_in(intake.account.id)
    for number in ("0", "-1", "abc", "9" * 30):
        assert client.get(f"/wachtlijst?blad={number}").status == 200
        assert client.get(f"/gezin?blad={number}").status == 200


def test_a_coach_whose_last_day_passed_answers_no_proposal(client, db, city, intake, noor):
    voorstel = intake.propose(intake.register(), noor)
    client.sign_in(noor.account.id)
    assert client.get(f"/voorstel/{voorstel.id}/weigeren").status == 200
    db.get_one(Gezinscoach, noor.row.id).gestopt_op = city.today - timedelta(days=1)
    db.commit()
    assert "geen voorstel" in client.get("/voorstellen").words
    assert client.get(f"/voorstel/{voorstel.id}/weigeren").status == 404
    assert client.post(f"/voorstel/{voorstel.id}/aanvaarden").status == 404
