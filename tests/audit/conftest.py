"""Installations of their own, copied from one that is made once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.audit import own as installations
from tests.audit.own import Own
from tests.postgres import Cluster, apart


@pytest.fixture(scope="session")
def template(
    postgres: Cluster | None, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Callable[[], dict[str, str]] | None]:
    """A folder with an installation, and, on PostgreSQL, what gives a copy of its database."""
    home = tmp_path_factory.mktemp("trace") / "home"
    if not postgres:
        installations.make(home, {})
        return home, None
    name = f"trace_{home.parent.name.replace('-', '_')}_{id(home)}"
    postgres.template(name, lambda url: installations.make(home, apart(url)))
    return home, lambda: apart(postgres.database(name))


@pytest.fixture
def own(template, tmp_path: Path) -> Iterator[Own]:
    """An installation of the test alone."""
    made = installations.maker(*template, tmp_path)()
    yield made
    with made.app.app_context():
        made.close()
