"""What is wrong with the keys, in Dutch: what happened, that nothing is lost, and what to do."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import click
from flask_babel import gettext as _
from flask_babel import ngettext

from gezinscoach.kernel.rotation import RowsHidden, StuckCells
from gezinscoach.kernel.vault import KeysUnreadable, Why
from gezinscoach.kernel.vault.escrow import EnvelopesDiffer, EnvelopeUnreadable


def user_name(number: int) -> str:
    """The name of a user of this machine, or the number that has none."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"#{number}"


def working_as(number: int, command: str) -> str:
    """How root runs a command as this user."""
    name = user_name(number)
    how = f"setpriv --reuid {number} --clear-groups" if name.startswith("#") else f"runuser -u {name} --"
    return f"{how} {command}"


def lost(found: Mapping[str, int]) -> list[str]:
    """A sentence about what has no key any more, by kind and count; none when nothing is missing."""
    if not found:
        return []
    words = {
        "gezin": lambda number: ngettext("%(num)d gezin", "%(num)d gezinnen", number),
        "gezinslid": lambda number: ngettext("%(num)d gezinslid", "%(num)d gezinsleden", number),
        "account": lambda number: ngettext("%(num)d account", "%(num)d accounts", number),
        "gezinscoach": lambda number: ngettext("%(num)d gezinscoach", "%(num)d gezinscoaches", number),
        "organisatie": lambda number: ngettext("%(num)d organisatie", "%(num)d organisaties", number),
        "werking": lambda number: ngettext("%(num)d werking", "%(num)d werkingen", number),
    }
    what = [words[kind](number) if kind in words else f"{number} {kind}" for kind, number in found.items()]
    return [
        _(
            "Van %(what)s ontbreekt de sleutel: wat daarover verzegeld is, gaat niet open. De sleutels zijn "
            "wellicht ouder dan de dossiers. Zet een nieuwere reservekopie van de sleutels terug, van na de "
            "dossiers.",
            what=", ".join(map(str, what)),
        )
    ]


