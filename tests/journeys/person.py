"""Somebody with a browser: finds things by the words on the screen, and has every page examined."""

from __future__ import annotations

import re
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Response, expect

AXE = "axe.run({resultTypes: ['violations']}).then(found => found.violations)"
RESOURCE = "Failed to load resource"
ONCE = re.compile(r'(nonce="|name="(?:csrf_token|eenmalig)"[^>]*value=")[^"]*')
"""What is another on each page, whatever stands there."""
_well: set[tuple[str, str]] = set()
"""Pages, to the letter, in which axe found nothing, each with the size of its window."""


def exactly(words: str) -> re.Pattern[str]:
    """The words of a label, with or without the mark that a field may stay empty."""
    return re.compile(rf"^\s*{re.escape(words)}\s*(\(niet verplicht\))?\s*$")


class Person:
    """Somebody who visits the pages of a site."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context, self.url = context, url
        self.page: Page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.visited: list[str] = []
        self._status = 0
        self._trouble: list[str] = []
        self.page.on("response", self._answered)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self._trouble.append(str(error)))

    def sign_in(self, email: str, password: str) -> Person:
        """Open the site and log in."""
        self.goes("/inloggen")
        self.fills({"E-mailadres": email, "Wachtwoord": password})
        return self.presses("Inloggen")

    def goes(self, path: str, status: int = 200) -> Person:
        """Open an address of the site."""
        self.page.goto(self.url + path)
        return self.examines(status)

    def place(self, name: str) -> Person:
        """Open a place of the main menu, which a phone folds away."""
        self.header().get_by_role("navigation", name="Hoofdmenu").get_by_role("link", name=name).first.click()
        return self.examines()

    def walks(self) -> list[str]:
        """Open every place of the menu, and tell which there were."""
        links = self.page.locator("nav.bar-nav a")
        names: list[str] = links.evaluate_all("all => all.map(one => one.firstChild.textContent.trim())")
        for name in names:
            self.place(name)
        return names

    def header(self) -> Locator:
        """The bar on top, its menu folded open on a phone."""
        fold = self.page.locator("summary", has_text="Menu")
        if fold.is_visible():
            fold.click()
        return self.page.locator("header")

    def follows(self, name: str | re.Pattern[str], inside: Locator | None = None) -> Person:
        """Follow a link of the page itself."""
        self._inside(inside).get_by_role("link", name=name).first.click()
        return self.examines()

    def presses(self, name: str, inside: Locator | None = None, status: int = 200) -> Person:
        """Press a button and look at the answer; its words, or else those with what they are about."""
        place = self._inside(inside)
        button = place.get_by_role("button", name=name, exact=True)
        if not button.count():
            button = place.get_by_role("button", name=re.compile(rf"^{re.escape(name)}"))
        button.first.click()
        return self.examines(status)

    def opens(self, summary: str, inside: Locator | None = None) -> Person:
        """Fold something open."""
        self._inside(inside).locator("summary", has_text=summary).first.click()
        return self

    def fills(self, answers: dict[str, str], inside: Locator | None = None) -> Person:
        """Fill in fields by their labels: text, or the words of a choice."""
        for label, answer in answers.items():
            field = self._inside(inside).get_by_label(exactly(label)).first
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(label=answer)
            else:
                field.fill(answer)
        return self

    def attaches(self, label: str, path: Path) -> Person:
        """Choose a file."""
        self._inside(None).get_by_label(exactly(label)).set_input_files(path)
        return self

    def ticks(self, *labels: str, inside: Locator | None = None) -> Person:
        """Tick boxes by pressing their words."""
        for label in labels:
            self._inside(inside).locator("label").filter(has_text=exactly(label)).first.click()
        return self

    def chooses(self, question: str, answer: str) -> Person:
        """Answer a question that has its choices under it, by pressing the words of one."""
        group = self._inside(None).get_by_role("group", name=re.compile(rf"^{re.escape(question)}"))
        group.first.locator("label").filter(has_text=re.compile(rf"^\s*{re.escape(answer)}")).first.click()
        return self

    def row(self, *words: str) -> Locator:
        """The row of a table that holds these words."""
        rows = self._inside(None).get_by_role("row")
        for each in words:
            rows = rows.filter(has_text=each)
        return rows.first

    def card(self, *words: str) -> Locator:
        """The card that holds these words."""
        cards = self._inside(None).locator("section.card")
        for each in words:
            cards = cards.filter(has_text=each)
        return cards.first

    def table(self, caption: str) -> Locator:
        """The table with a caption that begins so."""
        return self._inside(None).get_by_role("table", name=re.compile(rf"^{re.escape(caption)}")).first

    def fact(self, name: str) -> str:
        """What stands under a term among the facts of the page."""
        term = self.page.get_by_role("term").filter(has_text=exactly(name)).first
        said = term.locator("xpath=following-sibling::dd[1]").inner_text()
        return " ".join(said.split())

    def sees(self, *words: str, inside: Locator | None = None) -> Person:
        """The words stand on the page, folded away or not."""
        for each in words:
            expect(self._inside(inside)).to_contain_text(each)
        return self

    def misses(self, *words: str) -> Person:
        """The words don't stand on the page."""
        for each in words:
            expect(self._inside(None)).not_to_contain_text(each)
        return self

    @property
    def heading(self) -> str:
        """The heading of the page."""
        return self.page.locator("h1").inner_text()

    def examines(self, status: int = 200) -> Person:
        """The page is well: status, one heading, no wider than the window, no trouble, axe content."""
        self.page.wait_for_load_state("load")
        path = self.page.url.removeprefix(self.url)
        self.visited.append(path)
        assert self._status == status, f"{path}: {self._status}\n{self._inside(None).inner_text()[:2000]}"
        assert self.page.locator("h1").count() == 1, f"{path}: not one h1"
        wide = self.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide[0] <= wide[1], f"{path}: {wide[0]} px wide in a window of {wide[1]} px"
        assert not self._trouble, f"{path}: {self._trouble}"
        self._asks_axe(path)
        return self

    def _asks_axe(self, path: str) -> None:
        # It takes longer than all else on a page, and of the same page it says the same.
        page = (str(self.page.viewport_size), ONCE.sub(r"\1", self.page.content()))
        if page not in _well:
            self.page.evaluate(AXE_SCRIPT)
            found = AxeResults({"violations": self.page.evaluate(AXE)})
            assert not found.violations_count, f"{path}: {found.generate_report()}"
            _well.add(page)

    def _inside(self, inside: Locator | None) -> Locator:
        return self.page.locator("main") if inside is None else inside

    def _answered(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self._status = response.status
        elif response.status >= 400:
            self._trouble.append(f"{response.url}: {response.status}")

    def _said(self, message: ConsoleMessage) -> None:
        # Chromium also calls an answer with a refusal an error; the status of the page itself is examined.
        if message.type in ("error", "warning") and not message.text.startswith(RESOURCE):
            self._trouble.append(message.text)
