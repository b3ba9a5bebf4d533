"""What the logboek says of sign-in."""

from __future__ import annotations

import pytest

from gezinscoach.privacy import present

SAID = {
    "session.password": "eerste stap juist, tweede stap nog te doen",
    "session.begin": "ingelogd",
    "session.confirm": "nog eens getoond wie het is",
    "session.wait_factor": "tweede stap vertraagd voor een account: te veel foute codes",
    "factor.use.app": "tweede stap gebruikt: app met codes",
    "factor.use.herstelcode": "tweede stap gebruikt: herstelcode",
    "factor.add.passkey": "tweede stap toegevoegd: passkey",
    "factor.rename.passkey": "tweede stap andere naam gegeven: passkey",
    "factor.remove.app": "tweede stap verwijderd: app met codes",
    "factor.codes": "nieuwe herstelcodes gemaakt",
    "role.give.coordinator": "rol gegeven: coördinator",
}


@pytest.mark.parametrize("action", SAID)
def test_the_logboek_tells_of_sign_in_in_plain_words(app, action):
    assert present.what(action) == SAID[action]
