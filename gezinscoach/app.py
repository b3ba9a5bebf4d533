"""Puts the application together: the site map. With cli.py the only file that knows every slice."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, url_for
from flask.templating import Environment
from flask_babel import Babel, format_date, format_datetime
from flask_babel import gettext as _
from flask_bootstrap import Bootstrap5
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect, generate_csrf
from jinja2 import StrictUndefined
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix

from gezinscoach.aanmelding import policy as aanmelding_policy
from gezinscoach.aanmelding import present as aanmelding_present
from gezinscoach.aanmelding import tables as aanmelding_tables
from gezinscoach.aanmelding import views as aanmelding_views
from gezinscoach.accounts import present as accounts_present
from gezinscoach.accounts import tables as accounts_tables
from gezinscoach.accounts import views as accounts_views
from gezinscoach.accounts.actions import hashing
from gezinscoach.accounts.tables import federation as federation_tables
from gezinscoach.desk import present as desk_present
from gezinscoach.desk import views as desk_views
from gezinscoach.desk.present.formulier import about
from gezinscoach.dossier import present as dossier_present
from gezinscoach.dossier import tables as dossier_tables
from gezinscoach.dossier import views as dossier_views
from gezinscoach.dossier.policy import Opening
from gezinscoach.grondrechten import present as grondrechten_present
from gezinscoach.grondrechten import tables as grondrechten_tables
from gezinscoach.grondrechten import views as grondrechten_views
from gezinscoach.kernel import access, audit, bodies, edge, once, vault, werkingen
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.database import db, engine_options, prepare
from gezinscoach.mandaat import present as mandaat_present
from gezinscoach.mandaat import tables as mandaat_tables
from gezinscoach.mandaat import views as mandaat_views
from gezinscoach.monitoring import views as monitoring_views
from gezinscoach.netwerk import present as netwerk_present
from gezinscoach.netwerk import tables as netwerk_tables
from gezinscoach.netwerk import views as netwerk_views
from gezinscoach.notities import present as notities_present
from gezinscoach.notities import tables as notities_tables
from gezinscoach.notities import views as notities_views
from gezinscoach.plan import present as plan_present
from gezinscoach.plan import tables as plan_tables
from gezinscoach.plan import views as plan_views
from gezinscoach.privacy import present as privacy_present
from gezinscoach.privacy import tables as privacy_tables
from gezinscoach.privacy import views as privacy_views
from gezinscoach.toelage import present as toelage_present
from gezinscoach.toelage import tables as toelage_tables
from gezinscoach.toelage import views as toelage_views
from gezinscoach.werkmap import present as werkmap_present
from gezinscoach.werkmap import tables as werkmap_tables
from gezinscoach.werkmap import views as werkmap_views

VERSION = version("gezinscoach")

BLUEPRINTS: tuple[Blueprint, ...] = (
    accounts_views.pages,
    accounts_views.own_pages,
    desk_views.pages,
    aanmelding_views.pages,
    dossier_views.pages,
    mandaat_views.pages,
    plan_views.pages,
    grondrechten_views.pages,
    notities_views.pages,
    netwerk_views.pages,
    toelage_views.pages,
    monitoring_views.pages,
    privacy_views.pages,
    werkmap_views.pages,
)

WORDINGS: tuple[Callable[[], dict[type[Exception], Callable[[], str]]], ...] = (
    accounts_present.wordings,
    aanmelding_present.wordings,
    dossier_present.wordings,
    mandaat_present.wordings,
    plan_present.wordings,
    grondrechten_present.wordings,
    notities_present.wordings,
    netwerk_present.wordings,
    toelage_present.wordings,
    privacy_present.wordings,
    werkmap_present.wordings,
)

TABLES = (
    audit,
    once,
    accounts_tables,
    federation_tables,
    dossier_tables,
    mandaat_tables,
    plan_tables,
    grondrechten_tables,
    notities_tables,
    netwerk_tables,
    aanmelding_tables,
    toelage_tables,
    privacy_tables,
    werkmap_tables,
)
"""Every module with tables, so that the schema is whole whatever the pages use."""

PACKAGE = Path(__file__).parent


def beside(name: str) -> Path:
    """The folder `name` as installed in the package, else beside the package in a checkout."""
    installed = PACKAGE / f"_{name}"
    return installed if installed.is_dir() else PACKAGE.parent / name


class Pages(Flask):
    """The application; its templates look a name up in one dict, where Jinja's own way looks through two."""

    class jinja_environment(Environment):  # Flask's name for it
        def make_globals(self, given: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
            return {**self.globals, **(given or {})}


def create_app(settings: Settings | None = None, **config: Any) -> Flask:
    """The application for these settings; `config` overrides, for tests."""
    settings = settings or Settings.from_environment()
    app = Pages("gezinscoach", root_path=str(PACKAGE), template_folder=str(beside("templates")))
    app.request_class = bodies.CaseRequest
    secure = not settings.demo
    app.config.update(
        SECRET_KEY=settings.secret_file.read_bytes() if settings.secret_file.exists() else None,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_pre_ping": True} | engine_options(settings.database_url),
        SESSION_COOKIE_NAME="__Host-gezinscoach" if secure else "gezinscoach",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=True,
        MAX_CONTENT_LENGTH=26 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=400,
        BOOTSTRAP_SERVE_LOCAL=True,
        BABEL_DEFAULT_LOCALE="nl_BE",
        BABEL_DEFAULT_TIMEZONE="Europe/Brussels",
        SETTINGS=settings,
    )
    if settings.demo:
        app.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost"]
    elif settings.base_url:
        app.config["TRUSTED_HOSTS"] = [urlsplit(settings.base_url).hostname]
    app.config.update(config)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.proxies:
        count = settings.proxies
        proxied = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)
        app.wsgi_app = proxied  # type: ignore[method-assign]  # the way Flask's own manual has it
    db.init_app(app)
    app.extensions["vault"] = vault.Vault(settings.keys_url, settings.kek_file, settings.passphrase_file)
    hashing.use(settings.hash_cost_file)
    with app.app_context():
        werkingen.open_to_commands(prepare(db.engine))
    Babel(app)
    Bootstrap5(app)
    accounts_views.login_manager.init_app(app)
    edge.install(app, wordings())  # before all that pages do before a request
    for pages in BLUEPRINTS:
        app.register_blueprint(pages)
    # After the doors: whoever may not enter learns nothing, not even that a token is missing.
    CSRFProtect(app)
    app.before_request(edge.answer_before)
    app.extensions["sign_in_page"] = accounts_views.sign_in_page
    app.extensions["confirm_page"] = accounts_views.confirm_page
    app.extensions["opening"] = Opening(aanmelding_policy.OFFERED).given
    app.extensions["last_hand"] = accounts_present.last_hand
    app.add_template_global(about, "about_form")
    app.context_processor(frame)
    app.log_exception = edge.log_exception  # type: ignore[method-assign]  # Flask's own names the path, with its tokens
    app.jinja_env.filters["dag"] = format_date
    app.jinja_env.filters["moment"] = partial(format_datetime, format="d MMMM y, HH:mm")
    for endpoint in ("static", "bootstrap.static"):
        app.view_functions[endpoint] = access.door(access.OPEN)(_marked(app.view_functions[endpoint]))
    access.require_marks(app.view_functions)
    return app


