"""Commands that serve pages: an installation, or the demo city."""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import click
from flask import Flask
from flask_babel import gettext as _
from platformdirs import user_data_path

from gezinscoach.accounts import present
from gezinscoach.cli.audit import anchor_hourly, require_guards
from gezinscoach.cli.base import cookies_broken, opened, ready, settings_here
from gezinscoach.cli.keys_said import told
from gezinscoach.cli.preparing import prepare
from gezinscoach.demo import actions as city
from gezinscoach.demo import people
from gezinscoach.kernel import web
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.database import transaction


@click.command()
@click.option("--host", metavar="ADRES", default="127.0.0.1", show_default=True)
@click.option("--port", metavar="POORT", type=click.IntRange(1, 65535), default=8080, show_default=True)
@click.option(
    "--workers",
    metavar="AANTAL",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    help="Processen naast elkaar.",
)
def serve(host: str, port: int, workers: int) -> None:
    """Start de webserver."""
    app = ready()
    if not settings_here().signs_cookies:
        raise click.ClickException(cookies_broken(settings_here()))
    with opened(app), told():
        app.extensions["vault"].check()
    require_guards(app)
    address, url = f"http://{host}:{port}", settings_here().base_url
    try:
        try_listening(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sentence = _(
                "Poort %(port)s is bezet. Kies een andere met --port, of stop wat er al draait.", port=port
            )
        else:
            sentence = _(
                "De server kan niet luisteren op %(address)s. Kies iets anders met --host of --port.",
                address=address,
            )
        raise click.ClickException(sentence) from error
    if url:
        click.echo(_("De server luistert op %(address)s. Mensen openen %(url)s.", address=address, url=url))
    else:
        click.echo(
            _(
                "Draait op %(address)s. Mensen komen binnen langs https, via een proxy: zie de README.",
                address=address,
            )
        )
    run(app, host, port, workers)


THREADS = 6
"""Of one process. Checking passwords and asking issuers keeps five at most: one always serves pages."""


def run(
    app: Flask, host: str, port: int, workers: int, beside: Callable[[Flask], None] | None = None
) -> None:
    """Serve an application with gunicorn until it is told to stop; `beside` is started in each worker."""
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):
        def load_config(self) -> None:
            for key, value in {
                "bind": f"{host}:{port}",
                "workers": workers,
                "threads": THREADS,
                "worker_class": "gthread",
                "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108  # memory, for heartbeats
                "accesslog": None,
                "loglevel": "warning",
            }.items():
                self.cfg.set(key, value)
            if beside is not None:
                self.cfg.set("post_worker_init", lambda worker: beside(app))

        def load(self) -> Flask:
            return app

    sys.argv = ["gezinscoach"]
    Server().run()


@click.command()
@click.option(
    "--port",
    metavar="POORT",
    type=click.IntRange(1, 65535),
    default=8080,
    show_default=True,
    help="Bezet? Dan de eerste vrije erna.",
)
def demo(port: int) -> None:
    """Laad de demostad in een eigen map en start ze op deze computer."""
    settings = Settings.at(demo_home(), demo=True)
    click.echo("· " + _("de demostad laden"))
    app = prepare(settings)
    require_guards(app)
    with opened(app), transaction() as session:
        try:
            city.load(session, today=web.today())
        except city.OtherData:
            raise click.ClickException(
                _(
                    "In %(folder)s staan andere gegevens. Er is niets veranderd. "
                    "Kies een andere map met GEZINSCOACH_DEMO_HOME.",
                    folder=settings.home,
                )
            ) from None
    free = free_port(port)
    if free != port:
        click.echo(
            "· " + _("Poort %(wanted)s is bezet; de demostad draait op %(port)s.", wanted=port, port=free)
        )
    click.echo("· " + _("de gegevens staan in %(folder)s", folder=settings.home))
    click.echo("\n" + _("Inloggen kan met deze adressen:") + "\n")
    for rol, login in people.LOGINS.items():
        click.echo(f"  {login.email:28} {present.ROLES[rol]} ({login.naam})")
    click.echo("\n" + _("Wachtwoord voor iedereen: %(password)s", password=people.PASSWORD))
    click.echo("\n" + _("Open %(address)s  (stoppen: Ctrl+C)", address=f"http://127.0.0.1:{free}/"))
    run(app, "127.0.0.1", free, workers=2, beside=anchor_hourly)


def demo_home() -> Path:
    """The folder of the demo city: GEZINSCOACH_DEMO_HOME, else one beside the user's own installation."""
    given = os.environ.get("GEZINSCOACH_DEMO_HOME")
    return Path(given).expanduser().absolute() if given else user_data_path("gezinscoach-demo")


def try_listening(host: str, port: int) -> None:
    """Listen at an address, as gunicorn will, and stop at once; OSError when that cannot be done."""
    family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    socket.create_server((host.strip("[]"), port), family=family).close()


def free_port(wanted: int) -> int:
    """The first free port on loopback from `wanted` on."""
    for port in range(wanted, min(wanted + 100, 65536)):
        try:
            try_listening("127.0.0.1", port)
        except OSError:
            continue
        return port
    raise click.ClickException(
        _("Geen vrije poort gevonden vanaf %(port)d. Kies er een met --port.", port=wanted)
    )
