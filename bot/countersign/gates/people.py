"""Who somebody is, whatever the account is called by now: GitHub keeps its number when it is renamed, and frees its old login."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from countersign.model.pull_request import Facts, Review, Team


@dataclass(frozen=True, slots=True)
class People:
    """The accounts in teams, as far as their numbers are known. logins: number -> login, in lower case."""

    logins: Mapping[int, str]

    @classmethod
    def of(cls, teams: Mapping[str, Team]) -> People:
        return cls({user: login for team in teams.values() for login, user in team.users.items()})

    def login(self, login: str, user: int) -> str:
        """The login by which the teams know the account; as given where either number is not known.

        Whoever took a login that a member has given up gets one that no team can hold.
        """
        if not user:
            return login
        if user in self.logins:
            known = self.logins[user]
            return login if known == login.lower() else known
        return f"{login} (another account of that name)" if login.lower() in self.logins.values() else login

    def reviews(self, reviews: Iterable[Review]) -> tuple[Review, ...]:
        return tuple(replace(review, login=self.login(review.login, review.user)) for review in reviews)


def as_known(facts: Facts) -> Facts:
    """With everybody who said something, and everybody who is barred, under the login by which the teams know the account."""
    people, request = People.of(facts.teams), facts.pull_request
    barred = {people.logins[user] for user in request.users if user in people.logins}
    return replace(
        facts,
        pull_request=replace(request, committers=request.committers | barred),
        reviews=people.reviews(facts.reviews),
        given_overrides=tuple(replace(one, by=people.login(one.by, one.user)) for one in facts.given_overrides),
        statements=tuple(replace(one, by=people.login(one.by, one.user)) for one in facts.statements),
    )
