"""Words and page objects about people who work with gezinscoach."""

from gezinscoach.accounts.present.hand import last_hand
from gezinscoach.accounts.present.refusals import (
    busy_sentence,
    codes_sentence,
    reset_sentence,
    unproved_sentence,
    wait_sentence,
    wordings,
)
from gezinscoach.accounts.present.regels import AccountRegel, Wachtregel, account, wachtregel
from gezinscoach.accounts.present.signing import Person, new_app, sessie, ways
from gezinscoach.accounts.present.words import (
    BESLUITEN,
    FACTORS,
    FORGED,
    ROLES,
    STATUUT,
    Besluit,
    device_name,
    moment,
)

__all__ = [
    "BESLUITEN",
    "FACTORS",
    "FORGED",
    "ROLES",
    "STATUUT",
    "AccountRegel",
    "Besluit",
    "Person",
    "Wachtregel",
    "account",
    "busy_sentence",
    "codes_sentence",
    "device_name",
    "last_hand",
    "moment",
    "new_app",
    "reset_sentence",
    "sessie",
    "unproved_sentence",
    "wachtregel",
    "wait_sentence",
    "ways",
    "wordings",
]
