"""Who came in through an issuer alone came in, wherever that is asked."""

from __future__ import annotations

from gezinscoach.accounts import actions
from gezinscoach.kernel.access import Rol


def test_who_came_in_by_an_issuer_alone_is_not_one_who_waits(client, city, db, owner, now):
    bea, fons = city.account(Rol.BEHEERDER), city.account(Rol.FUNCTIONARIS)
    for account in (bea, fons):
        actions.set_password(db, account, "vier groene fietsen zingen")
    actor = city.actor_of(bea.id, Rol.BEHEERDER)
    row = actions.ask_role(db, actor, owner, Rol.COORDINATOR, now=now)
    db.commit()
    client.sign_in(bea.id)
    assert "Iedereen kan inloggen" in client.get("/").words
    client.sign_in(fons.id)
    assert "wacht op jou" in client.get("/bevestigingen").words
    assert "kwam nog niet binnen" not in client.get(f"/bevestigingen/{row.id}").words
    assert client.post(f"/bevestigingen/{row.id}", {"besluit": "bevestigen"}).status == 302
