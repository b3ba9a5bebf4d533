"""The import against a database: what goes in, what waits in the inbox, and what is never overwritten."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from gezinscoach.aanmelding.tables import Aanmelding
from gezinscoach.accounts.tables import Gezinscoach, Organisatie
from gezinscoach.dossier import queries as dossier
from gezinscoach.dossier.tables import Coachperiode, Gezin, Gezinslid
from gezinscoach.grondrechten import queries as grondrechten
from gezinscoach.grondrechten.tables import Meting
from gezinscoach.kernel import vault
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.mandaat import queries as mandaat
from gezinscoach.mandaat.rules import Bereik
from gezinscoach.netwerk.tables import Aanwezigheid, Bijeenkomst
from gezinscoach.toelage import queries as toelage
from gezinscoach.toelage.rules import Kind
from gezinscoach.werkmap import actions, queries
from gezinscoach.werkmap.actions import Outcome, makers
from gezinscoach.werkmap.rules import WorkbookIncomplete
from gezinscoach.werkmap.rules.layout import GRONDRECHTEN
from gezinscoach.werkmap.tables import Herkomst, Inlezing, Postvakrij, Rijstand
from gezinscoach.werkmap.workbook import read_file
from tests.counting import statements

from . import grids
from .grids import AS_OF, werkmap

DATA = Path(__file__).parents[1] / "data"
TRUTH = json.loads((DATA / "werkmap.json").read_text())
REFERENCE = date.fromisoformat(TRUTH["reference_date"])
ORG, COACH, TRAJ, WACHT, MEZ, NET = (layout.name for layout in grids.SHEETS)
TABLES = (
    Organisatie, Gezinscoach, Gezin, Gezinslid, Coachperiode, Aanmelding, Meting, Bijeenkomst, Aanwezigheid,
    Herkomst, Postvakrij, Inlezing,
)  # fmt: skip


@pytest.fixture
def bring(db, actor, now):
    """Bring in grids as a workbook; gives the report by sheet."""

    def bring_in(sheets, as_of=AS_OF):
        _, judgement = actions.bring_in(db, actor, sheets, as_of=as_of, bestand="werkmap.xlsx", now=now)
        db.commit()
        return {sheet.name: sheet for sheet in judgement.report().sheets}

    return bring_in


def counts(db):
    return {table.__name__: db.scalar(select(func.count()).select_from(table)) for table in TABLES}


def box(db, **more):
    wanted = select(Postvakrij).filter_by(**more).order_by(Postvakrij.blad, Postvakrij.rij)
    return list(db.scalars(wanted))


def gezin(db, actor, code):
    row = dossier.by_code(db, Gezin.werking_id == actor.werking_id, code)
    assert row is not None, code
    return row


def mend(db, actor, now, rij, **cells):
    went = actions.mend(db, actor, rij, {**rij.inhoud["raw"], **cells}, as_of=AS_OF, now=now)
    db.commit()
    return went


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


def test_a_mended_coach_takes_the_rows_along_that_hung_on_it(db, actor, now, bring):
    wrong = werkmap({(COACH, 3, "E-mail"): "nele at buurt"})
    first = bring(wrong)
    assert {(row.blad, row.rij) for row in box(db)} == {(COACH, 3), (TRAJ, 3), (MEZ, 3), (NET, 3)}
    assert "hangt af van rij 3" in first[TRAJ].refused[0].reason
    [coach] = box(db, blad=COACH)
    with pytest.raises(actions.StillWrong) as still:
        mend(db, actor, now, coach, **{"E-mail": "nele.buurt"})
    assert still.value.refused.column == "E-mail"
    assert mend(db, actor, now, coach, **{"E-mail": "nele@buurt.example"}) == 3
    assert {row.stand for row in box(db)} == {Rijstand.VERWERKT}
    row = gezin(db, actor, "D-1")
    assert [periode.coach for periode in dossier.periodes(db, row.id)] == ["Nele Maes"]
    assert len(grondrechten.history(db, row.id)) == 1
    again = bring(wrong)
    assert [(sheet.imported, len(sheet.refused)) for sheet in again.values()] == [(0, 0)] * 6
    assert again[COACH].unchanged == 2
    assert len(box(db)) == 4


def followers(coach, codes):
    return [
        [
            code,
            f"Gezin {code}",
            f"Ouder {code}",
            "",
            "",
            *grids.TRAJECTEN[0][5:9],
            coach,
            *grids.TRAJECTEN[0][10:],
        ]
        for code in codes
    ]


def test_rows_that_hang_on_a_mended_one_look_back_once_however_many_they_are(db, actor, now, bring):
    coaches = [
        [name, "Huis van de Buurt", "x", *grids.GEZINSCOACHES[0][3:]] for name in ("Bo Aerts", "Cas Bols")
    ]
    rows = followers("Bo Aerts", ["A-1", "A-2"]) + followers("Cas Bols", [f"C-{n}" for n in range(6)])
    bring(werkmap(more={COACH: coaches, TRAJ: rows}))
    asked = []
    for rij, many in zip(box(db, blad=COACH), (2, 6), strict=True):
        with statements() as sent:
            assert mend(db, actor, now, rij, **{"E-mail": "iemand@buurt.example"}) == many
        asked.append(len([one for one in sent if "FROM herkomst" in one or "FROM postvakrij" in one]))
    assert asked[0] == asked[1]


def test_of_two_followers_with_the_same_number_one_goes_in_and_the_other_keeps_waiting(db, actor, now, bring):
    coaches = [["Bo Aerts", "Huis van de Buurt", "x", *grids.GEZINSCOACHES[0][3:]]]
    bring(werkmap(more={COACH: coaches, TRAJ: followers("Bo Aerts", ["A-1"])}))
    other = followers("Bo Aerts", ["A-1"])
    other[0][6] = "0470 11 22 33"
    bring(werkmap(more={COACH: coaches, TRAJ: other}))
    assert len(box(db, blad=TRAJ)) == 2
    [rij] = box(db, blad=COACH)
    assert mend(db, actor, now, rij, **{"E-mail": "bo@buurt.example"}) == 1
    assert sorted(row.stand for row in box(db, blad=TRAJ)) == [Rijstand.GEWEIGERD, Rijstand.VERWERKT]


def test_a_row_that_is_mended_in_the_workbook_itself_leaves_the_inbox(db, actor, bring):
    bring(werkmap({(COACH, 3, "E-mail"): "nele at buurt"}))
    report = bring(werkmap())
    assert [sheet.imported for sheet in report.values()] == [0, 1, 1, 0, 1, 1]
    assert {row.stand for row in box(db)} == {Rijstand.VERWERKT}


def test_another_familys_row_under_a_used_number_stays_in_the_inbox(db, actor, bring):
    clash = {(TRAJ, 4, "Dossiernr"): "D-1"}
    bring(werkmap(clash))
    bring(werkmap(clash))
    assert [(row.blad, row.rij, row.stand) for row in box(db, blad=TRAJ)] == [(TRAJ, 4, Rijstand.GEWEIGERD)]


def test_a_changed_row_is_a_proposal_once_and_changes_nothing_by_itself(db, actor, bring):
    bring(werkmap())
    other = werkmap({(TRAJ, 3, "Telefoon"): "0470 99 99 99"})
    report = bring(other)
    bring(other)
    assert (report[TRAJ].proposed, report[TRAJ].unchanged) == (1, 1)
    assert [(one.row, one.column) for one in report[TRAJ].warnings] == [(3, "Telefoon")]
    assert [(row.stand, row.rij) for row in box(db)] == [(Rijstand.VOORSTEL, 3)]
    assert gezin(db, actor, "D-1").telefoon == "0470 00 00 01"


def test_the_same_row_under_other_headers_is_no_change(db, actor, bring):
    bring(werkmap())
    sheets = werkmap()
    page = sheets[2]
    header = tuple("Gsm" if title == "Telefoon" else title for title in page.rows[1])
    sheets[2] = replace(page, rows=(page.rows[0], header, *page.rows[2:]))
    assert bring(sheets)[TRAJ].proposed == 0


def test_accepting_takes_over_what_nobody_edited_and_leaves_the_rest(db, actor, now, bring):
    bring(werkmap())
    row = gezin(db, actor, "D-1")
    row.telefoon = "in de toepassing gewijzigd"
    db.commit()
    changed = werkmap(
        {
            (TRAJ, 3, "Telefoon"): "0470 99 99 99",
            (TRAJ, 3, "Taal"): "Koerdisch",
            (TRAJ, 3, "Einde traject"): "20/6/2026",
            (TRAJ, 3, "Reden einde"): "verhuisd",
            (TRAJ, 3, "Ouder 2"): "Ali Aksoy",
        }
    )
    bring(changed)
    [rij] = box(db)
    lines = actions.accept(db, actor, rij, as_of=AS_OF, now=now)
    db.commit()
    assert {change.column: outcome for change, outcome in lines} == {
        "Telefoon": Outcome.EDITED, "Taal": Outcome.TAKEN, "Ouder 2": Outcome.BY_HAND,
        "Einde traject": Outcome.TAKEN, "Reden einde": Outcome.TAKEN,
    }  # fmt: skip
    row = gezin(db, actor, "D-1")
    assert (row.telefoon, row.taal) == ("in de toepassing gewijzigd", "Koerdisch")
    assert (row.afgesloten_op, row.reden_einde) == (date(2026, 6, 20), "verhuisd")
    with pytest.raises(actions.AlreadyDecided):
        actions.accept(db, actor, rij, as_of=AS_OF, now=now)
    report = bring(changed)
    assert (report[TRAJ].proposed, report[TRAJ].unchanged) == (0, 2)


PLAIN = [
    (ORG, 3, "Bondgenoot", "Rita Maes"),
    (ORG, 3, "Engagementsverklaring getekend", "1/3/2024"),
    (COACH, 3, "Gestopt op", "1/6/2026"),
    (COACH, 3, "% VTE", "80%"),
    (COACH, 3, "E-mail", "nele.maes@buurt.example"),
    (COACH, 3, "Talen", "Nederlands, Frans"),
    (TRAJ, 3, "Adres", "Dorp 5, 3010 Kessel-Lo"),
    (TRAJ, 3, "Tolk", "nee"),
    (WACHT, 3, "Dringend?", "ja"),
    (WACHT, 3, "Opmerking", "belt liefst 's avonds"),
    (WACHT, 3, "Vragen / domeinen", "wonen"),
    (WACHT, 3, "Taal", "Farsi"),
    (MEZ, 3, "Werk", "4"),
    (MEZ, 3, "Prioriteiten", "Gezin"),
    (MEZ, 3, "Krachten / opmerking", "veel steun van oma"),
    (NET, 3, "12/6", "x"),
    (NET, 4, "12/1", "x"),
]


@pytest.mark.parametrize(("sheet", "row", "column", "value"), PLAIN)
def test_a_plain_cell_is_taken_over_and_then_reads_as_the_workbook_says(
    db, actor, now, bring, sheet, row, column, value
):
    bring(werkmap())
    changed = werkmap({(sheet, row, column): value})
    bring(changed)
    [rij] = box(db)
    assert [outcome for _, outcome in actions.accept(db, actor, rij, as_of=AS_OF, now=now)] == [Outcome.TAKEN]
    db.commit()
    bring(werkmap())
    [back] = box(db, stand=Rijstand.VOORSTEL)
    taken = [outcome for _, outcome in actions.compare(db, actor, back, as_of=AS_OF).lines]
    assert taken == [Outcome.TAKEN]


def test_another_organisation_of_a_coach_is_for_people_to_adapt(db, actor, now, bring):
    bring(werkmap())
    before = {row.id: row.organisatie_id for row in db.scalars(select(Gezinscoach))}
    bring(werkmap({(COACH, 3, "Organisatie"): "Kinderwerking Zon"}))
    [rij] = box(db)
    assert [outcome for _, outcome in actions.accept(db, actor, rij, as_of=AS_OF, now=now)] == [
        Outcome.BY_HAND
    ]
    assert {row.id: row.organisatie_id for row in db.scalars(select(Gezinscoach))} == before


def test_a_corrected_address_links_the_coach_to_the_account_that_has_it(db, city, actor, now, bring):
    account = city.account(None)
    bring(werkmap({(COACH, 3, "E-mail"): "anders@buurt.example"}))
    linked = select(Gezinscoach.account_id).where(Gezinscoach.account_id.is_not(None))
    assert db.scalars(linked).all() == []
    bring(werkmap({(COACH, 3, "E-mail"): account.email, (COACH, 3, "% VTE"): "80%"}))
    [rij] = box(db)
    actions.accept(db, actor, rij, as_of=AS_OF, now=now)
    db.commit()
    assert db.scalars(linked).all() == [account.id]
    assert db.scalar(select(Gezinscoach.vte).where(Gezinscoach.account_id == account.id)) == 80


def test_all_proposals_of_a_sheet_are_taken_over_together_but_for_what_is_edited_or_by_hand(
    db, actor, now, bring
):
    bring(werkmap())
    row = gezin(db, actor, "D-1")
    row.telefoon = "in de toepassing gewijzigd"
    db.commit()
    more = {(TRAJ, 3, "Telefoon"): "0470 99 99 99", (TRAJ, 3, "Taal"): "Koerdisch", (MEZ, 3, "Werk"): "1"}
    bring(werkmap({**more, (TRAJ, 4, "Taal"): "Frans", (TRAJ, 4, "Ouder 2"): "Jan Pauwels"}))
    [batch] = [batch for batch in queries.batches(db, actor) if batch.blad == TRAJ]
    assert batch.number == 2
    rijen = queries.proposals(db, actor, batch.inlezing_id, TRAJ)
    assert actions.plain(db, actor, rijen, as_of=AS_OF) == 1
    assert actions.accept_all(db, actor, rijen, as_of=AS_OF, now=now) == 1
    db.commit()
    assert (row.telefoon, row.taal) == ("in de toepassing gewijzigd", "Koerdisch")
    assert gezin(db, actor, "D-2").taal == "Nederlands"
    waiting = [(rij.blad, rij.rij) for rij in box(db, stand=Rijstand.VOORSTEL)]
    assert waiting == [(TRAJ, 4), (MEZ, 3)]
    traced = select(AuditEvent.thing_id).where(AuditEvent.action == "werkmap.accept")
    assert db.scalars(traced).all() == [rij.id for rij in rijen if rij.rij == 3]


def test_a_new_meeting_is_taken_over_for_every_coach_together(db, actor, now, bring):
    bring(werkmap(), as_of=date(2026, 9, 30))
    newer = werkmap({(NET, 3, "12/9"): "x", (NET, 4, "12/9"): "v"})
    bring(newer, as_of=date(2026, 9, 30))
    [batch] = queries.batches(db, actor)
    rijen = queries.proposals(db, actor, batch.inlezing_id, NET)
    assert actions.accept_all(db, actor, rijen, as_of=date(2026, 9, 30), now=now) == 2
    db.commit()
    standen = select(Aanwezigheid.stand).join(Bijeenkomst).where(Bijeenkomst.datum == date(2026, 9, 12))
    assert sorted(db.scalars(standen)) == ["aanwezig", "verontschuldigd"]
    assert bring(newer, as_of=date(2026, 9, 30))[NET].proposed == 0


def test_one_proposal_that_cannot_be_taken_over_does_not_stop_the_others(db, actor, now, bring):
    bring(werkmap())
    ends = {(TRAJ, row, "Einde traject"): "20/6/2026" for row in (3, 4)}
    bring(werkmap({**ends, **{(TRAJ, row, "Reden einde"): "verhuisd" for row in (3, 4)}}))
    [later] = dossier.periodes(db, gezin(db, actor, "D-1").id)
    db.get_one(Coachperiode, later.id).van = date(2026, 6, 25)
    db.commit()
    [batch] = queries.batches(db, actor)
    rijen = queries.proposals(db, actor, batch.inlezing_id, TRAJ)
    assert actions.accept_all(db, actor, rijen, as_of=AS_OF, now=now) == 1
    db.commit()
    assert gezin(db, actor, "D-1").afgesloten_op is None
    assert gezin(db, actor, "D-2").afgesloten_op == date(2026, 6, 20)


def test_going_back_and_forth_proposes_each_time(db, actor, now, bring):
    bring(werkmap())
    other = werkmap({(TRAJ, 3, "Taal"): "Koerdisch"})
    for sheets in (other, werkmap(), other):
        bring(sheets)
        [rij] = box(db, stand=Rijstand.VOORSTEL)
        actions.accept(db, actor, rij, as_of=AS_OF, now=now)
        db.commit()
    assert gezin(db, actor, "D-1").taal == "Koerdisch"


def test_a_proposal_that_a_later_workbook_takes_back_asks_nothing_any_more(db, actor, bring):
    bring(werkmap())
    other = werkmap({(TRAJ, 3, "Taal"): "Koerdisch"})
    bring(other)
    bring(werkmap())
    assert [row.stand for row in box(db)] == [Rijstand.TERZIJDE]
    bring(other)
    assert [row.stand for row in box(db)] == [Rijstand.VOORSTEL]


def test_a_row_that_somebody_set_aside_stays_aside(db, city, now, bring):
    wrong = werkmap({(COACH, 4, "E-mail"): "omar"})
    bring(wrong)
    somebody = replace(city.actor, account_id=city.account(None).id)
    importer = city.actor
    [rij] = box(db, blad=COACH)
    actions.set_aside(db, somebody, rij, now=now)
    db.commit()
    bring(wrong)
    assert [row.stand for row in box(db, blad=COACH)] == [Rijstand.TERZIJDE]
    actions.put_back(db, importer, rij, now=now)
    assert rij.stand is Rijstand.GEWEIGERD


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
    vault.open_scopes(db, [actor.werking_id])
    kept += [row.inhoud for row in db.scalars(select(Herkomst))]
    assert "verwijderd" in json.dumps(kept)
    assert "223.61" not in json.dumps(kept)


def test_a_failure_halfway_leaves_nothing(db, actor, now, monkeypatch):
    before = counts(db)

    def broken(work, rijen):
        raise RuntimeError("midden in het werk")

    monkeypatch.setitem(makers.MAKERS, MEZ, broken)
    with pytest.raises(RuntimeError):
        actions.bring_in(db, actor, werkmap(), as_of=AS_OF, bestand="x", now=now)
    db.rollback()
    assert counts(db) == before


def test_an_incomplete_workbook_leaves_nothing(db, actor, now):
    before = counts(db)
    with pytest.raises(WorkbookIncomplete):
        actions.bring_in(db, actor, werkmap()[:5], as_of=AS_OF, bestand="x", now=now)
    assert counts(db) == before


def test_undoing_leaves_neither_rows_nor_keys(db, actor, now):
    before = counts(db)
    actions.bring_in(db, actor, werkmap(), as_of=AS_OF, bestand="x", now=now)
    made = db.scalars(select(Gezin.id)).all()
    db.rollback()
    db.commit()
    assert counts(db) == before
    vault.open_scopes(db, made)
    assert not set(made) & set(vault.granted(db))


def test_every_deed_leaves_a_trace(db, city, actor, now, bring):
    bring(werkmap({(COACH, 3, "E-mail"): "nele at buurt"}))
    [coach] = box(db, blad=COACH)
    mend(db, actor, now, coach, **{"E-mail": "nele@buurt.example"})
    bring(werkmap({(TRAJ, 3, "Taal"): "Koerdisch"}))
    [rij] = box(db, stand=Rijstand.VOORSTEL)
    actions.set_aside(db, actor, rij, now=now)
    actions.put_back(db, actor, rij, now=now)
    actions.accept(db, actor, rij, as_of=AS_OF, now=now)
    account = city.account(None)
    importer = replace(actor, account_id=account.id)
    actions.discard(db, importer, actions.keep(db, importer, bestand="x", data=b"x", now=now), now=now)
    actions.forget(db, importer, now=now)
    db.commit()
    done = set(db.scalars(select(AuditEvent.action).where(AuditEvent.action.like("werkmap.%"))))
    assert done == {
        "werkmap.import", "werkmap.mend", "werkmap.set_aside", "werkmap.put_back", "werkmap.accept",
        "werkmap.take_over", "werkmap.follow", "werkmap.upload", "werkmap.discard", "werkmap.forget",
    }  # fmt: skip


def test_judging_takes_the_same_number_of_questions_whatever_the_number_of_rows(db, actor, bring):
    bring(werkmap())
    with statements() as few:
        actions.judge(db, actor, werkmap(), as_of=AS_OF)
    more = {TRAJ: [["D-" + str(n), *grids.TRAJECTEN[0][1:]] for n in range(3, 13)]}
    bring(werkmap(more=more))
    with statements() as many:
        actions.judge(db, actor, werkmap(more=more), as_of=AS_OF)
    assert len(few) == len(many)


def test_the_inbox_lists_by_sheet_and_state(db, actor, bring):
    bring(werkmap({(COACH, 3, "E-mail"): "nele at buurt"}))
    rows, numbers = queries.inbox(db, actor, queries.InboxFilter(blad=MEZ))
    assert [(row.blad, row.rij) for row in rows] == [(MEZ, 3)]
    assert numbers == {Rijstand.GEWEIGERD: 1}
    everything, _ = queries.inbox(db, actor, queries.InboxFilter(stand=Rijstand.GEWEIGERD))
    assert len(everything) == 4


def test_a_changed_row_that_is_too_long_is_refused_not_proposed(bring):
    bring(werkmap())
    report = bring(werkmap({(ORG, 3, "Type"): "vzw " * 20}))
    assert [(one.row, one.column) for one in report[ORG].refused] == [(3, "Type")]
    assert report[ORG].proposed == 0
