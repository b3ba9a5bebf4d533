"""The demo city: every stage, role and state occurs, whatever the day; other data are left alone."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete, func, select, true

from gezinscoach.aanmelding.rules import Toestand
from gezinscoach.aanmelding.tables import Aanmelding
from gezinscoach.accounts import queries as accounts
from gezinscoach.accounts.tables import Gezinscoach, RoleGrant, Werking
from gezinscoach.demo import actions, people
from gezinscoach.dossier import queries as dossier
from gezinscoach.dossier.tables import Coachperiode, Gezin
from gezinscoach.grondrechten.tables import Meting
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.kernel.dates import day_of
from gezinscoach.netwerk.tables import Signaal


@pytest.fixture
def empty(db):
    """The session of an installation without a werking."""
    db.execute(delete(Werking))
    db.commit()
    return db


@pytest.mark.parametrize(
    "today", [date(2026, 1, 1), date(2026, 3, 31), date(2026, 11, 21), date(2028, 2, 29)]
)
def test_every_stage_role_and_state_occurs(empty, today):
    assert actions.load(empty, today=today)
    empty.flush()
    assert set(empty.scalars(select(RoleGrant.rol))) == set(Rol)
    assert set(empty.scalars(select(Aanmelding.toestand))) >= {
        Toestand.TERUGBELLEN,
        Toestand.WACHTEND,
        Toestand.VOORGESTELD,
        Toestand.DOORVERWEZEN,
    }
    assert len(dossier.without_coach(empty, true(), today)) == 1
    assert empty.scalars(select(Gezin.id).where(Gezin.afgesloten_op.is_not(None))).all()
    assert set(empty.scalars(select(Coachperiode.rol))) == {"vast", "vervanger"}
    assert empty.scalars(select(Signaal.id)).all()
    noor = accounts.account_by_email(empty, people.LOGINS[Rol.GEZINSCOACH].email)
    coach_id = empty.scalars(select(Gezinscoach.id).where(Gezinscoach.account_id == noor.id)).one()
    actor = Actor(werking_id=noor.werking_id, account_id=noor.id, coach_id=coach_id)
    assert len(dossier.all_coached(empty, actor, today)) == 6


@pytest.mark.parametrize("today", [date(2026, 6, 30), date(2026, 12, 31), date(2027, 1, 1)])
def test_nothing_is_measured_before_the_coaching_began_nor_written_after_now(empty, today):
    actions.load(empty, today=today)
    empty.flush()
    first = select(func.min(Coachperiode.van)).where(Coachperiode.gezin_id == Meting.gezin_id)
    assert empty.scalars(select(Meting.datum).where(Meting.datum < first.scalar_subquery())).all() == []
    latest = select(func.max(AuditEvent.at)).where(
        AuditEvent.werking_id == select(Werking.id).scalar_subquery()
    )
    assert day_of(empty.scalar(latest)) < today


def test_a_second_start_loads_nothing_anew(empty):
    assert actions.load(empty, today=date(2026, 11, 21))
    empty.flush()
    assert not actions.load(empty, today=date(2026, 11, 22))


def test_a_database_with_other_data_is_left_alone(db):
    with pytest.raises(actions.OtherData):
        actions.load(db, today=date(2026, 11, 21))


def test_there_is_one_demo_account_for_each_role():
    assert set(people.LOGINS) == set(Rol)
