"""Metingen as a coach meets them."""

from __future__ import annotations

from datetime import date

import pytest

from gezinscoach.dossier import actions as dossier
from gezinscoach.grondrechten import actions
from gezinscoach.grondrechten.rules import score_of
from tests.counting import statements

FILLED = {"datum": "14/10/2026", "score_wonen": "2", "score_werk": "nvt", "prioriteit_1": "wonen"}


@pytest.fixture
def coach(city):
    return city.coach("Noor Testers")


@pytest.fixture
def gezin(city, coach):
    return city.gezin("Gezin Peeters", coach, van=date(2026, 5, 1))


@pytest.fixture
def path(gezin):
    return f"/dossier/{gezin.id}/grondrechten"


@pytest.fixture
def signed_in(client, coach):
    return client.sign_in(coach.account.id)


def measure(city, coach, gezin, quarter, **scores):
    held = {code: score_of(score) for code, score in scores.items()} or {"wonen": score_of(3)}
    given = {"datum": city.today, "now": city.now, "today": city.today}
    actions.measure(city.db, coach.actor, gezin, quarter=quarter, scores=held, **given)
    city.db.commit()


def chosen(page, name):
    nodes = page.tree.findall(f".//input[@name='{name}']")
    return [node.attrib["value"] for node in nodes if "checked" in node.attrib]


def test_a_first_meting_is_filled_in_and_shown(signed_in, path):
    start = signed_in.get(path)
    assert "Nog geen meting" in start.words
    assert f"{path}/2026-K4" in start.links()
    form = signed_in.get(f"{path}/2026-K4")
    assert form.tree.find(".//input[@name='datum']").attrib["value"] == "15/10/2026"
    assert "Woont het gezin veilig, gezond en betaalbaar?" in form.words
    assert chosen(form, "score_wonen") == ["nb"]
    after = signed_in.follow(signed_in.post(f"{path}/2026-K4", {**FILLED, "krachten": "Een sterke oma"}))
    assert "De meting voor het 4e kwartaal van 2026 is bewaard." in after.words
    assert "prioriteit 1" in after.words
    assert "Een sterke oma" in after.words
    assert "Noor Testers" in after.words


def test_the_quarters_without_a_meting_can_still_be_filled_in(signed_in, city, coach, gezin, path):
    measure(city, coach, gezin, (2026, 4))
    links = signed_in.get(path).links()
    assert {link for link in links if link.startswith(path + "/")} == {
        f"{path}/2026-K{quarter}" for quarter in (2, 3, 4)
    }
    assert "Vroegere kwartalen hebben nog geen meting" in signed_in.get(path).words
    form = signed_in.get(f"{path}/2026-K3")
    assert form.tree.find(".//input[@name='datum']").attrib["value"] == ""
    assert signed_in.post(f"{path}/2026-K3", FILLED | {"datum": "30/9/2026"}).status == 302
    assert "Een vroeger kwartaal heeft nog geen meting" in signed_in.get(path).words


def test_the_form_shows_the_score_of_the_meting_before(signed_in, city, coach, gezin, path):
    measure(city, coach, gezin, (2026, 2), wonen=4, werk="nb")
    measure(city, coach, gezin, (2026, 4), wonen=1)
    words = signed_in.get(f"{path}/2026-K3").words
    assert "Wonen vorige keer: 4 (grotendeels)" in words
    assert "Werk vorige keer: niet besproken" in words
    assert "vorige keer" not in signed_in.get(f"{path}/2026-K2").words


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"score_wonen": "6"}, "Kijk dit nog even na"),
        ({"datum": "16/10/2026"}, "Deze dag moet nog komen."),
        ({"datum": ""}, "Dit veld is nodig."),
        ({"prioriteit_2": "wonen"}, "Dit koos je al."),
        ({"prioriteit_3": "huisvesting"}, "Kijk dit nog even na"),
    ],
)
def test_what_is_wrong_is_said_and_everything_comes_back(signed_in, path, wrong, said):
    typed = {**FILLED, "score_gezin": "5", "krachten": "Een sterke oma", "met_wie": "mama"} | wrong
    page = signed_in.post(f"{path}/2026-K4", typed)
    assert page.status == 422
    assert said in page.words
    assert chosen(page, "score_gezin") == ["5"]
    assert "Een sterke oma" in page.text
    assert page.tree.find(".//input[@name='met_wie']").attrib["value"] == "mama"
    assert page.tree.find(".//option[@selected][@value='wonen']") is not None
    assert "Nog geen meting" in signed_in.get(path).words


