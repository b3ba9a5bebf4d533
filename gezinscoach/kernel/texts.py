"""The texts of pages in the language of the request, looked up once a request and not once a word."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, g
from flask_babel import Domain, get_babel
from markupsafe import Markup, escape


class Texts(Domain):
    """The catalogue of the application; a request stays in the language in which it began."""

    def get_translations(self) -> Any:
        """The catalogue of this request; an empty one, which keeps the Dutch of the source, without any."""
        try:
            return g.texts
        except AttributeError:
            g.texts = super().get_translations()
            return g.texts


def dialled(number: str) -> str:
    """What a telephone rings of a number as people write it, "0470 12 34 56 (mama)"; "" without one."""
    found = re.search(r"\+?\d[\d\s()./-]*", number)
    return re.sub(r"[^\d+]", "", found[0]) if found else ""


def email(address: str) -> Markup:
    """An e-mail address that a narrow screen breaks after the @, not in the middle of a word."""
    return escape(address).replace("@", Markup("@<wbr>"))


def install(app: Flask) -> None:
    """Let an application, Flask-Babel installed, and its templates find their texts here."""
    texts = Texts(domain=get_babel(app).default_domain)
    get_babel(app).instance.domain_instance = texts

    def said(text: str, /, **values: Any) -> Markup:
        found = Markup(texts.get_translations().ugettext(text))  # noqa: S704  # ours; values are escaped
        return found % values if values or "%" in found else found

    def said_of(one: str, many: str, num: int, /, **values: Any) -> Markup:
        found = Markup(texts.get_translations().ungettext(one, many, num))  # noqa: S704  # the same
        return found % ({"num": num} | values)

    app.jinja_env.filters.update(dialled=dialled, email=email)
    app.jinja_env.globals.update(_=said, gettext=said, ngettext=said_of)
