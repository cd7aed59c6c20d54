"""Which debts are settled, and who may settle them: the readers that were passed over, each for itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from countersign.gates.signatures import members
from countersign.model.debt import Debt, DebtAnswer
from countersign.model.pull_request import Team


@dataclass(frozen=True, slots=True)
class DebtStanding:
    """open: whose answer is missing. rejected: answers that the producer has to put right. Settled with neither."""

    debt: Debt
    open: tuple[str, ...]
    rejected: tuple[DebtAnswer, ...]

    @property
    def settled(self) -> bool:
        return not self.open and not self.rejected


def standing(debts: Iterable[Debt], answers: Sequence[DebtAnswer]) -> tuple[DebtStanding, ...]:
    """A team's latest answer counts, so that a rejection can be taken back once it was repaired."""
    latest = {(answer.fingerprint, answer.team): answer for answer in answers}
    found = []
    for debt in debts:
        given = {team: latest.get((debt.fingerprint, team)) for team in debt.passed_over}
        rejected = tuple(answer for answer in given.values() if answer is not None and not answer.accepted)
        found.append(DebtStanding(debt, tuple(team for team, answer in given.items() if answer is None), rejected))
    return tuple(found)


def barred(debt: Debt, login: str, user: int) -> bool:
    """Who wrote the change or let it pass. user: GitHub's number of the account; 0 if not known."""
    return login.lower() in debt.barred or user in debt.users


def speaks_for(debt: Debt, login: str, user: int, teams: Mapping[str, Team]) -> tuple[str, ...]:
    """The passed-over readers that this person may answer for. login: as the teams know the account."""
    if barred(debt, login, user):
        return ()
    return tuple(name for name in debt.passed_over if login.lower() in members((name,), teams))
