"""Going back to the last known good, and forward again: pointers are moved under compare-and-swap, and a revert is proposed."""

from countersign.services.rolling_back.drills import drilled
from countersign.services.rolling_back.going import (
    cannot_be_undone,
    gave_up,
    going_back_of,
    in_flight,
    proposed_later,
    revert_settled,
    went_back,
    went_forward,
)
from countersign.services.rolling_back.switch import stopped, switch

__all__ = [
    "cannot_be_undone",
    "drilled",
    "gave_up",
    "going_back_of",
    "in_flight",
    "proposed_later",
    "revert_settled",
    "stopped",
    "switch",
    "went_back",
    "went_forward",
]
