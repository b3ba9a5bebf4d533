"""DOS-HASH: fifty people log in at once, and whoever works hardly notices. `-s` prints the figures."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from gezinscoach.accounts.rules.cost import LEAST
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.config import Settings
from tests.conftest import NOW
from tests.journeys import people
from tests.journeys.site import ROOT, Site
from tests.journeys.storm import Visitor

pytestmark = [pytest.mark.journey, pytest.mark.alone]

SECONDS = 7
PASSES = 30
"""Many times what a password takes at least: so that what is measured is passwords, not plain requests."""
MUCH_SOONER = 1 / 2
"""What a page may take of the time of signing in beside it; without a queue it takes as much, and more."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, environ: Callable[[], dict[str, str]]) -> Iterator[Site]:
    """Leuven, served by one process: each has a queue of its own, and of two the crowd may fill the other."""
    home = tmp_path_factory.mktemp("storm")
    made = Site(home, NOW, people.settle, environ(), workers=1)
    cost = f"memory_kib = {LEAST.memory_kib}\npasses = {PASSES}\n"
    Settings.at(home, {}).hash_cost_file.write_text(cost)
    with made.serve() as served:
        yield served


def waits(somebody: Visitor, seconds: float) -> list[float]:
    """How long somebody who is signed in waits for each page, in seconds."""
    took, ends = [], time.monotonic() + seconds
    while time.monotonic() < ends:
        begun = time.monotonic()
        assert somebody.ask("GET", "/") == 200
        took.append(time.monotonic() - begun)
        time.sleep(0.02)
    return took


def test_a_storm_of_sign_ins_leaves_the_other_pages_in_peace(site: Site) -> None:
    somebody = Visitor(site.port)
    assert somebody.signs_in(people.email(Rol.COORDINATOR), people.PASSWORD)[0] == 302
    words = [str(site.port), people.email(Rol.COORDINATOR), people.PASSWORD, str(SECONDS)]
    crowd = subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.storm", *words], cwd=ROOT, stdout=subprocess.PIPE
    )
    try:
        time.sleep(1)
        page = statistics.median(waits(somebody, SECONDS - 1.5))
    finally:
        said, _ = crowd.communicate(timeout=90)
        somebody.line.close()
    took = {int(status): seconds for status, seconds in json.loads(said).items()}
    counts = {status: len(seconds) for status, seconds in took.items()}
    assert set(counts) == {302, 503}, "some were let in, some heard that it was busy, nothing broke"
    entering = statistics.median(took[302])
    print(f"\na page {page:.3f} s, signing in {entering:.3f} s: {page / entering:.2f}; answers {counts}")
    # Both in the same moments: how much else the machine has to do counts for both.
    assert page < MUCH_SOONER * entering
