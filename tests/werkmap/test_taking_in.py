"""What a workbook puts into the application, and what it joins or refuses there."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import func, select

from gezinscoach.accounts.tables import Gezinscoach
from gezinscoach.dossier import queries as dossier
from gezinscoach.dossier.tables import Gezin
from gezinscoach.grondrechten import queries as grondrechten
from gezinscoach.grondrechten.tables import Meting
from gezinscoach.kernel import vault
from gezinscoach.mandaat import queries as mandaat
from gezinscoach.mandaat.rules import Bereik
from gezinscoach.toelage import queries as toelage
from gezinscoach.toelage.rules import Kind
from gezinscoach.werkmap import actions
from gezinscoach.werkmap.rules.layout import GRONDRECHTEN
from gezinscoach.werkmap.tables import Herkomst, Rijstand
from gezinscoach.werkmap.workbook import read_file

from .deeds import box, counts, gezin
from .grids import AS_OF, COACH, MEZ, ORG, TRAJ, WACHT, werkmap

DATA = Path(__file__).parents[1] / "data"
TRUTH = json.loads((DATA / "werkmap.json").read_text())
REFERENCE = date.fromisoformat(TRUTH["reference_date"])


def test_the_real_workbook_goes_in_as_its_truth_says_and_a_second_time_changes_nothing(db, actor, now):
    sheets = read_file(DATA / "werkmap.xlsx")
    _, first = actions.bring_in(db, actor, sheets, as_of=REFERENCE, bestand="werkmap.xlsx", now=now)
    db.commit()
    for name, sheet in first.report().as_json()["sheets"].items():
        truth = TRUTH["sheets"][name]
        assert (sheet["rows"], sheet["imported"], sheet["unchanged"]) == (truth["rows"], truth["sound"], 0)
        wrong = {(one["row"], one["column"]) for one in truth["wrong"]}
        assert {(one["row"], one["column"]) for one in sheet["refused"]} == wrong
        doubtful = {(one["row"], one["column"]) for one in truth["doubtful"]}
        assert doubtful <= {(one["row"], one["column"]) for one in sheet["warnings"]}
    before = counts(db)
    assert before["Postvakrij"] == 11
    _, second = actions.bring_in(db, actor, sheets, as_of=REFERENCE, bestand="werkmap.xlsx", now=now)
    db.commit()
    for sheet in second.report().sheets:
        assert (sheet.imported, sheet.unchanged) == (0, TRUTH["sheets"][sheet.name]["sound"])
    assert counts(db) == {**before, "Inlezing": before["Inlezing"] + 1}


def test_the_toelage_of_the_imported_city_is_that_of_the_truth_file(db, actor, now):
    sheets = read_file(DATA / "werkmap.xlsx")
    actions.bring_in(db, actor, sheets, as_of=REFERENCE, bestand="werkmap.xlsx", now=now)
    db.commit()
    outcome, truth = toelage.uitkomst(db, actor, 2026, REFERENCE), TRUTH["toelage_2026"]
    counted = [line for line in outcome.lines if line.counts]
    assert sorted(line.code for line in counted if line.kind is Kind.GEZIN) == truth["families"]
    assert sorted(line.code for line in counted if line.kind is Kind.COACH) == truth["coaches"]
    assert outcome.total_cents == truth["total_cents"]


def test_a_row_becomes_what_it_says(db, actor, bring):
    bring(werkmap({(TRAJ, 3, "Adres"): "Kerkstraat 1, 3000 Leuven (NIET DOORGEVEN)"}))
    row = gezin(db, actor, "D-1")
    assert (row.naam, row.adres, row.gemeente) == ("Aksoy", "Kerkstraat 1, 3000 Leuven", "3000 Leuven")
    assert (row.waarschuwing, row.tolk) == ("NIET DOORGEVEN", True)
    leden = [(lid.soort.value, lid.naam, lid.geboren) for lid in dossier.leden(db, row.id)]
    assert leden == [
        ("ouder", "Fatma Aksoy", None), ("kind", "Can", "2018-05-03"), ("kind", "Ela", "2020-02-01"),
    ]  # fmt: skip
    [periode] = dossier.periodes(db, row.id)
    assert (periode.coach, periode.van, periode.tot) == ("Nele Maes", date(2024, 4, 1), None)
    yesses = mandaat.yesses(db, Gezin.id == row.id)[row.id]
    assert {(yes.bereik, yes.van) for yes in yesses} == {
        (Bereik.RECHTEN, date(2024, 4, 2)), (Bereik.AFSTEMMEN, date(2024, 4, 2)),
    }  # fmt: skip
    [meting] = grondrechten.history(db, row.id)
    assert (meting.quarter, meting.priorities) == ((2026, 1), ("wonen", "werk"))
    assert meting.scores["dienstverlening"].waarde == 2


def test_alles_means_no_impact_and_no_story_and_names_no_partner(db, actor, bring):
    bring(werkmap())
    row = gezin(db, actor, "D-2")
    yesses = mandaat.yesses(db, Gezin.id == row.id)[row.id]
    assert {yes.bereik for yes in yesses} == {Bereik.RECHTEN, Bereik.AFSTEMMEN, Bereik.INFORMATIE}
    assert not mandaat.partners(db, Gezin.id == row.id)


def test_an_ended_dossier_is_closed_with_its_reason(db, actor, bring):
    bring(werkmap({(TRAJ, 3, "Einde traject"): "1/6/2026", (TRAJ, 3, "Reden einde"): "doelen bereikt"}))
    row = gezin(db, actor, "D-1")
    assert (row.afgesloten_op, row.reden_einde) == (date(2026, 6, 1), "doelen bereikt")
    assert [periode.tot for periode in dossier.periodes(db, row.id)] == [date(2026, 6, 1)]


def test_a_workbook_of_a_day_to_come_goes_in_as_well(db, actor):
    early = datetime(2026, 1, 5, tzinfo=UTC)
    _, judgement = actions.bring_in(db, actor, werkmap(), as_of=AS_OF, bestand="x", now=early)
    assert judgement.report().total("refused") == 0


def test_without_permission_only_referrer_date_and_telephone_are_kept(db, actor, now, bring):
    bring(werkmap({(WACHT, 3, "Toestemming gezin"): "nog te vragen", (WACHT, 3, "Opmerking"): "zieke baby"}))
    [row] = box(db)
    assert set(row.inhoud["raw"]) == {"Datum aanmelding", "Aangemeld door", "Tel. aanmelder"}
    sealed = json.dumps([row.inhoud, row.probleem])
    assert "Karimi" not in sealed
    assert "Leila" not in sealed
    assert "baby" not in sealed


def test_the_row_without_permission_is_settled_by_the_same_referral_with_permission(db, actor, bring):
    bring(werkmap({(WACHT, 3, "Toestemming gezin"): "nee"}))
    report = bring(werkmap())
    assert report[WACHT].imported == 1
    assert [row.stand for row in box(db)] == [Rijstand.VERWERKT]


def test_an_organisation_and_a_coach_that_exist_already_are_joined_not_doubled(db, city, bring):
    organisatie = city.organisatie("Huis van de Buurt vzw")
    coach = city.coach("Nele Maes", organisatie, max_gezinnen=1)
    report = bring(werkmap())
    assert (report[ORG].imported, report[COACH].imported) == (2, 2)
    assert db.scalar(select(func.count()).select_from(Gezinscoach)) == 2
    assert coach.row.max_gezinnen == 1
    assert {one.column for one in report[COACH].warnings} >= {"Naam"}


def test_an_imported_coach_is_linked_to_the_account_with_the_same_address(db, city, bring):
    account = city.account(None)
    bring(werkmap({(COACH, 3, "E-mail"): account.email}))
    assert db.scalar(select(Gezinscoach.account_id).where(Gezinscoach.account_id.is_not(None))) == account.id


def test_a_measurement_that_the_application_has_already_is_refused_not_overwritten(db, actor, bring):
    sheets = werkmap()
    mezuri = sheets[4]
    sheets[4] = replace(mezuri, rows=mezuri.rows[:2])
    bring(sheets)
    row = gezin(db, actor, "D-1")
    db.add(Meting(gezin_id=row.id, jaar=2026, kwartaal=1, datum=AS_OF, made_at=datetime.now(UTC)))
    db.commit()
    report = bring(werkmap())
    assert [(one.row, one.column) for one in report[MEZ].refused] == [(3, "Kwartaal")]
    assert report[MEZ].imported == 1


def test_the_unusual_is_said_and_stored(db, bring):
    report = bring(
        werkmap(
            {
                (COACH, 3, "Max. gezinnen"): "",
                (COACH, 3, "% VTE"): 0,
                (COACH, 4, "Statuut"): "",
                (TRAJ, 3, "Mandaat op"): "1/6/2026",
                (TRAJ, 3, "Einde traject"): "1/5/2026",
                (TRAJ, 4, "Einde traject"): "1/12/2026",
                **{(MEZ, 4, title): "nb" for _, title in GRONDRECHTEN},
            }
        )
    )
    assert [sheet.imported for sheet in report.values()] == [2, 2, 2, 2, 2, 2]
    assert {one.column for one in report[COACH].warnings} == {"Max. gezinnen", "Statuut"}


def test_a_name_that_is_too_long_is_refused(bring):
    report = bring(werkmap({(ORG, 4, "Organisatie"): "Zon " * 60}))
    assert [(one.row, one.column) for one in report[ORG].refused] == [(4, "Organisatie")]


def test_a_register_number_is_nowhere_in_what_is_kept(db, actor, bring):
    bring(werkmap({(WACHT, 3, "Opmerking"): "RR 93.05.18-223.61", (WACHT, 3, "Datum aanmelding"): "?"}))
    kept = [row.inhoud for row in box(db)]
    vault.open_scopes(db, [actor.werking_id], groups=vault.EVERY)
    kept += [row.inhoud for row in db.scalars(select(Herkomst))]
    assert "verwijderd" in json.dumps(kept)
    assert "223.61" not in json.dumps(kept)
