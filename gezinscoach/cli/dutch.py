"""Click's own words in Dutch.

Click asks the gettext of the standard library, which goes by compiled files and the locale of the shell: on a
server that is English. So its modules get another lookup. What is not listed here stays English.
"""

from __future__ import annotations

from functools import partial

import click
from click import core, decorators, exceptions, formatting, parser, types
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

WORDS = {
    "(Did you mean one of: {possibilities}?)": _l("Bedoel je een van deze: {possibilities}?"),
    "Aborted!": _l("Afgebroken."),
    "Choose from:\n\t{choices}": _l("Kies uit:\n\t{choices}"),
    "Commands": _l("Commando's"),
    "Did you mean {possibility}?": _l("Bedoel je {possibility}?"),
    "Error: {message}": _l("Fout: {message}"),
    "Got unexpected extra argument ({args})": _l("Dit is te veel: {args}"),
    "Got unexpected extra arguments ({args})": _l("Dit is te veel: {args}"),
    "Invalid value for {param_hint}: {message}": _l("{param_hint}: {message}"),
    "Missing argument": _l("Nog nodig:"),
    "Missing command.": _l("Zeg ook welk commando."),
    "Missing option": _l("Nog nodig:"),
    "No such command {name!r}.": _l("Het commando {name!r} bestaat niet."),
    "No such option {name!r}.": _l("De optie {name!r} bestaat niet."),
    "Option {name!r} does not take a value.": _l("Bij de optie {name!r} hoort geen waarde."),
    "Option {name!r} requires an argument.": _l("Bij de optie {name!r} hoort een waarde."),
    "Options": _l("Opties"),
    "Show this message and exit.": _l("Toon deze uitleg."),
    "Try '{command} {option}' for help.": _l("Uitleg: {command} {option}"),
    "Usage:": _l("Gebruik:"),
    "default: {default}": _l("zonder: {default}"),
    "required": _l("verplicht"),
    "{name} {filename!r} is a directory.": _l("{filename!r} is een map, geen bestand."),
    "{name} {filename!r} is not readable.": _l("Je mag {filename!r} niet lezen."),
    "{value!r} does not match the format {format}.": _l("{value!r} is geen dag zoals 2026-12-31."),
    "{value!r} is not a valid {number_type}.": _l("{value!r} is geen geheel getal."),
    "{value!r} is not one of {choices}.": _l("{value!r} is niet een van {choices}."),
    "{value} is not in the range {range}.": _l("Kies een getal van {range}."),
}


def speak(command: click.Command) -> None:
    """Let click say what it says about a command, and about those below it, in Dutch."""
    for module in (core, decorators, exceptions, formatting, parser, types):
        vars(module).update(_=_one, ngettext=_many)
    for param in command.params:
        if isinstance(param.type, click.IntRange):
            vars(param.type).update(_describe_range=partial(_range, param.type))
    command.options_metavar = "[OPTIES]"
    if isinstance(command, click.Group):
        command.subcommand_metavar = "COMMANDO..."
        for below in command.commands.values():
            speak(below)


def _range(kind: click.IntRange) -> str:
    """A range with two ends, in words where click writes 1<=x<=9."""
    return _("%(min)s tot %(max)s", min=kind.min, max=kind.max)


def _one(text: str) -> str:
    return str(WORDS.get(text, text))


def _many(one: str, many: str, number: int) -> str:
    return _one(one if number == 1 else many)
