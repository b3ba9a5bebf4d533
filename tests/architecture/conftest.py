"""The world of the matrix of rights: built once, and every question asked of it is rolled back."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from flask import Flask
from freezegun import freeze_time

from gezinscoach.kernel.database import db as database
from tests.architecture.matrix import Asker, Builder
from tests.conftest import NOW
from tests.factories import City

collect_ignore = [] if os.environ.get("GEZINSCOACH_MATRIX") == "full" else ["test_mutations.py"]
"""Minutes long: every night (deploy/nightly)."""


@pytest.fixture(scope="module")
def asker(installation: Flask) -> Iterator[Asker]:
    """Somebody who asks the cells of the matrix, in a world of its own."""
    with installation.app_context(), freeze_time(NOW):
        engine, csrf = database.engine, installation.config.get("WTF_CSRF_ENABLED", True)
        connection = engine.connect()
        outer = connection.begin()
        database.engines[None] = connection
        database.session.remove()
        # The matrix is about rights; that a form without token is refused, others test.
        installation.config["WTF_CSRF_ENABLED"] = False
        try:
            world = Builder(City(database.session(), installation.extensions["test.actor"], NOW)).build()
            one = Asker(installation, connection, world)
            one.sign_in()
            database.session.remove()
            yield one
        finally:
            installation.config["WTF_CSRF_ENABLED"] = csrf
            database.session.remove()
            outer.rollback()
            connection.close()
            database.engines[None] = engine
