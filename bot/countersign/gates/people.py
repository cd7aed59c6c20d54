"""Who a reviewer is, whatever the account is called by now: GitHub keeps its number when it is renamed, and frees its old login."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from countersign.model.pull_request import Review, Team


def as_known(reviews: Iterable[Review], teams: Mapping[str, Team]) -> tuple[Review, ...]:
    """The reviews under the logins by which the teams know their givers.

    Whoever took a login that a member has given up gets one that no team can hold. Where either number is not known, the login decides.
    """
    logins = {user: login for team in teams.values() for login, user in team.users.items()}
    users = {login: user for user, login in logins.items()}
    return tuple(_as_known(review, logins, users) for review in reviews)


def _as_known(review: Review, logins: Mapping[int, str], users: Mapping[str, int]) -> Review:
    login = review.login.lower()
    if not review.user:
        return review
    if review.user in logins:
        return review if logins[review.user] == login else replace(review, login=logins[review.user])
    return replace(review, login=f"{review.login} (another account of that name)") if login in users else review
