"""Parses a judged spreadsheet in a process of its own, so that a file can cost no worker its life or memory.

Run as a script: a line of JSON with the names of sheets and then the file go in, pickled sheets come out.
"""

from __future__ import annotations

import io
import json
import pickle
import resource
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from python_calamine import CalamineWorkbook

MEMORY, SECONDS = 1024 * 1024 * 1024, 30

Parsed = list[tuple[str, Sequence[Sequence[object]], list[tuple[tuple[int, int], tuple[int, int]]]]]


class Unparsed(ValueError):
    """The parser stopped, or was stopped."""


def parse(data: bytes, names: list[str]) -> Parsed:
    """The sheets of these names, in the order of the workbook, parsed apart; Unparsed."""
    # Isolated, and without an environment: it holds the address of the keys.
    command = [sys.executable, "-I", __file__]
    try:
        done = subprocess.run(  # noqa: S603  # nothing of it comes from outside
            command,
            input=json.dumps(names).encode() + b"\n" + data,
            env={},
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
        found: Parsed = _Plain(io.BytesIO(done.stdout)).load()
    except (subprocess.SubprocessError, pickle.UnpicklingError, EOFError) as error:
        raise Unparsed from error
    return found


class _Plain(pickle.Unpickler):
    """Makes nothing but plain values and moments."""

    def find_class(self, module: str, name: str) -> Any:
        if module != "datetime":
            raise pickle.UnpicklingError
        return super().find_class(module, name)


def main() -> None:
    """Bound this process, parse what comes in, and give what was found."""
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_CORE, 0)
    ):  # fmt: skip
        with suppress(ValueError):  # what is bounded more tightly already stays so
            resource.setrlimit(limit, (most, most))
    names, data = json.loads(sys.stdin.buffer.readline()), sys.stdin.buffer.read()
    found: Parsed = []
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
        for name in workbook.sheet_names:
            if name in names:
                sheet = workbook.get_sheet_by_name(name)
                found.append((name, sheet.to_python(skip_empty_area=False), sheet.merged_cell_ranges or []))
    pickle.dump(found, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    main()
