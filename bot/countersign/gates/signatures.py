"""What a review signs, and why one does not count (GATE §4, A signature)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from countersign.gates.review_lines import Lines, lines_in, objects_until
from countersign.model.finding import Finding
from countersign.model.pull_request import Judgement, PullRequest, Review, ReviewState, Team
from countersign.model.signing import Signature
from countersign.model.verdict import Discounted, WhyNot

#: GATE §4: signatures lapse after 90 days.
LIFETIME = timedelta(days=90)
_EVER = datetime.min.replace(tzinfo=UTC)
#: States that say yes or no; a dismissed review has taken its answer back and nothing older stands in for it.
_OPINIONS = frozenset({ReviewState.APPROVED, ReviewState.CHANGES_REQUESTED, ReviewState.DISMISSED})


def members(names: Iterable[str], teams: Mapping[str, Team]) -> frozenset[str]:
    """Logins, in lower case, of everybody in these teams (``@org/team``), and of those people (``@login``) whom ``teams`` has as known."""
    return frozenset(login for name in names if name in teams for login in teams[name].members)


def latest_opinions(reviews: Iterable[Review]) -> tuple[Review, ...]:
    """Each person's latest approving, refusing or dismissed review, in the order given."""
    latest: dict[str, Review] = {}
    for review in sorted(reviews, key=lambda r: (r.submitted_at, r.id)):
        if review.state in _OPINIONS:
            latest[review.login.lower()] = review
    return tuple(sorted(latest.values(), key=lambda r: (r.submitted_at, r.id)))


@dataclass(frozen=True, slots=True)
class Objection:
    """A standing request for changes. until: the last second in which it un-signs; from then on governance decides."""

    login: str
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Reviews:
    """The reviews of one pull request, asked what they sign."""

    pull_request: PullRequest
    opinions: tuple[Review, ...]
    judgements: tuple[Judgement, ...]
    now: datetime

    def sign(self, finding: Finding, who: frozenset[str], *, after: datetime | None = None) -> Signature | None:
        """The signature of somebody in ``who`` that counts for the finding, from its ``since`` on.

        The latest date that anybody among them signed from holds for all of them: until then the first to name it is waited for.
        after: only reviews given later than that.
        """
        signatures = [
            self._signature(review, finding)
            for review in self.opinions
            if review.login.lower() in who
            and review.state is ReviewState.APPROVED
            and (after is None or review.submitted_at > after)
            and self.why_not(review, finding) is None
        ]
        return max(signatures, key=lambda one: one.since if one.since and one.since > self.now else _EVER, default=None)

    def objector(self, who: frozenset[str]) -> str:
        """A member who stands against the change, "" if nobody does."""
        return next((review.login for review in self._objecting(who)), "")

    def objection(self, who: frozenset[str], most_days: int) -> Objection | None:
        """The objection of somebody in ``who`` that holds the longest; None if nobody stands against the change.

        most_days: how far ahead of the review its end may be; one without a date, or with one before the review, runs so long.
        """
        found = [Objection(review.login, review.submitted_at, _end(review, most_days)) for review in self._objecting(who)]
        return max(found, key=lambda one: one.until, default=None)

    def _objecting(self, who: frozenset[str]) -> Iterator[Review]:
        for review in self.opinions:
            if review.state is ReviewState.CHANGES_REQUESTED and not review.bot and review.login.lower() in who:
                yield review

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
        lines = lines_in(review.body)
        if lines.unclear:
            return WhyNot.UNCLEAR
        if lines.signing and not lines.naming(finding.fingerprint):
            return WhyNot.NOT_THESE
        if self.now - review.submitted_at > LIFETIME:
            return WhyNot.LAPSED
        since = _since(lines, finding)
        if since is not None and since - review.submitted_at > LIFETIME:
            return WhyNot.TOO_FAR
        return self._unseen_at(review, finding.fingerprint)

    def _signature(self, review: Review, finding: Finding) -> Signature:
        return Signature(
            login=review.login,
            review=review.id,
            at=review.submitted_at,
            commit=review.commit,
            url=review.url,
            since=_since(lines_in(review.body), finding),
            elsewhere=review.elsewhere,
        )

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


def _since(lines: Lines, finding: Finding) -> datetime | None:
    """The day that the finding is signed from; of several, the latest."""
    return max((line.since for line in lines.naming(finding.fingerprint) if line.since), default=None)


def _end(review: Review, most_days: int) -> datetime:
    """The end of the day that an objection names, if that is not before the review and not too far ahead."""
    latest = datetime.combine((review.submitted_at + timedelta(days=most_days)).date(), time(23, 59, 59), review.submitted_at.tzinfo)
    named = objects_until(review.body)
    return min(named, latest) if named and named >= review.submitted_at else latest


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
                found.append(discount(review, barred, ()))
            continue
        reasons: dict[WhyNot, list[str]] = {}
        for finding in asked:
            why = reviews.why_not(review, finding)
            if why is not None:
                reasons.setdefault(why, []).append(finding.handle)
        found += [discount(review, why, tuple(dict.fromkeys(handles))) for why, handles in reasons.items()]
    return tuple(found)


def discount(review: Review, why: WhyNot, handles: tuple[str, ...]) -> Discounted:
    return Discounted(
        login=review.login,
        state=review.state,
        why=why,
        at=review.submitted_at,
        commit=review.commit,
        handles=handles,
        url=review.url,
        elsewhere=review.elsewhere,
    )
