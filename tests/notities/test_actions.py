"""Notes as they are kept and read back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier.rules import Closed
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.notities import actions, queries, rules
from gezinscoach.notities.rules import Contact, Niveau
from gezinscoach.notities.tables import Notitie
from tests.counting import statements


@pytest.fixture
def coach(city):
    return city.coach("Noor Testers")


@pytest.fixture
def gezin(city, coach):
    return city.gezin(coach=coach)


def write(city, coach, gezin, tekst="Koffie gedronken.", **more):
    given = {"datum": city.today, "contact": Contact.GESPREK, "now": city.now, "today": city.today}
    row = actions.write(city.db, coach.actor, gezin, tekst=tekst, **(given | more))
    city.db.flush()
    return row


def test_a_note_keeps_its_author_and_moment_and_leaves_a_trace(city, coach, gezin, now):
    row = write(city, coach, gezin, met_wie="Amira", minuten=45, domein="wonen", niveau=Niveau.DEELBAAR)
    (kept,) = queries.latest(city.db, gezin.id)
    assert (kept.tekst, kept.met_wie, kept.auteur) == ("Koffie gedronken.", "Amira", "Noor Testers")
    assert (kept.made_at, kept.minuten, kept.domein) == (now, 45, "wonen")
    assert kept.niveau is Niveau.DEELBAAR
    event = city.db.scalars(select(AuditEvent).where(AuditEvent.action == "notitie.write")).one()
    assert (event.thing_id, event.scope_id, event.account_id) == (row.id, gezin.id, coach.account.id)


def test_no_word_of_a_note_is_readable_in_the_database(city, coach, gezin):
    write(city, coach, gezin, "Ruzie met de huisbaas", met_wie="Fatima")
    tekst, met_wie = city.db.execute(select(Notitie.tekst_cell, Notitie.met_wie_cell)).one()
    assert b"huisbaas" not in tekst
    assert b"Fatima" not in met_wie


def test_a_rijksregisternummer_never_gets_in(city, coach, gezin):
    write(city, coach, gezin, "Nummer 85.07.30-033.28 genoteerd", met_wie="850730 033 28")
    (kept,) = queries.latest(city.db, gezin.id)
    assert "033" not in kept.tekst + kept.met_wie


def test_a_closed_dossier_takes_no_notes(city, coach, gezin):
    dossier.close(city.db, city.actor, gezin, op=city.today, reden="klaar", now=city.now)
    with pytest.raises(Closed):
        write(city, coach, gezin)


def test_a_day_to_come_is_refused(city, coach, gezin):
    with pytest.raises(rules.InTheFuture):
        write(city, coach, gezin, datum=city.today + timedelta(days=1))


def test_pages_run_from_the_latest_note_to_the_first(city, coach, gezin):
    other = city.gezin("Andere", coach)
    write(city, coach, other, "van een ander gezin")
    for day in range(queries.PER_PAGE + 2):
        write(city, coach, gezin, f"dag {day}", datum=city.today - timedelta(days=day))
    first, second = queries.page(city.db, gezin.id, 1), queries.page(city.db, gezin.id, 2)
    assert [note.tekst for note in first.notities] == [f"dag {day}" for day in range(30)]
    assert [note.tekst for note in second.notities] == ["dag 30", "dag 31"]
    assert (first.total, first.last) == (32, 2)
    assert queries.page(city.db, gezin.id, 99).number == 2
    assert queries.page(city.db, gezin.id, -5).number == 1


def test_a_list_can_be_of_one_kind_and_one_levensdomein(city, coach, gezin):
    write(city, coach, gezin, "gebeld over de huur", contact=Contact.TELEFOON, domein="wonen")
    write(city, coach, gezin, "gebeld over school", contact=Contact.TELEFOON, domein="onderwijs")
    write(city, coach, gezin, "gesproken over de huur", domein="wonen")
    listed = queries.page(city.db, gezin.id, contact=Contact.TELEFOON, domein="wonen")
    assert [note.tekst for note in listed.notities] == ["gebeld over de huur"]


def test_searching_reads_this_dossier_only(city, coach, gezin):
    write(city, coach, city.gezin("Andere", coach), "de huurwaarborg")
    write(city, coach, gezin, "De huurwaarborg is terug")
    write(city, coach, gezin, "Naar het speelplein")
    found = queries.search(city.db, gezin.id, "HUURWAARBORG")
    assert [note.tekst for note in found.notities] == ["De huurwaarborg is terug"]


def test_the_latest_and_a_search_are_one_question_whatever_the_number_of_notes(city, coach, gezin):
    for number in range(12):
        write(city, coach, gezin, f"nummer {number}")
    with statements() as sent:
        queries.latest(city.db, gezin.id, 5)
        queries.search(city.db, gezin.id, "nummer")
    assert len(sent) == 2
