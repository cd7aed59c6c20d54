"""A pause of the gate: what was switched off, by whom, and until when, so that it can be put back from the issue alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

#: Nobody should find a gate open on the day after.
LONGEST = timedelta(hours=24)


class Switch(StrEnum):
    RULESET = "ruleset"  # a ruleset that holds our check alone is set to evaluate
    CHECK = "check"  # out of a ruleset that holds other rules too, our check alone is taken
    CLASSIC = "classic"  # our check alone is taken off classic protection's list


@dataclass(frozen=True, slots=True, kw_only=True)
class Switched:
    """One thing that a pause switches off. home: a repository or an organisation. ruleset: 0 and name "" for classic protection, which has
    a branch instead. app: to which App our check was pinned, None if to none. strict: its rule wanted branches up to date."""

    switch: Switch
    home: str
    app: int | None = None
    ruleset: int = 0
    name: str = ""
    branch: str = ""
    strict: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    organisation: str
    by: str
    reason: str
    since: datetime
    until: datetime
    switched: tuple[Switched, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What became of one thing that was switched off. trouble: "" if the check is required there again."""

    switched: Switched
    trouble: str = ""
