"""Makes the pictures of the README: `python -m deploy.pictures`, called by `make`."""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, FloatRect, ViewportSize, sync_playwright

from gezinscoach.demo import actions as city
from gezinscoach.demo import people
from gezinscoach.kernel.access import Rol
from tests import chromium
from tests.journeys.site import Site

DAY = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)
"""A fixed day, so that the same pages give the same pictures."""
HERE = Path(__file__).parent
PHONE = ViewportSize(width=390, height=844)
SCREEN = ViewportSize(width=1280, height=800)
LONG = ViewportSize(width=1280, height=1150)
RIGHTS = ["Lindekens", "Grondrechten"]


def main() -> None:
    """Make every picture."""
    executable = chromium.executable()
    if executable is None:
        sys.exit("Chromium ontbreekt; installeer het als root met: apt install chromium (of zet CHROME)")
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        site = Site(Path(home), DAY, lambda db: void(city.load(db, today=DAY.date())))
        browser = playwright.chromium.launch(executable_path=executable, args=chromium.flags())
        with site.serve():
            picture(browser, site, Rol.GEZINSCOACH, "vandaag-telefoon", PHONE, [])
            picture(browser, site, Rol.GEZINSCOACH, "grondrechten-telefoon", PHONE, RIGHTS, ".chart-figure")
            picture(browser, site, Rol.AANMELDPUNT, "wachtlijst-scherm", SCREEN, ["Wachtlijst"])
            picture(browser, site, Rol.COORDINATOR, "toelage-scherm", LONG, ["Toelage"])
        browser.close()


def void(_: object) -> None:
    """Forget an answer."""


def picture(
    browser: Browser,
    site: Site,
    rol: Rol,
    name: str,
    window: ViewportSize,
    links: list[str],
    start: str = "body",
) -> None:
    """What fits in a window, from `start` on, when somebody has followed these links from Vandaag."""
    phone = window is PHONE
    context = browser.new_context(
        viewport=window, device_scale_factor=2 if phone else 1, locale="nl-BE", color_scheme="light"
    )
    page = context.new_page()
    page.goto(f"{site.url}/inloggen")
    page.get_by_label("E-mailadres").fill(people.LOGINS[rol].email)
    page.get_by_label("Wachtwoord").fill(people.PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    for link in links:
        page.locator("main, .bar-nav").get_by_role("link", name=link).first.click()
    box = page.locator(start).first.bounding_box()
    top = box["y"] - 12 if box and start != "body" else 0
    path = HERE / f"{name}.png"
    clip = FloatRect(x=0, y=top, width=window["width"], height=window["height"])
    page.screenshot(path=path, full_page=True, clip=clip)
    context.close()
    print(f"· {path.name}: {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
