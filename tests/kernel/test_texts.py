"""The texts of pages: of the catalogue of a language when there is one, else as they stand in the source."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask, render_template_string
from flask_babel import Babel, gettext, ngettext

from gezinscoach.kernel import texts

PAGE = "{{ _('Dag %(naam)s', naam=naam) }}, {{ ngettext('%(num)d dag', '%(num)d dagen', days) }}"


@pytest.fixture
def catalogue(tmp_path):
    catalog = Catalog(locale="fr")
    catalog.add("Dag %(naam)s", "Bonjour %(naam)s")
    catalog.add(("%(num)d dag", "%(num)d dagen"), ("%(num)d jour", "%(num)d jours"))
    place = tmp_path / "fr" / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / "messages.mo").open("wb") as file:
        write_mo(file, catalog)
    return tmp_path


def made(locale, folder):
    app = Flask("texts")
    app.config.update(BABEL_DEFAULT_LOCALE=locale, BABEL_TRANSLATION_DIRECTORIES=str(folder))
    Babel(app)
    texts.install(app)
    return app


def told(app):
    with app.test_request_context("/"):
        in_code = gettext("Dag %(naam)s", naam="Ann"), ngettext("%(num)d dag", "%(num)d dagen", 2)
        return in_code, render_template_string(PAGE, naam="<b>", days=1)


def test_the_language_of_the_source_needs_no_catalogue(catalogue):
    assert told(made("nl_BE", catalogue)) == (("Dag Ann", "2 dagen"), "Dag &lt;b&gt;, 1 dag")


def test_a_catalogue_speaks_in_code_and_in_templates(catalogue):
    assert told(made("fr", catalogue)) == (("Bonjour Ann", "2 jours"), "Bonjour &lt;b&gt;, 1 jour")
