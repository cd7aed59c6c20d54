"""Pull requests of the simulated company: how they are opened, answered, and brought to an end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from countersign.demo.year import edits
from countersign.demo.year.company import ORGANISATION, Team
from countersign.demo.year.contracts import Contract, announced, raised, text
from countersign.demo.year.edits import Edit
from countersign.demo.year.founding import GOVERNORS, POLICY, UNHELD
from countersign.demo.year.github import Standing
from countersign.demo.year.manners import Manners
from countersign.demo.year.repayments import Repayments
from countersign.demo.year.stage import Stage
from countersign.demo.year.world import Refused
from countersign.model.pull_request import ReviewState
from countersign.ports import GitTrouble

#: Working hours between two looks that an author takes at a pull request that is blocked.
_LOOK = 9.0


class PullRequests:
    """Plays pull requests on the stage. landed: told of each contract change that was let pass unsigned, by (team, contract)."""

    def __init__(self, stage: Stage, landed: Callable[[Team, str], None]) -> None:
        self._stage = stage
        self._random = stage.random
        self._landed = landed
        self._edits: dict[tuple[str, int], tuple[Team, Edit]] = {}
        self._count = 0
        self._repayments = Repayments(stage)
        stage.world.github.on_request = self._requested

    # -- kinds ---------------------------------------------------------------------------------------------------------------

    def chore(self, team: Team) -> None:
        """Work that touches no contract."""
        self._count += 1
        repository = self._random.choice(team.repositories)
        file = f"src/part_{self._count % 40:02}.sql"
        pull = self._opens(team, repository, f"Tidy up {file}", {file: f"-- {self._count}\nselect 1;\n"})
        self._merge_soon(team, pull, 3.0)

    def harmless(self, team: Team) -> None:
        contract = self._free(team)
        if contract is not None:
            self._merge_soon(team, self._propose(team, edits.harmless(contract, self._random)), 4.0)

    def breaking(self, team: Team) -> None:
        contract = self._free(team)
        if contract is not None:
            self._wait(team, self._propose(team, edits.breaking(contract, self._random)))

    def announced(self, team: Team) -> None:
        """A field is announced to go, and goes when the notice has run."""
        contract = self._free(team)
        names = edits.removable(contract) if contract else []
        if contract is None or not names:
            return
        name = self._random.choice(names)
        day = (self._stage.now + timedelta(days=31)).date().isoformat()
        edit = Edit(f"Announce the end of {name}", raised(announced(contract, name, day), breaking=False), name)
        self._merge_soon(team, self._propose(team, edit), 4.0)

        def removed() -> None:
            now = self._stage.contracts[contract.id]
            if contract.id in self._stage.busy or name not in {one for one, _ in now.going}:
                self._stage.later(20.0, removed)
            else:
                self._wait(team, self._propose(team, edits.remove(now, name)))

        self._stage.after(timedelta(days=self._random.uniform(32, 45)), removed)

    def promised(self, team: Team, name: str) -> None:
        """A contract that there was none of."""
        self._merge_soon(team, self._propose(team, Edit(f"Promise {name}", self._stage.contracts[name])), 6.0)

    def loosening(self, team: Team) -> None:
        """Somebody would rather not be asked; the gate says no, and that is that."""
        repository = team.repositories[0]
        policy = self._stage.world.git.text(repository, POLICY)
        pull = self._opens(
            team, repository, "Less noise from the gate", {POLICY: policy.replace("publishes:", "mode: observe\npublishes:", 1)}
        )
        self._stage.later(_LOOK, lambda: self._give_up(pull))

    def in_a_hurry(self, team: Team, name: str) -> None:
        """It must land tonight, and two owners break the glass."""
        contract = self._stage.contracts[name]
        pull = self._propose(team, edits.breaking(contract, self._random))
        for login in [one for one in team.people if one != pull.row.author][:2]:
            self._stage.world.comments(login, pull.row.repository, pull.row.number, '/countersign break-glass "orders are being lost"')
        self._merge(team, pull)

    # -- opening -------------------------------------------------------------------------------------------------------------

    def _free(self, team: Team) -> Contract | None:
        """One of the team's that nobody is changing."""
        free = [one.id for one in team.contracts if one.id not in self._stage.busy]
        return self._stage.contracts[self._random.choice(free)] if free else None

    def _propose(self, team: Team, edit: Edit) -> Standing:
        contract = edit.after
        self._stage.busy.add(contract.id)
        repository = self._stage.homes[contract.id]
        return self._opens(team, repository, edit.title, {contract.file: text(contract)}, edit)

    def _opens(self, team: Team, repository: str, title: str, files: Mapping[str, str | None], edit: Edit | None = None) -> Standing:
        author = self._random.choice(team.people)
        number = self._stage.world.github.peek_number(repository)
        if edit is not None:
            self._edits[repository, number] = team, edit
        return self._stage.world.opens(author, repository, title, files)

    # -- readers answer ------------------------------------------------------------------------------------------------------

    def _requested(self, repository: str, number: int, whom: Sequence[str]) -> None:
        """GitHub asks teams and people to review."""
        for name in whom:
            slug = name.removeprefix("@")
            team = self._stage.teams.get(slug.removeprefix(f"{ORGANISATION}/"))
            manners = self._stage.manners(team) if team else Manners()
            people = team.people if team else GOVERNORS if "/" in slug else (slug,)
            self._answer_later(repository, number, people, manners)

    def _answer_later(self, repository: str, number: int, people: Sequence[str], manners: Manners) -> None:
        if self._random.random() < manners.silent:
            return
        objects = self._random.random() < manners.objects

        def answer() -> None:
            pull = self._stage.world.github.pulls[repository, number]
            able = [one for one in people if one != pull.row.author]
            if pull.row.state != "open" or not able:
                return
            login = self._random.choice(able)
            said = ReviewState.CHANGES_REQUESTED if objects else ReviewState.APPROVED
            self._stage.world.reviews(login, pull, said, "What would we show instead?" if objects else "")
            if objects and self._random.random() < 0.6:
                self._stage.later(self._random.uniform(9, 40), lambda: self._comes_round(login, pull))
            self._look_soon(pull)

        self._stage.later(self._stage.drawn(manners.answers), answer)

    def _comes_round(self, login: str, pull: Standing) -> None:
        if pull.row.state == "open":
            self._stage.world.reviews(login, pull, ReviewState.APPROVED)
            self._look_soon(pull)

    # -- authors wait --------------------------------------------------------------------------------------------------------

    def _look_soon(self, pull: Standing) -> None:
        if pull.passes and (found := self._edits.get((pull.row.repository, pull.row.number))):
            self._merge_soon(found[0], pull, 1.5)

    def _wait(self, team: Team, pull: Standing) -> None:
        """Look once a working day, until it passes or patience ends."""
        patience = self._stage.drawn(self._stage.manners(team).patience, 0.4)

        def look(days: int) -> None:
            if pull.row.state != "open":
                return
            if pull.passes:
                self._merge(team, pull)
            elif days < patience:
                self._stage.later(_LOOK, lambda: look(days + 1))
            else:
                self._decide(team, pull)

        self._stage.later(_LOOK, lambda: look(1))

    def _decide(self, team: Team, pull: Standing) -> None:
        """Patience has ended: let it pass, hold it for a false alarm, take the way that hurts nobody, wait on, or give up."""
        _, edit = self._edits[pull.row.repository, pull.row.number]
        manners, drawn = self._stage.manners(team), self._random.random()
        if pull.row.repository in UNHELD and pull.row.repository not in self._stage.world.github.protected:
            self._merge(team, pull)
        elif drawn < manners.overrides:
            until = (self._stage.now + timedelta(days=7)).date().isoformat()
            self._say(
                self._random.choice(GOVERNORS),
                pull,
                "override",
                f'--reason "agreed in the council, {team.name} pays it back" --until {until}',
            )
            self._go_on(team, pull, 1.0)
        elif drawn < manners.overrides + 0.06:
            for login in (next(one for one in team.people if one != pull.row.author), self._random.choice(GOVERNORS)):
                self._say(login, pull, "dispute", '"no reader can tell the difference"')
            self._go_on(team, pull, 1.0)
        elif drawn < manners.overrides + 0.4 and edit.gentle is not None:
            self._go_gently(team, pull, edit.gentle)
        elif drawn < 0.8:
            self._wait(team, pull)
        else:
            self._give_up(pull)

    def _go_gently(self, team: Team, pull: Standing, gentle: Contract) -> None:
        """The new beside the old, on the same branch."""
        key = pull.row.repository, pull.row.number
        self._edits[key] = team, Edit(self._edits[key][1].title, gentle)
        self._stage.world.pushes(pull.row.author, pull, {gentle.file: text(gentle)})
        self._go_on(team, pull, 3.0)

    def _go_on(self, team: Team, pull: Standing, hours: float) -> None:
        """Merge in some hours, if it passes now."""
        if pull.passes:
            self._merge_soon(team, pull, hours)
        else:
            self._wait(team, pull)

    def _say(self, login: str, pull: Standing, verb: str, rest: str) -> None:
        """A command about all that the check shows."""
        judgements = self._stage.records.judgements(pull.row.repository, pull.row.number)
        handles = " ".join(f"C-{one[:6]}" for one in sorted(judgements[-1].fingerprints))
        self._stage.world.comments(login, pull.row.repository, pull.row.number, f"/countersign {verb} {handles} {rest}")

    # -- ends ----------------------------------------------------------------------------------------------------------------

    def _merge_soon(self, team: Team, pull: Standing, hours: float) -> None:
        def merge() -> None:
            if pull.row.state == "open":
                end = self._merge if pull.passes else self._wait
                end(team, pull)

        self._stage.later(self._stage.drawn(hours), merge)

    def _merge(self, team: Team, pull: Standing) -> None:
        passed = pull.passes
        try:
            self._stage.world.merges(self._random.choice(team.people), pull)
        except (Refused, GitTrouble):
            self._give_up(pull)
            return
        found = self._edits.get((pull.row.repository, pull.row.number))
        if found is None:
            return
        contract = found[1].after
        self._stage.contracts[contract.id] = contract
        self._stage.busy.discard(contract.id)
        if self._repayments.owed(pull) or not passed:
            self._landed(team, contract.id)

    def _give_up(self, pull: Standing) -> None:
        if pull.row.state != "open":
            return
        self._stage.world.closes(pull.row.author, pull)
        found = self._edits.get((pull.row.repository, pull.row.number))
        if found is not None:
            self._stage.busy.discard(found[1].after.id)
