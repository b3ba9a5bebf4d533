"""The floor: a bare Flask page with five indexed queries on the same database, no session, nothing opened."""

from __future__ import annotations

import sqlite3
import threading
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import psycopg
from flask import Flask, redirect, request
from jinja2 import Environment
from sqlalchemy.engine import make_url

TABLE = "bench_note"
MAKE = f"CREATE TABLE {TABLE} (id CHAR(32) PRIMARY KEY, gezin_id CHAR(32), datum DATE, tekst TEXT)"
INDEX = f"CREATE INDEX ix_{TABLE} ON {TABLE} (gezin_id)"
WRITE = f"INSERT INTO {TABLE} VALUES (?, ?, ?, ?)"  # noqa: S608  # a constant
READS = (
    "SELECT code_cell, naam_cell, adres_cell, afgesloten_op FROM gezin WHERE id = ?",
    "SELECT rol, van, tot FROM coachperiode WHERE gezin_id = ? ORDER BY van",
    "SELECT datum, contact, minuten, domein, tekst_cell FROM notitie"
    " WHERE gezin_id = ? ORDER BY datum DESC LIMIT 30",
    "SELECT jaar, kwartaal, domein, antwoord, waarde FROM meting JOIN scorelijn ON meting_id = id"
    " WHERE gezin_id = ? ORDER BY jaar, kwartaal, domein",
    "SELECT domein, stand, wie, tegen, gedaan_op FROM actie JOIN doel ON doel.id = doel_id"
    " WHERE actie.gezin_id = ?",
)
PAGE = Environment(autoescape=True).from_string(
    """<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Dossier</title></head><body><main>
<h1>Dossier {{ gezin[0][0] | length }}</h1>
<ul>{% for rol, van, tot in periodes %}<li>{{ rol }} van {{ van }} tot {{ tot or "nu" }}</li>{% endfor %}</ul>
{% for datum, contact, minuten, domein, tekst in notities %}
<article class="card mb-3"><header class="card-header">
<h2 class="h5 card-title">{{ contact }}, {{ datum }}</h2></header>
<div class="card-body"><p class="card-text text-body-secondary">{{ minuten }} minuten, {{ domein }}</p>
<p class="card-text">{{ tekst | length }} tekens</p></div></article>{% endfor %}
<table class="table"><thead><tr><th>Kwartaal</th><th>Recht</th><th>Score</th></tr></thead><tbody>
{% for jaar, kwartaal, domein, antwoord, waarde in scores %}
<tr><th scope="row" class="text-nowrap">{{ jaar }} K{{ kwartaal }}</th><td>{{ domein }}</td>
<td class="text-end {{ antwoord }}">{{ waarde }}</td></tr>
{% endfor %}</tbody></table>
<ol>{% for domein, stand, wie, tegen, gedaan in acties %}
<li class="list-group-item"><strong>{{ domein }}</strong> {{ stand }}:
{{ wie }} tegen {{ tegen }} {{ gedaan or "" }}</li>
{% endfor %}</ol></main></body></html>"""
)


def create(url: str) -> Flask:
    """The bare application on the database with this SQLAlchemy address."""
    app = Flask("floor")
    held = threading.local()
    embedded = make_url(url).get_backend_name() == "sqlite"

    def connection() -> Any:
        if not hasattr(held, "connection"):
            held.connection = _sqlite(url) if embedded else _postgres(url)
        return held.connection

    def sql(text: str) -> str:
        return text if embedded else text.replace("?", "%s")

    @app.get("/<uuid:gezin_id>")
    def page(gezin_id: UUID) -> str:
        key = gezin_id.hex if embedded else gezin_id
        asked = connection()
        gezin, periodes, notities, scores, acties = (
            asked.execute(sql(read), (key,)).fetchall() for read in READS
        )
        asked.rollback()
        return PAGE.render(gezin=gezin, periodes=periodes, notities=notities, scores=scores, acties=acties)

    @app.post("/<uuid:gezin_id>")
    def write(gezin_id: UUID) -> Any:
        values = (uuid4().hex, gezin_id.hex, date.today().isoformat(), request.form["tekst"])  # noqa: DTZ011  # the floor knows no zone
        connection().execute(sql(WRITE), values)
        connection().commit()
        return redirect(f"/{gezin_id}")

    return app


def _sqlite(url: str) -> sqlite3.Connection:
    held = sqlite3.connect(make_url(url).database or "", timeout=15)
    held.execute("PRAGMA synchronous=FULL")  # as durable as the application
    return held


def _postgres(url: str) -> psycopg.Connection[Any]:
    return psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False))
