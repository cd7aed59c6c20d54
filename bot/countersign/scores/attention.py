"""Which team needs somebody's attention first, and for what."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from countersign.model.score import Score


class Need(StrEnum):
    """The most pressing thing about a team, the worst first."""

    UNACKNOWLEDGED = "unacknowledged"  # data is broken, and nobody has said that they look after it
    BROKEN = "broken"  # data is broken, and somebody looks after it
    OWING = "owing"  # readers were passed over, and are not made whole
    COMPLAINT = "complaint"  # somebody saw a wrong number, and has no answer
    ESCAPED = "escaped"  # something got past the gate in this period
    PASSABLE = "passable"  # the gate can be passed
    NOTHING = "nothing"


def need(score: Score) -> Need:
    """Of what began in the score's period or lasts in it."""
    occasions = {
        Need.UNACKNOWLEDGED: score.acknowledge.still,
        Need.BROKEN: score.resolve.still,
        Need.OWING: score.debts.still,
        Need.COMPLAINT: score.complaints_open,
        Need.ESCAPED: score.escaped,
        Need.PASSABLE: score.repositories - score.ready,
    }
    return next((one for one, count in occasions.items() if count), Need.NOTHING)


def by_attention(scores: Iterable[Score]) -> tuple[Score, ...]:
    """Those that need most come first; of equal ones those with more of it, and at last by name."""
    order = list(Need)
    return tuple(
        sorted(
            scores,
            key=lambda one: (
                order.index(need(one)),
                -one.resolve.still,
                -one.debt_weight,
                -one.escaped,
                -one.kept_waiting_hours,
                one.domain,
            ),
        )
    )
