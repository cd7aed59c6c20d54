"""What readers who were passed over say afterwards, and when."""

from __future__ import annotations

from functools import partial

from countersign.demo.year.company import ORGANISATION
from countersign.demo.year.github import Standing
from countersign.demo.year.stage import Stage
from countersign.services.debts import debts_of

#: The share of the year after which one debt is forgotten, for eleven weeks of working hours.
_FORGOTTEN, _ELEVEN_WEEKS = 0.4, 11 * 5 * 10.0
#: Working hours until readers look at what was decided over their heads, and the share of them that ever do.
_LOOK, _SHARE = 60.0, 0.93


class Repayments:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._forgotten = False

    def owed(self, pull: Standing) -> bool:
        """Whether the pull request, merged just now, left debts. Each reader that was passed over will say that it can live with it."""
        debts = debts_of(self._stage.ports, pull.row.repository, pull.row.number)
        issue = self._stage.world.github.issue(pull.row.repository, f"countersign:debts:{pull.row.number}")
        if issue is not None:
            slow = self._slow()
            for name in sorted({name for debt in debts for name in debt.passed_over}):
                self._plan(name, pull, issue.number, slow)
        return bool(debts)

    def _slow(self) -> float:
        if not self._forgotten and self._stage.gone > _FORGOTTEN:
            self._forgotten = True
            return _ELEVEN_WEEKS
        return self._stage.drawn(_LOOK, 1.0)

    def _plan(self, name: str, pull: Standing, issue: int, slow: float) -> None:
        slug = name.removeprefix("@")
        team = self._stage.teams.get(slug.removeprefix(f"{ORGANISATION}/"))
        people = [one for one in (team.people if team else (slug,)) if one != pull.row.author]
        if people and self._stage.random.random() < _SHARE:
            login = self._stage.random.choice(people)
            self._stage.later(slow + self._stage.drawn(8.0), partial(self._accepts, login, pull.row.repository, pull.row.number, issue))

    def _accepts(self, login: str, repository: str, number: int, issue: int) -> None:
        handles = " ".join(f"C-{debt.fingerprint[:6]}" for debt in debts_of(self._stage.ports, repository, number))
        self._stage.world.comments(login, repository, issue, f"/countersign accept {handles}", issue=True)
