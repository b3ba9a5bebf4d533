"""Secrets of the system: sealed in a text column, bound to its purpose, exact under threads."""

from __future__ import annotations

from base64 import b64decode, b64encode
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from gezinscoach.kernel import database
from gezinscoach.kernel.secret import LONGEST, Broken, PurposeAead, Secret, SecretBroken, secret_column


class Base(DeclarativeBase):
    """Tables of this test, apart from those of the application."""


class Thing(Base):
    """Two secrets in one row."""

    __tablename__ = "thing"
    id: Mapped[int] = mapped_column(primary_key=True)
    one: Mapped[str | None] = secret_column("thing.one")
    two: Mapped[str | None] = secret_column("thing.two")


@pytest.fixture
def session(installation):
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with installation.app_context(), Session(engine) as held:
        yield held
    engine.dispose()


def test_a_secret_comes_back_and_nothing_of_it_stands_in_the_column(session):
    session.add(Thing(id=1, one="JBSWY3DPEHPK3PXP"))
    session.commit()
    session.expire_all()
    assert (session.get(Thing, 1).one, session.get(Thing, 1).two) == ("JBSWY3DPEHPK3PXP", None)
    kept = session.execute(text("select one from thing")).scalar_one()
    assert b"JBSW" not in b64decode(kept)


def test_a_secret_moved_to_another_column_does_not_open(session):
    session.add(Thing(id=1, one="a", two="b"))
    session.commit()
    session.execute(text("update thing set two = one"))
    session.expire_all()
    for found in (session.get(Thing, 1).two, session.scalar(select(Thing.two))):
        assert isinstance(found, Broken)
        with pytest.raises(SecretBroken):
            str(found)


def test_every_secret_is_of_a_row_whose_mark_goes_by_it():
    """What is broken is found by the mark: a secret without one would only fail where it is used."""
    secrets = {
        (mapper.class_, column.name)
        for mapper in database.Base.registry.mappers
        for column in mapper.columns
        if isinstance(column.type, Secret)
    }
    assert secrets
    assert not [(cls, name) for cls, name in secrets if name not in getattr(cls, "__marked__", ())]


def test_every_bit_and_every_length_of_a_secret_counts(installation):
    with installation.app_context():
        engine = PurposeAead("test")
        cell = b64decode(engine.encrypt("JBSWY3DPEHPK3PXP"))
        changed = [bytes(b ^ (1 << k) if i == j else b for i, b in enumerate(cell))
                   for j in range(len(cell)) for k in range(8)]  # fmt: skip
        for one in changed + [cell[:n] for n in range(len(cell))]:
            with pytest.raises(SecretBroken):
                engine.decrypt(b64encode(one).decode())


def test_what_is_no_secret_at_all_is_broken_and_what_is_too_long_is_refused(installation):
    with installation.app_context():
        for text_ in ("", "é", "geen base64!", "AAAA"):
            with pytest.raises(SecretBroken):
                PurposeAead("test").decrypt(text_)
        with pytest.raises(ValueError, match="300"):
            PurposeAead("test").encrypt("x" * (LONGEST + 1))


def test_a_migration_writes_a_plain_string(session):
    tables = MetaData()
    Table("thing", tables, Column("id", Integer, primary_key=True),
          Column("one", String(500)), Column("two", String(500)))  # fmt: skip
    engine = create_engine("sqlite://")
    tables.create_all(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_four_threads_share_the_engine_of_each_column_and_no_value_is_under_a_wrong_key(installation, busy):
    """A column has one engine in the whole process: what it remembered of one value would reach another."""
    engines = [column.type.engine for column in (Thing.__table__.c.one, Thing.__table__.c.two)]

    def work(number):
        wrong = 0
        with installation.app_context():
            for i in range(15_000):
                engine, said = engines[(number + i) % 2], f"{number}.{i}"
                try:
                    wrong += engine.decrypt(engine.encrypt(said)) != said
                except SecretBroken:
                    wrong += 1
        return wrong

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 0


def test_statements_of_two_columns_share_no_cached_type(session):
    session.add(Thing(id=1, one="a", two="b"))
    session.commit()
    for _ in range(2):
        assert session.scalar(select(Thing.one)) == "a"
        assert session.scalar(select(Thing.two)) == "b"
