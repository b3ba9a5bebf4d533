"""A row that a later workbook reads otherwise: proposed, and taken over where nobody edited it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from gezinscoach.accounts.tables import Gezinscoach
from gezinscoach.dossier import queries as dossier
from gezinscoach.dossier.tables import Coachperiode
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.netwerk.tables import Aanwezigheid, Bijeenkomst
from gezinscoach.werkmap import actions, queries
from gezinscoach.werkmap.actions import Outcome
from gezinscoach.werkmap.tables import Rijstand

from .deeds import box, gezin
from .grids import AS_OF, COACH, MEZ, NET, ORG, TRAJ, WACHT, werkmap


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


def test_the_same_in_another_notation_is_no_change(db, actor, bring):
    bring(werkmap())
    report = bring(
        werkmap(
            {
                (COACH, 3, "Statuut"): "professioneel",
                (COACH, 4, "Gestart op"): date(2024, 3, 1),
                (TRAJ, 3, "Start traject"): "2024-04-01",
                (TRAJ, 3, "Tolk"): "J",
                (WACHT, 3, "Datum aanmelding"): "3 juni 2026",
                (MEZ, 3, "Kwartaal"): "1e kwartaal 2026",
                (MEZ, 3, "Datum"): "20-03-26",
                (NET, 3, "12/1"): "aanwezig",
                (TRAJ, 4, "Telefoon"): "0470 99 99 99",
            }
        )
    )
    assert {sheet: one.proposed for sheet, one in report.items() if one.proposed} == {TRAJ: 1}
    assert [(row.stand, row.rij) for row in box(db)] == [(Rijstand.VOORSTEL, 4)]


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


def test_a_changed_row_that_is_too_long_is_refused_not_proposed(bring):
    bring(werkmap())
    report = bring(werkmap({(ORG, 3, "Type"): "vzw " * 20}))
    assert [(one.row, one.column) for one in report[ORG].refused] == [(3, "Type")]
    assert report[ORG].proposed == 0
