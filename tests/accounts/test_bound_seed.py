"""The secret of an app with codes is tied to its row and to whose it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import String, Uuid, column, delete, select, table

from gezinscoach.accounts import actions, queries
from gezinscoach.accounts.tables import CodeApp
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.secret import SecretBroken
from tests.accounts.proving import give_app

LATER = timedelta(minutes=2)
BARE = table("code_app", column("id", Uuid()), column("account_id", Uuid()), column("seed", String()))
"""The table as it stands, for who goes around the application."""


@pytest.fixture
def two(city, db, now):
    """Two people, each with what the app of each shows."""
    accounts = [city.account(Rol.COORDINATOR) for _ in range(2)]
    return [(account, give_app(db, account, now)) for account in accounts]


def stands(db, account):
    found = select(BARE.c.id, BARE.c.seed).where(BARE.c.account_id == account.id)
    return dict(db.connection().execute(found).all())


def change(db, row, **values):
    db.connection().execute(BARE.update().where(BARE.c.id == row).values(**values))
    db.expire_all()


def seed_of(db, account, **which):
    return queries.code_app(db, account.id, **which).seed


def test_each_opens_in_its_own_row_and_nothing_of_it_is_read_there(db, two):
    for account, app in two:
        db.expire_all()
        assert seed_of(db, account) == app.secret
        [sealed] = stands(db, account).values()
        assert app.secret not in sealed


def test_a_seed_brought_to_the_row_of_somebody_else_does_not_open(db, two, now):
    (mine, app), (theirs, _) = two
    [row], [seed] = stands(db, theirs), stands(db, mine).values()
    change(db, row, seed=seed)
    later = now + LATER
    with pytest.raises(SecretBroken):
        actions.prove_by_code(db, theirs, app.at(later), network="::1", now=later)
    assert actions.prove_by_code(db, mine, app.at(later), network="::1", now=later)


def test_a_row_brought_to_the_account_of_somebody_else_does_not_open(db, two):
    (mine, _), (theirs, _) = two
    db.execute(delete(CodeApp).where(CodeApp.account_id == theirs.id))
    [row] = stands(db, mine)
    change(db, row, account_id=theirs.id)
    with pytest.raises(SecretBroken):
        seed_of(db, theirs)


def test_a_seed_that_waits_for_its_first_code_does_not_take_the_place_of_the_one_in_use(db, two, now):
    (mine, _), _ = two
    actions.begin_app(db, mine, now=now)
    db.flush()
    waiting, used = queries.code_app(db, mine.id, used=False), queries.code_app(db, mine.id)
    seeds = stands(db, mine)
    change(db, used.id, seed=seeds[waiting.id])
    with pytest.raises(SecretBroken):
        seed_of(db, mine)
    assert seed_of(db, mine, used=False)
