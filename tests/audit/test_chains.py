"""The bytes and hashes of events, by the book: what was hashed once must hash the same for ever."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from enum import IntEnum
from hashlib import sha256
from uuid import UUID

from gezinscoach.kernel.audit.chains import canonical, follow
from gezinscoach.kernel.audit.tables import Outcome


class Stand(IntEnum):
    """A number with a name."""

    VIER = 4


AT = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)


def test_every_kind_of_value_stands_as_json_has_it():
    here = timezone(timedelta(hours=2))
    assert json.loads(
        canonical(
            {
                "tekst": 'Zo "hier"\\\n\x01 é 🙂',
                "id": UUID(int=7),
                "cel": b"cel",
                "moment": AT,
                "naief": AT.replace(tzinfo=None),
                "elders": AT.astimezone(here),
                "dag": AT.date(),
                "waar": True,
                "getal": 12,
                "stand": Stand.VIER,
                "breuk": 0.1,
                "woord": Outcome.OK,
            }
        )
    ) == {
        "tekst": 'Zo "hier"\\\n\x01 é 🙂',
        "id": UUID(int=7).hex,
        "cel": sha256(b"cel").hexdigest(),
        "moment": "2026-10-15T09:00:00.000000+00:00",
        "naief": "2026-10-15T09:00:00.000000+00:00",
        "elders": "2026-10-15T09:00:00.000000+00:00",
        "dag": "2026-10-15",
        "waar": 1,
        "getal": 12,
        "stand": 4,
        "breuk": 0.1,
        "woord": "ok",
    }


def test_the_bytes_are_those_of_json_with_sorted_names_and_no_space_and_leave_out_what_is_empty():
    told = {"b": "twee é\u2028", "a": 'een "1"', "c": 3}
    whole = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert canonical(told | {"d": None, "e": "", "f": 0, "g": b""}) == whole
    assert canonical({}) == b"{}"
    assert canonical({"dag": date(2026, 1, 2)}) == b'{"dag":"2026-01-02"}'


def test_the_hash_takes_each_part_with_its_length_before_it():
    prev, said = sha256(b"voor").digest(), canonical({"a": "een"})
    parts = (b"audit-v1", prev, b"\x00\x03" + (77).to_bytes(8, "big"), sha256(said).digest())
    whole = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    assert follow(prev, 3, 77, said) == sha256(whole).digest()
