"""What no single command can help: a full disk, a place to read only. Said here, once, for all of them."""

from __future__ import annotations

from typing import Any

import click
from flask_babel import gettext as _

from gezinscoach.kernel.trouble import causes, disk_full, read_only


class Outside(click.Group):
    """A group whose commands, however deep, say in a sentence what the machine does not let them do.

    Before what a command itself makes of it: that would send people to look in the wrong place.
    """

    def invoke(self, context: click.Context) -> Any:
        """Run the command; ClickException in the place of trouble of the machine."""
        try:
            return super().invoke(context)
        except Exception as error:
            if sentence := machine(error):
                raise click.ClickException(sentence) from error
            raise


def machine(error: BaseException) -> str | None:
    """A sentence about trouble of the machine behind an error; None when it has another cause."""
    file = next((one.filename for one in causes(error) if isinstance(one, OSError) and one.filename), "")
    where = f" ({file})" if file else ""
    if disk_full(error):
        return str(
            _(
                "De schijf is vol%(where)s. Wat niet meer paste, is niet bewaard; wat er was, is er nog. "
                "Maak plaats, kijk met gezinscoach doctor, en doe dan hetzelfde commando opnieuw.",
                where=where,
            )
        )
    if read_only(error):
        return str(
            _(
                "Hier kan alleen gelezen worden%(where)s. Er is niets veranderd. Kijk of de schijf nog te "
                "beschrijven is, en van wie de map is, met: gezinscoach doctor",
                where=where,
            )
        )
    return None
