"""People of the simulated company who see a number that cannot be right, and say so."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from countersign.demo.year.company import ORGANISATION, Asset, Team
from countersign.demo.year.stage import Stage
from countersign.model.complaint import Complainer, Said
from countersign.services.complaints import complain

_SEEN = (
    "Half of yesterday is missing.",
    "The total is a hundred times what it was.",
    "It has been empty since this morning.",
    "Two tiles of the same page disagree.",
)


class Complaints:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._random = stage.random

    def about(self, contract: str, share: float) -> None:
        """Each team that builds something on the contract says so within the day, so many of them as ``share`` says."""
        for team in self._stage.teams.values():
            built = [asset for asset in team.assets if contract in asset.on]
            if built and team.name != self._stage.contracts[contract].domain and self._random.random() < share:
                hours = self._random.uniform(0.5, 6)
                self._stage.after(timedelta(hours=hours), partial(self._says, team, self._random.choice(built), contract))

    def _says(self, team: Team, asset: Asset, contract: str) -> None:
        login = self._random.choice(team.people)
        said = Said(
            seen=self._random.choice(_SEEN),
            asset=asset.name,
            contract=f"{self._stage.homes[contract]}#{contract}",
            since=self._stage.now.date().isoformat(),
            who=login,
        )
        here = frozenset({ORGANISATION})
        answer = complain(self._stage.ports, said, Complainer(name=login, organisations=here, leads=frozenset(), login=login))
        if answer.complaint is None:
            raise RuntimeError(f"the complaint about {contract} was not taken: {answer.refusal}")
        self._stage.world.engine.work()
        self._stage.later(self._stage.drawn(12.0), partial(self._answered, answer.complaint.repository, answer.complaint.id))

    def _answered(self, repository: str, complaint: str) -> None:
        """Whoever answers for the data closes the issue. One about an incident ends with it."""
        issue = self._stage.world.github.issue(repository, f"countersign:complaint:{complaint}")
        if issue is not None:
            issue.open = False
