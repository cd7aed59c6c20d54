"""How the teams of the simulated company behave, and how that changes through the year: most as ever, one better, one worse."""

from __future__ import annotations

from dataclasses import dataclass

from countersign.demo.year.company import Team

#: The one that learns, and the one that is asked for too much.
BETTER, WORSE = "checkout", "support"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """breaks: share of its contract changes that break something. answers: working hours until it answers as a reader. silent, objects:
    shares of requests. patience: working days that an author waits. overrides: share of stuck pull requests that are let pass.
    incidents: a month. acknowledges: minutes. repairs: hours."""

    breaks: float = 0.30
    answers: float = 6.0
    silent: float = 0.08
    objects: float = 0.08
    patience: float = 5.0
    overrides: float = 0.25
    incidents: float = 0.6
    acknowledges: float = 11.0
    repairs: float = 1.5


_OWN = {
    "payments": Manners(breaks=0.22, answers=3.0, incidents=0.4, acknowledges=5.0),
    "catalogue": Manners(breaks=0.38, answers=9.0, overrides=0.3),
    "logistics": Manners(answers=8.0, silent=0.12, incidents=0.9, repairs=2.5),
    "marketing": Manners(breaks=0.40, silent=0.15, patience=3.0, overrides=0.35, acknowledges=25.0),
    "finance": Manners(breaks=0.18, answers=4.0, objects=0.16, incidents=0.2),
    "identity": Manners(breaks=0.2, answers=5.0, silent=0.03, acknowledges=6.0),
    "growth": Manners(breaks=0.42, answers=10.0, silent=0.14, patience=3.0, overrides=0.3),
}


def manners(team: Team, gone: float) -> Manners:
    """gone: the share of the year that has gone, 0 to 1."""
    if team.name == BETTER:
        return _between(Manners(breaks=0.60, answers=14, silent=0.2, overrides=0.6, incidents=2.2, acknowledges=45, repairs=5), _BEST, gone)
    if team.name == WORSE:
        return _between(_BEST, Manners(breaks=0.65, answers=22, silent=0.3, overrides=0.6, incidents=2.6, acknowledges=70, repairs=7), gone)
    return _OWN.get(team.name, Manners())


_BEST = Manners(breaks=0.12, answers=3.0, silent=0.02, overrides=0.08, incidents=0.2, acknowledges=5.0, repairs=0.8)


def _between(first: Manners, last: Manners, gone: float) -> Manners:
    return Manners(**{name: (1 - gone) * getattr(first, name) + gone * getattr(last, name) for name in Manners.__slots__})
