"""Page objects of the figures: every number of families passes `Groep.words`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import format_date, format_decimal
from flask_babel import gettext as _

from gezinscoach.accounts.rules import Statuut
from gezinscoach.dossier.rules import Fase
from gezinscoach.kernel.charts import LineChart, line_chart
from gezinscoach.monitoring.queries import Evolutie, Figures, Voorkeur
from gezinscoach.monitoring.rules import Kwartaal, shown
from gezinscoach.netwerk.queries import BijeenkomstRegel
from gezinscoach.netwerk.rules import Aanwezig


@dataclass(frozen=True, slots=True)
class Groep:
    """How small a group may be before it is hidden."""

    least: int

    def words(self, families: int) -> str:
        """A number of families, or that there are too few to say."""
        return self.few if shown(families, self.least) is None else str(families)

    @property
    def few(self) -> str:
        """What stands where a number is hidden."""
        return str(_("minder dan %(least)d", least=self.least))


@dataclass(frozen=True, slots=True)
class Cijfers:
    """The figures, ready to show."""

    families: list[tuple[str, str]]
    people: list[tuple[str, str]]
    chart: LineChart
    quarters: list[tuple[str, str, str]]
    evolution: list[tuple[str, str, str, str, str]]
    priorities: list[tuple[str, str, str]]
    meetings: list[tuple[str, int, int, int]]
    few: str


def cijfers(figures: Figures) -> Cijfers:
    """The page of the figures, small groups hidden."""
    groep, fases, coaches = Groep(figures.least), figures.fases, figures.coaches
    active, organisations = figures.organisations
    return Cijfers(
        families=[
            (_("Wachten"), groep.words(figures.waiting)),
            (_("Lopend"), groep.words(fases[Fase.LOPEND])),
            (_("Lopend zonder gezinscoach"), groep.words(fases[Fase.ZONDER_COACH])),
            (_("Afgesloten"), groep.words(fases[Fase.AFGESLOTEN])),
        ],
        people=[
            (_("Gezinscoaches, professioneel"), str(coaches[Statuut.PROFESSIONEEL])),
            (_("Gezinscoaches, vrijwilliger"), str(coaches[Statuut.VRIJWILLIGER])),
            (
                _("Organisaties met een gezinscoach"),
                _("%(some)d van %(all)d", some=active, all=organisations),
            ),
        ],
        chart=quarter_chart(groep, figures.quarters),
        quarters=quarter_rows(groep, figures.quarters),
        evolution=evolution_rows(groep, figures.evolution, figures.rights),
        priorities=priority_rows(groep, figures.priorities, figures.rights),
        meetings=meeting_rows(figures.meetings),
        few=groep.few,
    )


def quarter_rows(groep: Groep, quarters: Iterable[Kwartaal]) -> list[tuple[str, str, str]]:
    """Per quarter what was due and what was made; few due hides both."""
    return [
        (
            f"{one.year} K{one.quarter}",
            groep.words(one.due),
            groep.words(one.made) if shown(one.due, groep.least) is not None else groep.few,
        )
        for one in quarters
    ]


def quarter_chart(groep: Groep, quarters: Sequence[Kwartaal]) -> LineChart:
    """What was due and what was made over the quarters; hidden numbers are gaps."""
    due = [shown(one.due, groep.least) for one in quarters]
    made = [
        None if there is None else shown(one.made, groep.least)
        for one, there in zip(quarters, due, strict=True)
    ]
    return line_chart(
        {_("Verwacht"): due, _("Gemaakt"): made},
        [f"{one.year} K{one.quarter}" for one in quarters],
        maximum=5,
        title=_("Kwartaalmetingen: verwacht en gemaakt"),
        description=_("Per kwartaal hoeveel gezinnen een meting verwachtten en hoeveel er een kregen."),
    )


def evolution_rows(
    groep: Groep, found: Iterable[Evolutie], rights: Mapping[str, str]
) -> list[tuple[str, str, str, str, str]]:
    """Per right the number of families, both means and their difference; all hidden for few families."""
    known = {one.domein: one for one in found}
    rows = []
    for code, naam in rights.items():
        one = known.get(code)
        if one is None or shown(one.families, groep.least) is None:
            rows.append((naam, groep.few, "–", "–", "–"))
        else:
            # The difference of what is shown, so that the row adds up.
            first, latest = round(one.first, 1), round(one.latest, 1)
            rows.append((naam, str(one.families), _number(first), _number(latest), _change(latest - first)))
    return rows


def priority_rows(
    groep: Groep, found: Iterable[Voorkeur], rights: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """Per right how many families name it, and how many as the first."""
    known = {one.domein: one for one in found}
    rows = []
    for code, naam in rights.items():
        one = known.get(code, Voorkeur(code, 0, 0))
        few = shown(one.families, groep.least) is None
        rows.append((naam, groep.words(one.families), groep.few if few else groep.words(one.first)))
    return rows


def meeting_rows(meetings: Iterable[BijeenkomstRegel]) -> list[tuple[str, int, int, int]]:
    """Per meeting of which presence was noted how many coaches were there, excused and away."""
    kinds = (Aanwezig.AANWEZIG, Aanwezig.VERONTSCHULDIGD, Aanwezig.AFWEZIG)
    return [
        (format_date(one.datum, "d MMMM y"), *(one.standen.get(kind, 0) for kind in kinds))
        for one in meetings
        if one.standen
    ]


def _number(value: float) -> str:
    return str(format_decimal(value, format="0.0"))


def _change(value: float) -> str:
    change = round(value, 1)
    return ("+" if change > 0 else "") + _number(change or 0.0)
