"""Acts on people who work with gezinscoach. They flush at most; the edge commits."""

from .people import (
    add_account,
    add_gezinscoach,
    add_organisatie,
    add_werking,
    change_email,
    change_settings,
    deactivate,
)
from .roles import FOR_ORGANISATION, end_role, give_role, require_role
from .signing import (
    TooManyAttempts,
    WrongCredentials,
    accept_invitation,
    invite,
    invite_anew,
    seen,
    set_password,
    sign_in,
    sign_out,
)
from .upkeep import (
    Coachgegevens,
    change_gezinscoach,
    change_organisatie,
    is_coach,
    require_coach,
    require_new_organisatie,
)

__all__ = [
    "FOR_ORGANISATION",
    "Coachgegevens",
    "TooManyAttempts",
    "WrongCredentials",
    "accept_invitation",
    "add_account",
    "add_gezinscoach",
    "add_organisatie",
    "add_werking",
    "change_email",
    "change_gezinscoach",
    "change_organisatie",
    "change_settings",
    "deactivate",
    "end_role",
    "give_role",
    "invite",
    "invite_anew",
    "is_coach",
    "require_coach",
    "require_new_organisatie",
    "require_role",
    "seen",
    "set_password",
    "sign_in",
    "sign_out",
]
