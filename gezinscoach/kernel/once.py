"""Once: a form that arrives twice is carried out once, and both times gets the same answer.

Every form carries a key that was made when it was shown, and that tells to whom. The act and the answer to
it are kept in one transaction; whoever comes second waits for the first. Kept for a day, and then until the
next form that is kept: a keyed hash of what was sent, never the words, and the answer, sealed for the person
who got it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, TypeVar
from uuid import UUID, uuid4

from flask import Response, current_app, flash, g, make_response, request
from flask import session as cookie
from flask.typing import ResponseReturnValue
from sqlalchemy import LargeBinary, delete, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.exceptions import BadRequest
from werkzeug.utils import redirect

from gezinscoach.kernel import vault
from gezinscoach.kernel.blind import Blind
from gezinscoach.kernel.database import Base, Moment
from gezinscoach.kernel.fields import Field, Groep
from gezinscoach.kernel.sealing import SealedJson

FIELD, BUTTON = "eenmalig", "knop"
"""The names of the key in a form, and of the button that sends it, whose value is what stands on it."""
_OWN = 5
"""The version of a UUID that is made from something: a key with the mark of a person. Others are random."""
KEPT = timedelta(days=1)
_ANSWERS = frozenset({Groep.NOTITIES.value})


class SentForm(Base):
    """A form that somebody sent, by its key, with the answer that it got."""

    __tablename__ = "sent_form"
    __table_args__ = {"info": {"untraced": "gone after a day; what the form did is traced itself"}}

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    body_index: Mapped[bytes] = mapped_column(Blind())
    answer_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    # As it was sent, to the letter: the rijksregisternummers are out of it already.
    answer = SealedJson(Field.EENMALIG_ANTWOORD, scope="account_id", telephone=True)


class OtherText(Exception):
    """This form was sent before, with other words in it."""


_DIFFERS = ("csrf_token", FIELD, BUTTON)
"""What may differ each time that the same form is shown."""
View = TypeVar("View", bound=Callable[..., Any])


def asks(view: View) -> View:
    """Mark a view that only asks something, by POST so that no word of it ends up in an address; or that
    answers with a secret of one's own, which is kept nowhere: sent again it is answered anew."""
    view.only_asks = True  # type: ignore[attr-defined]  # a function bears its own mark
    return view


def only_asks(view: Callable[..., Any]) -> bool:
    """Whether a view only asks: asked twice, it answers twice."""
    return getattr(view, "only_asks", False)


def new_key(account_id: UUID | None = None) -> str:
    """A key for a form that is about to be shown, to this account or to nobody in particular."""
    if account_id is None:
        return str(uuid4())
    chance = secrets.token_bytes(8)
    return str(UUID(bytes=chance + _mark(chance, account_id), version=_OWN))


def is_of(key: str, account_id: UUID, *, nobodys: bool = True) -> bool:
    """Whether a form with this key was shown to this account; or to nobody, when that will do."""
    try:
        given = UUID(key)
    except ValueError:
        return nobodys
    if given.version != _OWN:
        return nobodys
    made = UUID(bytes=given.bytes[:8] + _mark(given.bytes[:8], account_id), version=_OWN)
    return hmac.compare_digest(given.bytes, made.bytes)


def _mark(chance: bytes, account_id: UUID) -> bytes:
    secret = current_app.secret_key or ""
    raw = secret.encode() if isinstance(secret, str) else secret
    # The version goes over a part of the first half, so that part says nothing.
    return hmac.digest(raw, b"once" + chance[:6] + account_id.bytes, "sha256")[:8]


def answer_before(session: Session, account_id: UUID, *, now: datetime) -> ResponseReturnValue | None:
    """The answer that the form of this request got before; None when it comes for the first time.

    BadRequest without a key, OtherText when the key came before with other words.
    """
    try:
        key = UUID(request.form.get(FIELD, ""))
    except ValueError:
        raise BadRequest from None
    body = vault.of(session).index("once", _body())
    row = SentForm(id=key, account_id=account_id, at=now, body_index=body)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # it came before, or twice at once and the other one was first
        return _said_before(session, session.get_one(SentForm, (key, account_id)), body)
    g.sent_form, g.sent_key = row, (key, account_id, body)
    return None


def answer_meanwhile(session: Session) -> ResponseReturnValue | None:
    """The answer to the same form that was kept while this request, now undone, did its work; else None.

    Who does something slow begins a new transaction after it, and nobody waits for nobody in between.
    OtherText as above.
    """
    key, account_id, body = g.get("sent_key") or (None, None, b"")
    held = session.get(SentForm, (key, account_id)) if key else None
    return None if held is None else _said_before(session, held, body)


def _said_before(session: Session, held: SentForm, body: bytes) -> ResponseReturnValue:
    if held.body_index != body:
        raise OtherText
    vault.open_scopes(session, [held.account_id], groups=_ANSWERS, persons=False)
    return _repeat(held.answer)


def keep(session: Session, answer: Response, *, now: datetime) -> None:
    """Keep the answer to a form with what it did, when it did something: it says so or leads elsewhere."""
    row: SentForm | None = g.pop("sent_form", None)
    if row is None:
        return
    if answer.location is None and answer.status_code != HTTPStatus.CREATED:
        if row in session:
            session.delete(row)
        return
    session.add(row)  # again, when the view began a new transaction
    vault.open_scopes(session, [row.account_id], groups=_ANSWERS, persons=False)
    row.answer = {
        "status": answer.status_code,
        "location": answer.location,
        "page": None if answer.location else answer.get_data(as_text=True),
        "flashes": cookie.get("_flashes", []),
    }
    # On PostgreSQL nobody waits for somebody else who takes the same rows out.
    which = tuple_(SentForm.id, SentForm.account_id)
    old = select(SentForm.id, SentForm.account_id).where(SentForm.at < now - KEPT)
    session.execute(delete(SentForm).where(which.in_(old.with_for_update(skip_locked=True))))


def _repeat(kept: dict[str, Any]) -> ResponseReturnValue:
    there = [tuple(each) for each in cookie.get("_flashes", [])]
    for category, message in kept["flashes"]:
        if (category, message) not in there:
            flash(message, category)
    if kept["location"]:
        return redirect(kept["location"], kept["status"])
    return make_response(kept["page"], kept["status"])


def _body() -> str:
    """What was sent, and where to, but for what differs each time that the same form is shown."""
    fields = [each for each in request.form.items(multi=True) if each[0] not in _DIFFERS]
    files = []
    for name, file in request.files.items(multi=True):
        files.append((name, file.filename, hashlib.sha256(file.read()).hexdigest()))
        file.seek(0)
    return json.dumps([request.endpoint, request.full_path, fields, files])