def test_a_talk_far_outside_the_quarter_is_refused_at_the_date_but_not_for_what_a_workbook_brought(
    signed_in, city, coach, gezin, path
):
    assert signed_in.post(f"{path}/2026-K4", FILLED | {"datum": "31/8/2026"}).status == 302
    page = signed_in.post(f"{path}/2026-K3", FILLED | {"datum": "30/5/2026"})
    assert page.status == 422
    assert "Deze dag valt niet in het 3e kwartaal van 2026." in page.words
    measure(city, coach, gezin, (2025, 4))
    form = signed_in.get(f"{path}/2025-K4")
    held = form.tree.find(".//input[@name='meting']").attrib["value"]
    given = FILLED | {"meting": held}
    assert signed_in.post(f"{path}/2025-K4", given | {"datum": "15/10/2026"}).status == 302, "as it was"
    assert signed_in.post(f"{path}/2025-K4", given | {"datum": "14/10/2026"}).status == 422


def test_a_meting_without_any_answer_is_refused(signed_in, path):
    page = signed_in.post(f"{path}/2026-K4", {"datum": "14/10/2026", "krachten": "Een sterke oma"})
    assert page.status == 422
    assert "Geef bij minstens één grondrecht een score" in page.words
    assert "Een sterke oma" in page.text


def test_a_meting_can_be_put_right_in_the_same_form(signed_in, path):
    signed_in.post(f"{path}/2026-K4", FILLED)
    form = signed_in.get(f"{path}/2026-K4")
    assert form.h1 == "Meting aanpassen"
    assert chosen(form, "score_wonen") == ["2"]
    assert chosen(form, "score_werk") == ["nvt"]
    held = form.tree.find(".//input[@name='meting']").attrib["value"]
    assert signed_in.post(f"{path}/2026-K4", FILLED | {"score_wonen": "4", "meting": held}).status == 302
    assert chosen(signed_in.get(f"{path}/2026-K4"), "score_wonen") == ["4"]


def test_a_meting_that_somebody_else_just_made_is_not_overwritten(signed_in, city, coach, gezin, path):
    signed_in.get(f"{path}/2026-K4")
    measure(city, coach, gezin, (2026, 4), wonen=5)
    page = signed_in.post(f"{path}/2026-K4", FILLED)
    assert page.status == 409
    assert "Intussen is dit aangepast" in page.words
    assert chosen(page, "score_wonen") == ["2"]
    assert chosen(signed_in.get(f"{path}/2026-K4"), "score_wonen") == ["5"]


@pytest.mark.parametrize("quarter", ["2027-K1", "2026-K5", "2026", "onbekend", "1899-K1", "0001-K1"])
def test_a_quarter_that_is_none_or_has_yet_to_come_is_not_found(signed_in, path, quarter):
    assert signed_in.get(f"{path}/{quarter}").status == 404
    assert signed_in.post(f"{path}/{quarter}", FILLED).status == 404


def test_a_stranger_and_the_coach_of_before_find_nothing(client, city, coach, gezin, path):
    measure(city, coach, gezin, (2026, 4))
    stranger = city.coach("Ander")
    dossier.end_coach(city.db, city.actor, gezin, tot=city.today, reden=None, now=city.now)
    city.db.commit()
    for person in (stranger, coach):
        client.sign_in(person.account.id)
        assert client.get(path).status == 404
        assert client.get(f"{path}/2026-K4").status == 404
        assert client.post(f"{path}/2026-K3", FILLED).status == 404


def test_a_meting_of_another_family_cannot_be_put_right_from_here(signed_in, city, coach, gezin, path):
    other = city.gezin("Andere", coach)
    measure(city, coach, gezin, (2026, 4), wonen=5)
    held = signed_in.get(f"{path}/2026-K4").tree.find(".//input[@name='meting']").attrib["value"]
    elsewhere = path.replace(str(gezin.id), str(other.id))
    assert signed_in.post(f"{elsewhere}/2026-K4", FILLED | {"meting": held}).status == 302
    assert chosen(signed_in.get(f"{path}/2026-K4"), "score_wonen") == ["5"]


def test_the_chart_and_the_table_tell_the_same_with_the_missing_quarter(signed_in, city, coach, gezin, path):
    measure(city, coach, gezin, (2026, 1), wonen=1, werk="nvt")
    measure(city, coach, gezin, (2026, 3), wonen=4, werk="nb")
    page = signed_in.get(path)
    table = page.tree.find(".//table[@class='list chart-heat']")
    rows = {row.find("th").text: [cell.text for cell in row.findall("td")] for row in table.find("tbody")}
    assert rows["Wonen"] == ["1", "–", "4"]
    assert rows["Werk"] == ["nvt", "–", "nb"]
    assert rows["Gezin"] == ["–", "–", "–"]
    assert "2026 K1: 1; 2026 K3: 4" in [
        node.text for node in page.tree.iter("{http://www.w3.org/2000/svg}desc")
    ]


def test_a_longer_history_asks_no_more_questions(signed_in, city, coach, gezin, path):
    def asked(quarters):
        for quarter in quarters:
            measure(city, coach, gezin, quarter)
        with statements() as sent:
            assert signed_in.get(path).status == 200
        return len(sent)

    many = [(year, number) for year in (2023, 2024, 2025) for number in (1, 2, 3, 4)]
    assert asked(many[:2]) == asked(many[2:])
