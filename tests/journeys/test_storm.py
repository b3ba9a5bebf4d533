"""DOS-HASH: fifty people log in at once, and whoever works hardly notices. `-s` prints the figures."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from gezinscoach.kernel.access import Rol
from tests.conftest import NOW
from tests.journeys import people
from tests.journeys.site import ROOT, Site
from tests.journeys.storm import Visitor

pytestmark = [pytest.mark.journey, pytest.mark.alone]

SECONDS = 6


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, environ: Callable[[], dict[str, str]]) -> Iterator[Site]:
    """Leuven, served by two processes as in an installation."""
    home = tmp_path_factory.mktemp("storm")
    with Site(home, NOW, people.settle, environ(), workers=2).serve() as served:
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


def p95(took: list[float]) -> float:
    """What nineteen of twenty pages stay under."""
    return statistics.quantiles(took, n=20)[-1]


def test_a_storm_of_sign_ins_leaves_the_other_pages_in_peace(site: Site) -> None:
    somebody = Visitor(site.port)
    assert somebody.signs_in(people.email(Rol.COORDINATOR), people.PASSWORD) == 302
    calm = p95(waits(somebody, SECONDS / 2))
    words = [str(site.port), people.email(Rol.COORDINATOR), people.PASSWORD, str(SECONDS)]
    crowd = subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.storm", *words], cwd=ROOT, stdout=subprocess.PIPE
    )
    try:
        time.sleep(0.7)
        busy = p95(waits(somebody, SECONDS - 1.5))
    finally:
        said, _ = crowd.communicate(timeout=60)
        somebody.line.close()
    counts = {int(status): count for status, count in json.loads(said).items()}
    print(f"\np95 {calm:.3f} s in peace, {busy:.3f} s in the storm: x{busy / calm:.1f}; answers {counts}")
    assert set(counts) == {302, 503}, "some were let in, some heard that it was busy, nothing broke"
    assert counts[302] >= 20
    assert busy < max(1, 4 * calm), (
        "a second, or on a machine that has more to do: four times what it takes then"
    )
