"""Rounds in which floor and application take turns, and the figures that remain."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from statistics import median, quantiles

from deploy._bench.client import Batch, Client, NotTheRealPage
from deploy._bench.pages import SAVED, Ask, Page
from deploy._bench.setting import Setting


@dataclass
class Figures:
    """Of one page in one size: ms per request, CPU as a ratio to the floor in the same round, bytes, SQL."""

    page: str
    size: int
    p50: float
    p95: float
    cpu: float
    ratio: float
    bytes: int
    statements: int | None
    goal: str
    growth_goal: str
    growth: float | None = None


@dataclass
class Measured:
    """All figures, and what was no real page."""

    figures: list[Figures]
    failures: list[str]

    def plain(self) -> dict[str, object]:
        """The same for JSON."""
        return asdict(self)


class Running:
    """One size, being served; what is no real page is noted and left out from then on."""

    def __init__(self, setting: Setting, target: Client, floor: Client, *, most: int, seconds: float) -> None:
        self.setting, self.target, self.floor = setting, target, floor
        self.most, self.seconds = most, seconds
        self.pairs: dict[str, list[tuple[Batch, Batch]]] = defaultdict(list)
        self.statements: dict[str, int] = {}
        self.failures: list[str] = []

    def each(self, step: Callable[[Page], None]) -> None:
        """Do something with every page."""
        for page in list(self.setting.pages):
            try:
                step(page)
            except NotTheRealPage as failure:
                self.failures.append(f"{self.setting.size}x: {failure}")
                self.setting.pages.remove(page)

    def prepare(self) -> None:
        """Warm both servers, and count the statements of each page."""
        for page in (self.setting.floor_page, self.setting.floor_note):
            self.floor.warm(page)
        self.each(self.target.warm)
        self.each(lambda page: self.statements.update({page.title: self.setting.statements(page)}))

    def turn(self, page: Page) -> None:
        """One turn of the floor, one of the page."""
        under = self.setting.floor_page if page.asks[0].form is None else self.setting.floor_note
        below = self.floor.batch(under, self.most, self.seconds)
        above = self.target.batch(page, self.most, self.seconds)
        self.pairs[page.title].append((above, below))
        self.pairs[under.title].append((below, below))

    def kept(self, page: Page) -> None:
        """NotTheRealPage unless what a form saved stands on its page."""
        first = page.asks[0]
        if first.form is not None:
            shown = Ask(first.path, first.cookie, ((SAVED,),))
            self.target.batch(Page(f"{page.title}, daarna", "", "", (shown,)), 1, 0)

    def figures(self) -> list[Figures]:
        """The figures of every page that was measured, the floor's around them."""
        pages = (self.setting.floor_page, *self.setting.pages, self.setting.floor_note)
        return [self._figures(page) for page in pages if page.title in self.pairs]

    def _figures(self, page: Page) -> Figures:
        pairs = self.pairs[page.title]
        walls = [wall for batch, _ in pairs for wall in batch.walls]
        return Figures(
            page=page.title,
            size=self.setting.size,
            p50=median(walls),
            p95=quantiles(walls, n=20, method="inclusive")[-1],
            cpu=median(batch.cpu for batch, _ in pairs),
            ratio=median(batch.cpu / below.cpu for batch, below in pairs),
            bytes=pairs[-1][0].size,
            statements=self.statements.get(page.title),
            goal=page.goal,
            growth_goal=page.growth,
        )


def measure(
    settings: list[Setting], *, rounds: int, most: int, seconds: float, say: Callable[[str], None]
) -> Measured:
    """Serve every size, and measure every page in every round, each right after a turn of the floor."""
    with ExitStack() as stack:
        running = [
            Running(setting, *stack.enter_context(setting.served()), most=most, seconds=seconds)
            for setting in settings
        ]
        for one in running:
            one.prepare()
        gc.disable()  # the client's own pauses are not the page's
        for number in range(rounds):
            say(f"ronde {number + 1} van {rounds}")
            for one in running:
                one.each(one.turn)
        for one in running:
            one.each(one.kept)
    figures = [figure for one in running for figure in one.figures()]
    smallest = {figure.page: figure for figure in figures if figure.size == settings[0].size}
    for figure in figures:
        if figure.size > settings[0].size and figure.page in smallest:
            figure.growth = figure.cpu / smallest[figure.page].cpu
    return Measured(figures, [failure for one in running for failure in one.failures])
