"""What a review signs, and why one does not count (GATE §4, A signature)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from countersign.model.finding import Finding
from countersign.model.pull_request import Judgement, PullRequest, Review, ReviewState, Team
from countersign.model.verdict import Discounted, Signature, WhyNot

#: GATE §4: signatures lapse after 90 days.
LIFETIME = timedelta(days=90)
#: States that say yes or no; a dismissed review has taken its answer back and nothing older stands in for it.
_OPINIONS = frozenset({ReviewState.APPROVED, ReviewState.CHANGES_REQUESTED, ReviewState.DISMISSED})
_LINE = re.compile(r"^[ \t]*(?:[-*+][ \t]+)?countersign:(.*)$", re.MULTILINE | re.IGNORECASE)
_ONLY_HANDLES = re.compile(r"[ \t]*(?:C-[A-Za-z2-7]{6,16}[ \t,]*)+\.?[ \t]*", re.IGNORECASE)
_HANDLE = re.compile(r"C-([A-Za-z2-7]{6,16})", re.IGNORECASE)


def members(names: Iterable[str], teams: Mapping[str, Team]) -> frozenset[str]:
    """Logins, in lower case, of everybody in teams (``@org/team``) or named (``@login``)."""
    found: set[str] = set()
    for name in names:
        if "/" in name:
            team = teams.get(name)
            found |= team.members if team else frozenset()
        else:
            found.add(name.removeprefix("@").lower())
    return frozenset(found)


def handles_in(text: str) -> tuple[str, ...]:
    """The handles of a text, upper case and without ``C-``."""
    return tuple(match.upper() for match in _HANDLE.findall(text))


def latest_opinions(reviews: Iterable[Review]) -> tuple[Review, ...]:
    """Each person's latest approving, refusing or dismissed review, in the order given."""
    latest: dict[str, Review] = {}
    for review in sorted(reviews, key=lambda r: (r.submitted_at, r.id)):
        if review.state in _OPINIONS:
            latest[review.login.lower()] = review
    return tuple(sorted(latest.values(), key=lambda r: (r.submitted_at, r.id)))


@dataclass(frozen=True, slots=True)
class Reviews:
    """The reviews of one pull request, asked what they sign."""

    pull_request: PullRequest
    opinions: tuple[Review, ...]
    judgements: tuple[Judgement, ...]
    now: datetime

    def sign(self, finding: Finding, who: frozenset[str]) -> Signature | None:
        """The first signature of somebody in ``who`` that counts for the finding."""
        for review in self.opinions:
            if review.login.lower() in who and review.state is ReviewState.APPROVED and self.why_not(review, finding) is None:
                return Signature(login=review.login, review=review.id, at=review.submitted_at, commit=review.commit, url=review.url)
        return None

    def objector(self, who: frozenset[str]) -> str:
        """A member who stands against the change, "" if nobody does."""
        return next(
            (r.login for r in self.opinions if r.state is ReviewState.CHANGES_REQUESTED and not r.bot and r.login.lower() in who),
            "",
        )

    def barred(self, login: str, *, bot: bool = False) -> WhyNot | None:
        """Why nothing that this person approves here can count, whichever team it is in."""
        if login.lower() == self.pull_request.author.lower():
            return WhyNot.AUTHOR
        if bot:
            return WhyNot.BOT
        return WhyNot.COMMITTER if login.lower() in self.pull_request.committers else None

    def why_not(self, review: Review, finding: Finding) -> WhyNot | None:
        """Why an approval does not sign the finding; None if it does."""
        barred = self.barred(review.login, bot=review.bot)
        if barred:
            return barred
        if review.state is ReviewState.DISMISSED:
            return WhyNot.DISMISSED
        lines = _LINE.findall(review.body.replace("\r", "\n"))
        if not all(_ONLY_HANDLES.fullmatch(line) for line in lines):
            return WhyNot.UNCLEAR
        if lines and not any(finding.fingerprint.startswith(handle) for line in lines for handle in handles_in(line)):
            return WhyNot.NOT_THESE
        if self.now - review.submitted_at > LIFETIME:
            return WhyNot.LAPSED
        return self._unseen_at(review, finding.fingerprint)

    def _unseen_at(self, review: Review, fingerprint: str) -> WhyNot | None:
        """Whether the finding stood in a published check at the commit that was approved, without a gap since."""
        gap = max((i for i, j in enumerate(self.judgements) if fingerprint not in j.fingerprints), default=-1)
        there = [i for i, j in enumerate(self.judgements) if j.head == review.commit and fingerprint in j.fingerprints]
        since = [i for i in there if i > gap]
        if any(self.judgements[i].published_at <= review.submitted_at for i in since):
            return None
        if since or (not there and review.commit == self.pull_request.head):
            return WhyNot.BEFORE_PUBLISHED
        return WhyNot.RETURNED if there else WhyNot.OTHER_COMMIT


def discounted(reviews: Reviews, needed: Sequence[tuple[Finding, frozenset[str]]]) -> tuple[Discounted, ...]:
    """The approvals that do not count, each with its reason.

    needed: every finding that waits for signatures, with the logins that may give one.
    """
    found: list[Discounted] = []
    for review in reviews.opinions:
        if not needed or review.state is ReviewState.CHANGES_REQUESTED:
            continue
        asked = [finding for finding, who in needed if review.login.lower() in who]
        barred = reviews.barred(review.login, bot=review.bot)
        if barred is None and not asked:
            barred = WhyNot.OUTSIDER
        if barred is not None:
            if review.state is ReviewState.APPROVED:
                found.append(_discount(review, barred, ()))
            continue
        reasons: dict[WhyNot, list[str]] = {}
        for finding in asked:
            why = reviews.why_not(review, finding)
            if why is not None:
                reasons.setdefault(why, []).append(finding.handle)
        found += [_discount(review, why, tuple(dict.fromkeys(handles))) for why, handles in reasons.items()]
    return tuple(found)


def _discount(review: Review, why: WhyNot, handles: tuple[str, ...]) -> Discounted:
    return Discounted(
        login=review.login,
        state=review.state,
        why=why,
        at=review.submitted_at,
        commit=review.commit,
        handles=handles,
        url=review.url,
    )