def _marked(view: Callable[..., Any]) -> Callable[..., Any]:
    # Flask's own file view is shared between applications: the mark goes on a wrapper.
    return lambda **values: view(**values)


def wordings() -> dict[type[Exception], Callable[[], str]]:
    """The sentence of every refusal, of all slices."""
    said: dict[type[Exception], Callable[[], str]] = {
        IntegrityError: lambda: _(
            "Iemand anders deed dit net voor jou, of het stond er al. Er is niets verloren. "
            "Kijk even na hoe het nu staat."
        ),
        vault.KeyLost: lambda: _(
            "De sleutel hiervan is kwijt: het gaat niet meer open, en er kan niets bij. Dat gebeurt als een "
            "oudere kopie van de sleutels teruggezet werd. Wat verzegeld is, staat er nog. Verwittig de "
            "beheerder: die ziet met het commando “gezinscoach doctor” wat er te doen is."
        ),
        vault.KeyRetired: lambda: _(
            "De sleutels werden net vernieuwd terwijl je bezig was. Er is niets bewaard. "
            "Verstuur het opnieuw."
        ),
    }
    for words in WORDINGS:
        said |= words()
    return said


def frame() -> dict[str, Any]:
    """What every page needs around it."""
    try:
        held = current_user._get_current_object()
    except (SQLAlchemyError, vault.KeysUnreadable):  # the page that says that something broke must not break
        held = None
    person = held if isinstance(held, accounts_present.Person) else None
    return {"frame": desk_present.frame(person, VERSION, generate_csrf, url_for)}
