"""Every reason is worded at the edge, in the language of the reader."""

from __future__ import annotations

import ast
import io
import re
from pathlib import Path

import pytest
from babel.support import NullTranslations
from click.testing import CliRunner
from flask_babel import Domain

from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.said import Said
from gezinscoach.werkmap import actions, present
from gezinscoach.werkmap.commands import werkmap as command
from gezinscoach.werkmap.rules.report import Report
from tests.browser import BASE

from . import grids
from .deeds import box
from .grids import COACH, MEZ, TRAJ, read, werkmap

WERKMAP = Path(__file__).parents[2] / "gezinscoach" / "werkmap"
PURE = sorted([*WERKMAP.glob("rules/*.py"), *WERKMAP.glob("actions/*.py"), WERKMAP / "workbook.py"])
SENTENCE = re.compile(r"[A-Z“]\S*( \S+){3}")
ENGLISH = {
    "Dit is geen geldig e-mailadres.": "This is no valid e-mail address.",
    "Deze rij hangt af van rij %(rij)s (blad %(blad)s): die is nog niet in orde.": (
        "Sheet %(blad)s, row %(rij)s has to be mended first."
    ),
    "Het percentage VTE moet tussen 0 %% en 100 %% liggen.": "The share lies between 0 %% and 100 %%.",
    "“%(woord)s” is geen van de negen grondrechten.": "“%(woord)s” is none of the nine.",
    "Er staat niet waarvoor het mandaat geldt. Er is niets toegestaan.": "Nothing is allowed.",
    "Deze rij is anders dan bij een vorige inlezing.": "This row changed.",
    "Het blad “%(blad)s” ontbreekt.": "There is no sheet “%(blad)s”.",
    "Deze werkmap is niet volledig; er is niets ingelezen.": "This workbook is not complete.",
    "Dit bestand is geen werkmap. Er is niets ingelezen. "
    "Open het in je rekenblad en bewaar het als Excel-werkmap (.xlsx).": "This is no workbook.",
}


class Planted(NullTranslations):
    """A catalog of one small language."""

    def ugettext(self, message):
        return ENGLISH.get(message, message)


@pytest.fixture
def english(monkeypatch):
    monkeypatch.setattr(Domain, "get_translations", lambda self: Planted())


@pytest.fixture
def importer(client, city):
    return client.sign_in(city.account(Rol.IMPORTEUR).id)


def send(client, data):
    client.get("/werkmap")
    return client.post("/werkmap", {"bestand": (io.BytesIO(data), "w.xlsx"), "peildag": "30/6/2026"})


def test_the_inbox_and_its_rows_are_in_the_language_of_who_reads_not_of_who_imported(
    importer, bring, db, monkeypatch, request
):
    bring(werkmap({(COACH, 3, "E-mail"): "nele at buurt", (COACH, 3, "% VTE"): "300%"}))
    request.getfixturevalue("english")
    words = importer.get("/werkmap/postvak").words
    assert "Sheet Gezinscoaches, row 3 has to be mended first." in words
    assert "hangt af van" not in words
    [coach] = box(db, blad=COACH)
    words = importer.get(f"/werkmap/postvak/{coach.id}").words
    assert "This is no valid e-mail address." in words
    assert "The share lies between 0 % and 100 %." in words
    importer.post(f"/werkmap/postvak/{coach.id}/terzijde")
    assert "This is no valid e-mail address." in importer.get(f"/werkmap/postvak/{coach.id}").words


def test_a_proposal_is_listed_in_another_language_and_still_put_back_as_a_proposal(
    importer, bring, db, english
):
    bring(werkmap())
    bring(werkmap({(TRAJ, 3, "Taal"): "Koerdisch"}))
    assert "This row changed." in importer.get("/werkmap/postvak?stand=voorstel").words
    [rij] = box(db)
    for deed in ("terzijde", "terug"):
        importer.post(f"/werkmap/postvak/{rij.id}/{deed}")
    assert "This row changed." in importer.get("/werkmap/postvak?stand=voorstel").words


def test_a_preview_is_in_another_language_and_shows_a_value_as_typed(importer, english, tmp_path):
    sheets = werkmap({(MEZ, 3, "Prioriteiten"): "100% %(woord)s", (TRAJ, 3, "Mandaat voor"): ""})
    sent = send(importer, grids.write(tmp_path / "w.xlsx", sheets).read_bytes())
    words = importer.get(sent.location.removeprefix(BASE)).words
    assert "“100% %(woord)s” is none of the nine." in words
    assert "Nothing is allowed." in words


def test_a_refused_upload_is_answered_in_another_language(importer, english, tmp_path):
    assert "This is no workbook." in send(importer, b"geen werkmap").words
    words = send(importer, grids.write(tmp_path / "w.xlsx", werkmap()[:5]).read_bytes()).words
    assert "This workbook is not complete." in words
    assert "There is no sheet “Lerend netwerk”." in words


def test_the_report_gives_the_words_that_it_is_asked_for(db, actor, app, english):
    wrong = werkmap({(COACH, 4, "E-mail"): "omar"})
    report: Report = actions.judge(db, actor, wrong, as_of=grids.AS_OF).report()
    refused = report.as_json()["sheets"][COACH]["refused"]
    assert [one["reason"] for one in refused] == ["Dit is geen geldig e-mailadres."]
    refused = report.as_json(present.worded)["sheets"][COACH]["refused"]
    assert [one["reason"] for one in refused] == ["This is no valid e-mail address."]


def test_the_command_line_says_what_is_wrong_in_another_language(english, tmp_path):
    (tmp_path / "w.xlsx").write_bytes(b"geen werkmap")
    done = CliRunner().invoke(command, ["import", str(tmp_path / "w.xlsx")])
    assert (done.exit_code, "This is no workbook." in done.output) == (1, True)


def test_every_reason_of_a_reading_is_a_sentence_that_can_be_worded() -> None:
    reading = read({(COACH, 3, "E-mail"): "x", (TRAJ, 3, "Mandaat op"): "", (MEZ, 3, "Werk"): 9})
    found = [one for sheet in reading.sheets() for one in (*sheet.refused, *sheet.warnings)]
    found += [one for sheet in reading.sheets() for row in sheet.refused for one in row.also]
    assert len(found) > 4
    assert {type(one.reason) for one in found} == {Said}


@pytest.mark.parametrize("path", PURE, ids=lambda path: path.stem)
def test_no_sentence_stands_outside_what_is_gathered_for_translation(path):
    tree = ast.parse(path.read_text())
    gathered = [node.args[0] for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_said(node)]
    assert all(isinstance(one, ast.Constant) for one in gathered), "said() of something else than a literal"
    apart = {id(one) for one in gathered} | {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)
    }
    words = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in apart]
    assert [node.value for node in words if SENTENCE.match(str(node.value))] == []


def _is_said(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id == "said"
