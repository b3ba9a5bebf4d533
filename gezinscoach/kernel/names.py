"""Compares names of persons, families and organisations that were spelled by different people.

`fold` forgets what people vary without thinking (case, accents, hyphens, apostrophes, spaces);
`likely_same` also forgives another transliteration and a typing error in a long name, but never takes one
short common name for another.
"""

import re
from collections.abc import Iterable

from anyascii import anyascii
from rapidfuzz.distance import OSA, Indel

PARTICLES = re.compile(
    "van|von|vander|vanden|den|der|de|d|ter|ten|t|te|op|het|la|le|l|du|des|da|dos|el|al|ait|ben|bin|ibn|abu|abd"
)
LEGAL_FORMS = re.compile("vzw|asbl|ivzw|bv|bvba|nv|cv|cvba|cvso|comm|vof|feitelijke|vereniging")
_TITLES = frozenset(
    {"gezin", "familie", "fam", "mevrouw", "mevr", "mw", "meneer", "dhr", "mama", "papa", "en"}
)
CLOSE = 0.7  # below this a suggestion would puzzle more than it helps
LONG = 7  # a part this long may hold one typing error

# Ways of writing one sound; the order matters.
_SOUNDS = (
    (re.compile("tsj|tsch|tch|sch|sj|sh|ch"), "x"),
    (re.compile("dzj|dj|zj|zh"), "j"),
    (re.compile("kh|ck|q"), "k"),
    (re.compile("gh"), "g"),
    (re.compile("ph"), "f"),
    (re.compile("th|dt$"), "t"),
    (re.compile("ou|oe|ue|w(?=u)"), "u"),
    (re.compile("ae"), "a"),
    (re.compile("ij|ie|y"), "i"),
    (re.compile("^j(?=[aeou])"), "i"),
    (re.compile("o"), "u"),
    (re.compile("e"), "a"),
    (re.compile(r"(.)\1+"), r"\1"),
)


def fold(text: str) -> str:
    """A name without case, accents, apostrophes, hyphens and spaces: "Van den Broeck" is "vandenbroeck"."""
    return "".join(words(text))


def words(text: str) -> list[str]:
    """The words of a name in plain lower-case letters and digits; an apostrophe joins, other signs part."""
    plain = anyascii(text).casefold()
    return re.findall(r"[a-z0-9]+", re.sub(r"['`]", "", plain.replace("&", " en ")))


def organisation_key(text: str) -> str:
    """An organisation's name without its legal form, folded: "vzw Onder Dak" is "onderdak"."""
    plain = words(re.sub(r"(?i)\bv\.\s?z\.\s?w\.?", "vzw", text))
    return "".join(word for word in plain if not LEGAL_FORMS.fullmatch(word)) or "".join(plain)


def similarity(a: str, b: str) -> float:
    """How alike two names look or sound, from 0 (nothing in common) to 1 (the same name)."""
    if not fold(a) or not fold(b):
        return 0.0
    if fold(a) == fold(b):
        return 1.0
    looks = Indel.normalized_similarity("".join(sorted(_parts(a))), "".join(sorted(_parts(b))))
    in_order = Indel.normalized_similarity(fold(a), fold(b))
    sounds = Indel.normalized_similarity(_sound_of(a), _sound_of(b))
    return max(looks, in_order, 0.98 * sounds)


def likely_same(a: str, b: str) -> bool:
    """Whether two spellings are probably one person's or family's name; another given name never is."""
    first, second = sorted((_parts(a), _parts(b)), key=len)
    if not first:
        return False
    if fold(a) == fold(b) or _sound_of(a) == _sound_of(b):
        return True
    if len(first) != len(second) and len(first) < 2:
        return False
    left = list(second)
    for part in first:
        match = next((other for other in left if _same_part(part, other)), None)
        if match is None:
            return False
        left.remove(match)
    return True


def share_part(a: str, b: str) -> bool:
    """Whether two names have any part in common, as written or as it sounds; a lone letter is none."""
    first, second = ([part for part in _parts(text) if part not in _TITLES and part[1:]] for text in (a, b))
    return any(_same_part(one, other) for one in first for other in second)


def closest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that looks most like the name, if any does enough to be worth suggesting."""
    ranked = sorted(((similarity(name, other), other) for other in candidates), reverse=True)
    return ranked[0][1] if ranked and ranked[0][0] >= CLOSE else None


def _parts(text: str) -> list[str]:
    """The words of a name, each particle glued to the word after it."""
    parts: list[str] = []
    glued = ""
    for word in words(text):
        glued += word
        if not PARTICLES.fullmatch(word):
            parts.append(glued)
            glued = ""
    return [*parts, glued] if glued else parts


def _sound(part: str) -> str:
    for pattern, letter in _SOUNDS:
        part = pattern.sub(letter, part)
    return part


def _sound_of(text: str) -> str:
    return "".join(sorted(_sound(part) for part in _parts(text)))


def _same_part(a: str, b: str) -> bool:
    first, second = _sound(a), _sound(b)
    if a == b or first == second:
        return True
    return min(len(first), len(second)) >= LONG and OSA.distance(first, second) == 1
