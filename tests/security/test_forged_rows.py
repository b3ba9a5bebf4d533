"""Whoever can write in the database of cases and has no keys opens nothing with it, and it shows."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy import types as kinds

from gezinscoach.accounts import actions, queries, rules, tables
from gezinscoach.accounts.tables import (
    Account,
    CodeApp,
    Gezinscoach,
    Invitation,
    LoginSession,
    Passkey,
    RecoveryCode,
    RoleGrant,
)
from gezinscoach.accounts.tables.federation import Identity, Issuer, IssuerOrganisatie
from gezinscoach.cli.audit import look_at_marks
from gezinscoach.dossier import queries as dossier
from gezinscoach.dossier.tables import Schuiladres
from gezinscoach.kernel import marks, vault, werkingen
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import AuditEvent, Outcome
from gezinscoach.kernel.audit.verify import Verdict
from gezinscoach.kernel.blind import Blind
from gezinscoach.kernel.database import Base
from gezinscoach.kernel.marks import Forged
from gezinscoach.kernel.secret import PurposeAead
from gezinscoach.privacy import actions as privacy
from tests.accounts.proving import give_app
from tests.browser import Browser, session_of

BESIDES = {
    "werking": "settings: no door goes by them",
    "organisatie": "names",
    "spent_challenge": "one more refuses, one less lets an answer of the last five minutes count twice",
    "login_failure": "patience",
    "login_network": "patience",
}
"""Tables of accounts that open nothing."""


@pytest.fixture
def people(db, city, actor, now):
    """Two of everything that a door goes by."""
    for number in range(2):
        coach = city.coach(f"Coach {number}", city.organisatie(f"Huis {number}"))
        account = coach.account
        give_app(db, account, now)
        actions.new_recovery_codes(db, account, now=now)
        passkey = Passkey(
            id=uuid4(), account_id=account.id, credential=f"c{number}", public_key=b"key", sign_count=0,
            made_at=now,
        )  # fmt: skip
        db.add(passkey)
        issuer = actions.add_issuer(
            db, actor, naam=f"Stad {number}", address=f"https://i{number}.example", client_id="gc",
            client_secret="geheim", organisation_claim="org", acr=("hoog",), now=now,
        )  # fmt: skip
        db.flush()
        db.add(IssuerOrganisatie(issuer_id=issuer.id, value="1", organisatie_id=coach.row.organisatie_id))
        index = queries.subject_index(db, issuer.id, "wie")
        db.add(Identity(issuer_id=issuer.id, subject_index=index, account_id=account.id, connected_at=now))
        asker = city.actor_of(city.account(Rol.BEHEERDER, f"Bea {number}").id, Rol.BEHEERDER)
        actions.ask_role(db, asker, account, Rol.FUNCTIONARIS, now=now)
        actions.set_password(db, account, "een rustige dinsdagochtend")
        session_of(account.id)
        gezin = city.gezin(f"Gezin {number}")
        privacy.shield(db, city.actor, gezin, adres="Vluchthuis", contact="", now=now)
    city.gezin("Gezin dat nergens schuilt")
    actions.add_werking(db, naam="Elders", gemeente="Elders", postcodes=(), now=now)
    db.commit()


def sql(db, statement, *given):
    db.connection().execute(statement, *given)


def other(db, column, value):
    """Another value that the column takes."""
    if column.foreign_keys:
        [key] = column.foreign_keys
        used = select(column).where(column.is_not(None))
        wanted = select(key.column).where(key.column != value) if value else select(key.column)
        return db.connection().scalar(wanted.order_by(key.column.in_(used)).limit(1))
    kind = column.type
    if isinstance(kind, kinds.Enum):
        return next(one for one in kind.enum_class if one is not value)
    if isinstance(kind, Blind):
        return os.urandom(16)
    if isinstance(kind, kinds.LargeBinary):
        return os.urandom(32)
    if isinstance(value, bool):
        return not value
    if isinstance(value, UUID):
        return uuid4()
    if isinstance(kind, kinds.Date):
        return date(2031, 1, 1)
    if isinstance(value, datetime) or "Moment" in type(kind).__name__:
        return datetime.fromisoformat("2031-01-01T00:00:00+00:00")
    return "anders"


def blamed(db):
    verdict = Verdict()
    look_at_marks(db.connection(), vault.of(db), verdict)
    return {(fault.table, fault.id) for fault in verdict.faults}


def test_every_table_that_a_door_goes_by_bears_marks():
    ours = {
        mapper.class_.__tablename__
        for mapper in Base.registry.mappers
        if mapper.class_.__module__.startswith(tables.__name__)
    }
    assert ours | {"schuiladres"} == BESIDES.keys() | {cls.__tablename__ for cls in marks.marked()}


@pytest.mark.parametrize("cls", marks.marked(), ids=lambda cls: cls.__tablename__)
def test_each_marked_column_that_is_changed_in_the_database_is_seen(db, people, cls):
    table = cls.__table__
    assert blamed(db) == set()
    key = table.primary_key.columns[0]
    for name in cls.__marked__:
        row = db.connection().execute(select(table)).mappings().first()
        db.expunge_all()
        changed = other(db, table.c[name], row[name])
        assert changed != row[name]
        sql(
            db,
            update(table).where(*(one == row[one.name] for one in table.primary_key)).values({name: changed}),
        )
        with pytest.raises(Forged):
            db.scalars(select(cls)).all()
        named = row[key.name]
        assert (table.name, UUID(bytes=named[:16]) if isinstance(named, bytes) else named) in blamed(db), name
        db.rollback()
    db.expunge_all()
    sql(db, update(table).values(mark=None))
    with pytest.raises(Forged):
        db.scalars(select(cls)).all()


def test_a_row_that_was_read_before_is_looked_at_again_when_it_is_read_again(db, people):
    grant = db.scalars(select(RoleGrant)).first()
    sql(db, update(RoleGrant.__table__).values(rol=Rol.FUNCTIONARIS))
    with pytest.raises(Forged):
        db.refresh(grant)
    db.rollback()
    grant = db.scalars(select(RoleGrant)).first()
    sql(db, update(RoleGrant.__table__).values(rol=Rol.FUNCTIONARIS))
    db.expire(grant)
    grant.until = None
    with pytest.raises(Forged):
        assert grant.rol


def test_marked_columns_are_not_changed_around_the_marks(db, people, now):
    with pytest.raises(RuntimeError):
        db.execute(update(RoleGrant).values(until=now))
    with pytest.raises(RuntimeError):
        db.execute(insert(RoleGrant).values(id=uuid4()))


def turned_away(db):
    db.connection()
    werkingen.fasten(db)  # the request had the same connection, and saw no werking
    return db.scalars(select(AuditEvent.action).where(AuditEvent.outcome == Outcome.DENIED)).all()


def test_a_session_that_was_moved_to_another_account_is_no_session(client, db, city, now):
    coach, mine = city.coach("Fien"), city.account(Rol.DESKUNDIGE, "Iemand")
    city.gezin("Gezin Peeters", coach)
    client.sign_in(mine.id)
    sql(db, update(LoginSession.__table__).values(account_id=coach.account.id))
    db.commit()
    assert "/inloggen" in client.get("/").location
    assert "session.forged" in turned_away(db)


@pytest.mark.parametrize("how", ["inserted", "prolonged", "changed"])
def test_a_role_that_was_written_in_the_database_opens_nothing(client, db, city, now, how):
    mine = city.account(Rol.DESKUNDIGE, "Iemand")
    table = RoleGrant.__table__
    stands = db.connection().execute(select(table)).mappings().one()
    old = dict(stands) | {"rol": Rol.FUNCTIONARIS, "id": uuid4()}
    client.sign_in(mine.id)
    assert client.get("/logboek").status == 404
    if how == "inserted":
        sql(db, insert(table).values(**old))
    if how == "changed":
        sql(db, update(table).values(rol=Rol.FUNCTIONARIS))
    if how == "prolonged":
        given = actions.give_role(db, city.actor, mine, Rol.FUNCTIONARIS, now=now)
        actions.end_role(db, city.actor, given, now=now)
        db.commit()
        sql(db, update(table).values(until=None))
        client.sign_in(mine.id)
    db.commit()
    db.expunge_all()
    assert client.get("/logboek").status == 404
    assert "role.forged" in turned_away(db)


def test_who_is_a_gezinscoach_is_not_changed_in_the_database(client, db, city):
    coach, mine = city.coach("Fien"), city.account(Rol.GEZINSCOACH, "Iemand")
    gezin = city.gezin("Gezin Peeters", coach)
    sql(db, update(Gezinscoach.__table__).values(account_id=mine.id))
    db.commit()
    client.sign_in(mine.id)
    assert client.get(f"/dossier/{gezin.id}").status == 404
    assert "role.forged" in turned_away(db)


def test_an_invitation_that_was_written_in_the_database_chooses_no_password(client, db, city, now):
    coach, token = city.coach("Fien"), rules.new_token()
    given = {"token_hash": rules.token_hash(token), "account_id": coach.account.id, "resets_factor": True}
    sql(db, insert(Invitation.__table__).values(**given, until=now + timedelta(days=1)))
    db.commit()
    page = client.post(
        f"/uitnodiging/{token}",
        {"wachtwoord": "zeven blauwe parels", "wachtwoord_opnieuw": "zeven blauwe parels"},
    )
    assert (page.status, "buiten de toepassing" in page.words) == (403, True)
    assert "row.forged" in turned_away(db)
    db.expunge_all()
    assert db.get(Account, coach.account.id).password_hash is None


def test_the_seed_the_passkey_the_paper_code_and_the_identity_of_another_prove_nothing(db, city, people, now):
    mine, victim = db.scalars(select(Account).join(Gezinscoach).order_by(Gezinscoach.id)).all()
    codes = actions.new_recovery_codes(db, mine, now=now)
    credential = db.scalar(select(Passkey.credential).where(Passkey.account_id == mine.id))
    issuer = db.scalars(select(Issuer).join(Identity).where(Identity.account_id == mine.id)).one()
    db.commit()
    seed = select(CodeApp.__table__.c.seed).where(CodeApp.__table__.c.account_id == mine.id).scalar_subquery()
    sql(db, update(CodeApp.__table__).where(CodeApp.__table__.c.account_id == victim.id).values(seed=seed))
    for cls in (Passkey, RecoveryCode, Identity):
        of_mine = cls.__table__.c.account_id == mine.id
        sql(db, update(cls.__table__).where(of_mine).values(account_id=victim.id))
    db.expunge_all()
    victim = db.get(Account, victim.id)
    for proof in (
        lambda: queries.code_app(db, victim.id),
        lambda: actions.prove_by_code(db, victim, codes[0], network="", now=now),
        lambda: queries.passkey_by_credential(db, credential),
        lambda: queries.account_by_identity(db, issuer, "wie"),
    ):
        with pytest.raises(Forged):
            proof()


@pytest.fixture
def stripped(client, db, city, now):
    """Somebody whose second factors were all deleted in the database; the browser knows the password."""
    mine, password = city.account(Rol.COORDINATOR, "Iemand"), "een rustige dinsdagochtend"
    email = mine.email
    give_app(db, mine, now)
    actions.set_password(db, mine, password)
    db.commit()
    client.get("/inloggen")
    client.follow(client.post("/inloggen", {"email": email, "wachtwoord": password}))
    for cls in (CodeApp, Passkey, RecoveryCode):
        sql(db, delete(cls.__table__))
    db.commit()
    db.expunge_all()
    return db.get(Account, mine.id)


@pytest.mark.parametrize("path", ["tweede-stap", "instellen", "instellen/app"])
def test_who_takes_the_second_factors_of_another_away_sets_up_none(client, db, stripped, path):
    page = client.get(f"/inloggen/{path}")
    assert (page.status, "buiten de toepassing" in page.words) == (403, True)
    assert client.post(f"/inloggen/{path}", {"begin": "1", "code": "000000"}).status == 403
    assert "row.forged" in turned_away(db)
    assert db.scalars(select(CodeApp)).all() == []
    stale = client.post(f"/inloggen/{path}", {"begin": "1", "csrf_token": "oud"})
    assert (stale.status, "Stel je tweede stap in" in stale.words) == (401, False)


@pytest.mark.parametrize("purpose", [None, "issuer.client_secret"])
def test_a_seed_that_was_written_over_is_a_forged_row_and_keeps_nobody_from_a_true_factor(
    client, db, city, now, purpose
):
    mine, password = city.account(Rol.COORDINATOR, "Iemand"), "een rustige dinsdagochtend"
    email, shown = mine.email, give_app(db, mine, now)
    actions.set_password(db, mine, password)
    db.commit()
    mine_id, app_id = mine.id, db.scalar(select(CodeApp.id))
    client.get("/inloggen")
    page = client.follow(client.post("/inloggen", {"email": email, "wachtwoord": password}))
    step = "/inloggen/tweede-stap"
    assert page.status == 200
    engine = PurposeAead(purpose or "", vault.of(db))
    sql(db, text("UPDATE code_app SET seed = :s"), {"s": engine.encrypt("JBSW") if purpose else "geen zegel"})
    db.commit()
    db.expunge_all()
    assert blamed(db) == {("code_app", app_id)}
    for answer in (client.post(step, {"code": shown.at(now)}), client.get(step)):
        assert (answer.status, "buiten de toepassing" in answer.words) == (403, True)
    things = db.scalars(select(AuditEvent.thing_id).where(AuditEvent.action == "row.forged"))
    assert set(things) == {app_id, mine_id}
    db.add(Passkey(account_id=mine_id, credential="c", public_key=b"key", sign_count=0, made_at=now))
    db.commit()
    assert client.get(step).status == 200


def test_a_reset_on_the_server_lets_who_lost_the_factors_set_up_others(app, db, city, stripped, now):
    token = actions.invite(db, city.actor, stripped, now=now, resets_factor=True)
    db.commit()
    chosen = {"wachtwoord": "zeven blauwe parels", "wachtwoord_opnieuw": "zeven blauwe parels"}
    browser = Browser(app)
    browser.post(f"/uitnodiging/{token}", chosen)
    assert "Stel je tweede stap in" in browser.get("/inloggen/instellen").words


def test_a_link_that_was_used_does_not_work_again_when_the_database_says_that_it_was_not(app, db, city, now):
    coach = city.coach("Fien")
    token = actions.invite(db, city.actor, coach.account, now=now)
    db.commit()
    chosen = {"wachtwoord": "zeven blauwe parels", "wachtwoord_opnieuw": "zeven blauwe parels"}
    assert Browser(app).post(f"/uitnodiging/{token}", chosen).status == 302
    sql(db, update(Invitation.__table__).values(used_at=None))
    db.commit()
    db.expunge_all()
    page = Browser(app).post(f"/uitnodiging/{token}", chosen)
    assert (page.status, "buiten de toepassing" in page.words) == (403, True)
    assert "row.forged" in turned_away(db)


def test_a_paper_code_that_was_used_does_not_work_again_when_the_database_says_that_it_was_not(db, city, now):
    mine = city.account(Rol.COORDINATOR, "Iemand")
    code = actions.new_recovery_codes(db, mine, now=now)[0]
    db.flush()
    actions.prove_by_code(db, mine, code, network="", now=now)
    db.commit()
    sql(db, update(RecoveryCode.__table__).values(used_at=None))
    db.expunge_all()
    with pytest.raises(Forged):
        actions.prove_by_code(db, db.get(Account, mine.id), code, network="", now=now)


def test_where_another_family_hides_is_not_moved_to_a_family_of_ones_own(app, db, city, now):
    coach = city.coach("Fien")
    mine, hidden = city.gezin("Gezin Peeters", coach), city.gezin("Gezin Schuil")
    privacy.shield(db, city.actor, hidden, adres="Vluchthuis 7", contact="", now=now)
    db.commit()
    sql(db, update(Schuiladres.__table__).values(gezin_id=mine.id))
    db.commit()
    db.expunge_all()
    with pytest.raises(Forged):
        dossier.schuiladres(db, mine.id)
    table = Schuiladres.__table__
    scopes = list(db.connection().execute(select(table.c.id, table.c.gewoon_id)).one())
    with pytest.raises(Forged):
        app.extensions["opening"](db, scopes, coach.actor, now, compares=False)
