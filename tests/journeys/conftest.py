"""The browser of the journeys: a real Chromium at two widths, or one line on how to get it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_playwright.pytest_playwright import CreateContextCallback
from sqlalchemy.orm import Session

from gezinscoach.demo import actions as city
from gezinscoach.demo import people as demo_people
from gezinscoach.kernel.access import Rol
from tests import chromium
from tests.conftest import NOW
from tests.journeys import people
from tests.journeys.person import Person
from tests.journeys.site import Site
from tests.postgres import share


@pytest.hookimpl(tryfirst=True)  # before xdist looks for the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With --dist loadgroup each width has a process of its own, with a browser, a demo and a Leuven."""
    for item in items:
        if window := getattr(item, "callspec", None) and item.callspec.params.get("window"):
            item.add_marker(pytest.mark.xdist_group(f"{window['width']} px"))


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """How pytest-playwright starts the browser of this machine."""
    executable = chromium.executable()
    if executable is None and os.environ.get("GEZINSCOACH_REQUIRE_BROWSER") == "1":
        pytest.fail(chromium.MISSING, pytrace=False)
    if executable is None:
        pytest.skip(chromium.MISSING)
    # Chromium keeps crash reports in the home folder, which may be read-only and is none of its business.
    home = str(tmp_path_factory.mktemp("chromium"))
    return {
        **browser_type_launch_args,
        "executable_path": executable,
        "args": chromium.flags(),
        "env": {**os.environ, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home},
    }


@pytest.fixture(scope="session")
def base_url() -> str | None:
    """No address of its own: the fixture of this name in pytest-playwright is deprecated under pytest 9."""
    return None


@pytest.fixture(scope="session", params=chromium.WIDTHS.values(), ids=chromium.WIDTHS)
def window(request: pytest.FixtureRequest) -> dict[str, int]:
    """The size of the window in CSS pixels; every journey is made at each."""
    size: dict[str, int] = request.param
    return size


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], window: dict[str, int]) -> dict[str, Any]:
    """A Flemish visitor with this window."""
    return {**browser_context_args, "viewport": window, "locale": "nl-BE", "timezone_id": "Europe/Brussels"}


@pytest.fixture(scope="session")
def environ(pytestconfig: pytest.Config) -> Callable[[], dict[str, str]]:
    """Gives the settings of a new database: a file in the home of the site, or one on PostgreSQL."""
    return lambda: share(pytestconfig).environ() if pytestconfig.getoption("--postgres") else {}


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, environ: Callable[[], dict[str, str]]) -> Iterator[Site]:
    """The demo city, served; stories at both widths share it and leave one another alone."""

    def fill(db: Session) -> None:
        city.load(db, today=NOW.date())

    with Site(tmp_path_factory.mktemp("demo"), NOW, fill, environ()).serve() as site:
        yield site


@pytest.fixture(scope="session")
def leuven(
    window: dict[str, int], tmp_path_factory: pytest.TempPathFactory, environ: Callable[[], dict[str, str]]
) -> Iterator[Site]:
    """A fresh installation for each width: the werking Leuven, an account for each role, and nothing else."""
    with Site(tmp_path_factory.mktemp("leuven"), NOW, people.settle, environ()).serve() as site:
        yield site


@pytest.fixture
def visit(new_context: CreateContextCallback) -> Callable[..., Person]:
    """Makes somebody with a browser of their own: `visit(site, email, password)` has logged in."""

    def visitor(site: Site, email: str, password: str = people.PASSWORD) -> Person:
        return Person(new_context(), site.url).sign_in(email, password)

    return visitor


@pytest.fixture
def as_role(demo: Site, visit: Callable[..., Person]) -> Callable[[Rol], Person]:
    """Logs in to the demo city as whoever holds a role there."""
    return lambda rol: visit(demo, demo_people.LOGINS[rol].email, demo_people.PASSWORD)
