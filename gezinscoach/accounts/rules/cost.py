"""Decisions about what checking a password may cost. No clock, no database."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """What one Argon2id hash takes: memory in KiB and passes over it, on one core."""

    memory_kib: int
    passes: int


LEAST = Cost(19 * 1024, 2)
"""The least that OWASP names for Argon2id."""
MOST_MEMORY = 64 * 1024
MOST_PASSES = 8
HASH_SECONDS = 0.1


def weaker(one: Cost, other: Cost) -> bool:
    """Whether guessing against `one` takes less work than against `other`: memory times passes."""
    return one.memory_kib * one.passes < other.memory_kib * other.passes


def at_least(cost: Cost) -> Cost:
    """This cost, but never below LEAST."""
    return Cost(max(cost.memory_kib, LEAST.memory_kib), max(cost.passes, LEAST.passes))


def cost_of(seconds: float) -> Cost:
    """What a machine can take in about HASH_SECONDS where LEAST takes so many seconds: memory first.

    The time of a hash grows as memory times passes.
    """
    times = HASH_SECONDS / max(seconds, 0.001)
    memory = min(MOST_MEMORY, int(LEAST.memory_kib * times) // 1024 * 1024)
    passes = min(MOST_PASSES, int(LEAST.passes * times * LEAST.memory_kib / MOST_MEMORY))
    return at_least(Cost(memory, passes))