def trouble(error: KeysUnreadable) -> str:
    """A sentence or three about keys that cannot be read."""
    place, period = error.place, error.detail.replace("epoch", _("periode"))
    match error.why:
        case Why.MISSING:
            return _(
                "De hoofdsleutel is er niet: %(file)s ontbreekt of is niet te lezen. De gegevens "
                "zijn er nog, "
                "maar blijven dicht. Zet de sleutel terug uit je reservekopie of met twee enveloppen "
                "(gezinscoach keys drill --to), of zet GEZINSCOACH_KEK_FILE juist.",
                file=place,
            )
        case Why.FORBIDDEN:
            return _(
                "%(me)s mag %(file)s niet lezen. Het bestand is er wel: zet er niets over. Er is niets "
                "veranderd. Werk als de gebruiker van de dienst. Is het bestand per vergissing van iemand "
                "anders, doe dan als root: chown %(me)s: %(file)s",
                file=place,
                me=user_name(os.geteuid()),
            )
        case Why.OPEN:
            return _(
                "Anderen kunnen %(file)s lezen. Daarom wordt dat bestand niet gebruikt. Er is "
                "niets veranderd. "
                "Doe: chmod 600 %(file)s. Kan iemand meegelezen hebben, doe dan ook: gezinscoach "
                "keys rotate --all",
                file=place,
            )
        case Why.BROKEN:
            return _(
                "%(file)s is beschadigd of niet volledig. De gegevens zijn er nog, maar blijven dicht. "
                "Zet het bestand terug uit je reservekopie, of de hoofdsleutel met twee enveloppen.",
                file=place,
            )
        case Why.READ_ONLY:
            return _(
                "%(file)s kan niet herschreven worden. De sleutels zijn nog zoals ze waren. "
                "Zet de hoofdsleutel op een plaats waar gezinscoach mag schrijven, verzegel ze met "
                "een wachtzin "
                "(gezinscoach keys seal), en geef de wachtzin door met GEZINSCOACH_KEK_PASSPHRASE_FILE.",
                file=place,
            )
        case Why.LOCKED:
            return _(
                "%(file)s is verzegeld met een wachtzin. Er is niets veranderd. Start dit in een "
                "terminal, dan "
                "wordt ze gevraagd, of zet ze in een bestand en noem dat in "
                "GEZINSCOACH_KEK_PASSPHRASE_FILE.",
                file=place,
            )
        case Why.OTHER_SEAL:
            return _(
                "Dit is niet de wachtzin van %(file)s. Er is niets veranderd. Probeer opnieuw met de juiste.",
                file=place,
            )
        case Why.WRONG:
            return _(
                "%(file)s is niet de sleutel van deze gegevens. De gegevens zijn er nog, maar "
                "blijven dicht. "
                "Zet de sleutel en de databank met sleutels van hetzelfde moment terug uit je "
                "reservekopie.",
                file=place,
            )
        case Why.EPOCH:
            return _(
                "In %(file)s ontbreekt de sleutel van een periode (%(detail)s). De gegevens zijn "
                "er nog, maar "
                "blijven dicht. Zet de sleutel van die periode terug uit je reservekopie of met "
                "twee enveloppen.",
                file=place,
                detail=period,
            )
        case Why.DESTROYED:
            return _(
                "De databank met sleutels is ouder dan de hoofdsleutel: ze vraagt een sleutel die "
                "vernietigd is "
                "(%(detail)s). Er is niets veranderd. Zet een reservekopie van de sleutels van na "
                "die dag terug.",
                detail=period,
            )
        case Why.EMPTY:
            return _(
                "Er zijn geen sleutels in %(place)s. Er is niets veranderd. Is de installatie "
                "nieuw, doe dan: "
                "gezinscoach init. Zo niet, zet de sleutels terug uit je reservekopie.",
                place=place,
            )
        case Why.LOST:
            return _(
                "Er zijn geen sleutels in %(place)s, terwijl er wel dossiers zijn. Er is niets veranderd. "
                "Zet de sleutels terug uit je reservekopie, of zet GEZINSCOACH_KEYS_URL juist.",
                place=place,
            )
        case Why.VERSION:
            return _(
                "De sleutels in %(place)s zijn van een andere versie van gezinscoach. Er is niets "
                "veranderd. "
                "Doe: gezinscoach init",
                place=place,
            )
        case Why.UNREACHABLE:
            return _(
                "De sleutels zijn niet te bereiken. Er is niets veranderd. Kijk GEZINSCOACH_KEYS_URL na. "
                "De databank zegt: %(cause)s",
                cause=error.detail,
            )


@contextmanager
def told() -> Iterator[None]:
    """Let a command stop with a sentence when keys cannot be read."""
    try:
        yield
    except KeysUnreadable as error:
        raise click.ClickException(f"{trouble(error)}\n" + _("Nakijken: gezinscoach doctor")) from error


@contextmanager
def all_told() -> Iterator[None]:
    """Let a command stop with a sentence when keys cannot be read or renewed, or envelopes do not fit."""
    try:
        with told():
            yield
    except StuckCells as error:
        raise click.ClickException(
            _(
                "Niet alles was te vernieuwen: in %(places)s staan gegevens die niet opengaan of "
                "dubbel staan. "
                "De oude sleutels blijven bestaan en alles blijft leesbaar. Kijk die gegevens na, "
                "en doe dan "
                "hetzelfde commando opnieuw.",
                places=error,
            )
        ) from error
    except RowsHidden as error:
        raise click.ClickException(
            _(
                "De databank toont dit account niet alle rijen van %(table)s. Er is niets weggegooid. "
                "Geef de gebruiker van de databank toegang tot alle werkingen en doe het opnieuw.",
                table=error,
            )
        ) from error
    except EnvelopeUnreadable as error:
        raise click.ClickException(
            _("Regel %(line)s van een envelop klopt niet. Kijk of je ze juist overtypte.", line=error.line)
            if error.line
            else _("Dit is geen volledige envelop. Typ alle genummerde regels over.")
        ) from error
    except EnvelopesDiffer as error:
        raise click.ClickException(
            _("Deze twee enveloppen horen niet bij elkaar. Neem twee verschillende van dezelfde dag.")
        ) from error
    except OSError as error:
        raise click.ClickException(
            _("Dit lukte niet: %(cause)s. De sleutels zijn nog zoals ze waren.", cause=error)
        ) from error
