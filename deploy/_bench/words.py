"""Invented names and sentences, the same for the same seed: nobody in them exists."""

from __future__ import annotations

from random import Random

_BEGIN = ("Bal", "Dor", "Fen", "Gar", "Hul", "Kam", "Lem", "Mor", "Nol", "Pel", "Rem", "Sol", "Tav", "Wil")
_MIDDLE = ("a", "do", "en", "i", "ka", "lo", "ma", "ne", "o", "ri", "sa", "te", "u", "va")
_END = ("bek", "dal", "gem", "hove", "kens", "lar", "mans", "nik", "ros", "sten", "tier", "wen", "zel")
_FIRST = ("Amra", "Bente", "Cato", "Dilan", "Elio", "Faro", "Ginke", "Hava", "Ilyo", "Jorre", "Lune", "Miro")
_STREETS = ("Lindelaan", "Vlierpad", "Korenstraat", "Vijverweg", "Merelhof", "Kapelberg", "Molendreef")
_WHO = ("Mama", "Papa", "De oudste", "De school", "De buurvrouw", "Het gezin", "De gezinscoach")
_DID = ("vertelt over", "vraagt hulp bij", "is gerust over", "maakt zich zorgen over", "zoekt naar")
_WHAT = ("de huur", "het schoolgeld", "de taalles", "de opvang", "een afspraak", "de sportclub")
_WHEN = ("vandaag", "deze week", "na de vakantie", "zoals de vorige keer", "stap voor stap")
NOTE_BEGINS = "Contact nummer"


class Words:
    """Draws names and texts."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311  # the same city each time, nothing secret
        self._sentences = [
            f"{who} {did} {what}, {when}." for who in _WHO for did in _DID for what in _WHAT for when in _WHEN
        ]

    def pick(self, *options: str) -> str:
        """One of these."""
        return self.random.choice(options)

    def family(self) -> str:
        """The name of a family, nearly always another one."""
        draw = self.random.choice
        return f"{draw(_BEGIN)}{draw(_MIDDLE)}{draw(_MIDDLE)}{draw(_END)}"

    def person(self, family: str) -> str:
        """A first name before a family name."""
        return f"{self.random.choice(_FIRST)} {family}"

    def address(self) -> str:
        """A street that is in no city, and a number."""
        return f"{self.random.choice(_STREETS)} {self.random.randint(1, 240)}"

    def telephone(self) -> str:
        """A number in the block that stands open in examples."""
        return f"0470 00 {self.random.randint(10, 99)} {self.random.randint(10, 99)}"

    def sentence(self) -> str:
        """A few words about a family."""
        return self.random.choice(self._sentences)

    def note(self, number: int, length: int = 1000) -> str:
        """A note of about `length` characters, with its number in front."""
        text = f"{NOTE_BEGINS} {number}."
        while len(text) < length:
            text += " " + self.random.choice(self._sentences)
        return text
