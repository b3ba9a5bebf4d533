"""What every address that takes a form does: the table in posts.csv, that a new address has to join.

open: for who is not signed in; asks: changes nothing; shows: changes something of one's own, and answers
with a secret that is shown once and kept nowhere, so that no answer can be given again; adds: makes
something new; steps: brings something from one state to another, and looks first in which state it is;
edits: changes what is there, and knows on which values the form was based.
"""

from __future__ import annotations

import csv
from pathlib import Path

with (Path(__file__).parent / "posts.csv").open(newline="") as stream:
    KINDS = {row["adres"]: row["soort"] for row in csv.DictReader(stream)}
