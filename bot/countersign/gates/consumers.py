"""What one registered reader has answered: signed, signed from a day, objected, or nothing (GATE §4, A signature and Silence)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from countersign.gates.signatures import Objection, Reviews, discount, members
from countersign.gates.silence import silence, waiting_since
from countersign.model.consumer import Registration
from countersign.model.finding import Finding
from countersign.model.path import Path
from countersign.model.policy import Mode, OnSilence, Settings
from countersign.model.pull_request import Facts, ReviewState
from countersign.model.signing import Signature, Signer, SignerRole, Silence
from countersign.model.verdict import ClearedBy, Discounted, Judged, Reminder, WhyNot

#: An objection holds through the last second that it names.
_SECOND = timedelta(seconds=1)
Hits = tuple[tuple[Registration, tuple[Path, ...]], ...]


@dataclass(frozen=True, slots=True)
class Consumer:
    """One team (or person) that a finding hits, as a reader or as the manager of a data product. settings: of the finding's contract."""

    facts: Facts
    reviews: Reviews
    settings: Settings
    finding: Finding
    role: SignerRole
    team: str
    hits: Hits

    def signer(self) -> Signer:
        delegates = delegates_of(self.hits)
        who = members((self.team, *delegates), self.facts.teams)
        able = bool(who - {self.facts.pull_request.author.lower()}) or not self.facts.online
        signer = Signer(role=self.role, teams=(self.team,), hits=self.hits, delegates=delegates, nobody_can=not able)
        objection = self.reviews.objection(who, self.settings.review.objection_max_days)
        if objection:
            return self._objected(signer, objection, who)
        signature = self.reviews.sign(self.finding, who)
        return self._with(signer, signature) if signature else self._silent(signer)

    def _objected(self, signer: Signer, objection: Objection, who: frozenset[str]) -> Signer:
        """Nothing signs until its end; then governance decides, or the team itself, knowing of it."""
        objected = replace(signer, objector=objection.login, objects_until=objection.until, ask=(self.team,))
        if self.reviews.now <= objection.until:
            return replace(objected, decides_then=governance(self.facts))
        signature = self.reviews.sign(self.finding, who, after=objection.at) or self._decided(after=objection.until)
        deciding = replace(objected, deputies=governance(self.facts), ask=(self.team, *governance(self.facts)))
        return self._with(replace(deciding, objector="", objects_until=None), signature) if signature else deciding

    def _silent(self, signer: Signer) -> Signer:
        """No answer yet: its time runs, and once it is over the policy says what follows."""
        silent = self._silence(signer)
        if silent is None:
            return signer if signer.nobody_can else replace(signer, ask=(self.team,))
        reminded = silent.reminders[0] <= self.reviews.now
        ask = (self.team, *signer.delegates) if reminded else (self.team,)
        signer = replace(signer, silence=silent, ask=() if silent.over and silent.then is OnSilence.CONSENT else ask)
        if not silent.over or silent.then is not OnSilence.ESCALATE:
            return signer
        signer = replace(signer, deputies=governance(self.facts), ask=(*ask, *governance(self.facts)))
        signature = self._decided(after=silent.due)
        return self._with(replace(signer, silence=None), signature) if signature else signer

    def _silence(self, signer: Signer) -> Silence | None:
        """None where it means nothing: nobody is asked here, nobody could be, or it is a manager, who may hold."""
        request = self.facts.pull_request
        quiet = request.draft or self.facts.merge_group or not self.facts.online or self.settings.mode is Mode.OBSERVE
        if quiet or self.role is not SignerRole.CONSUMER or signer.nobody_can or self.team in self.facts.unreachable:
            return None
        since = waiting_since(
            self.finding.fingerprint,
            self.facts.asked.get(self.team, {}),
            self.facts.judgements,
            self.facts.reopened_at,
            self.reviews.now,
        )
        return silence([entry.criticality for entry, _ in self.hits], self.settings.review, since, self.reviews.now)

    def _decided(self, *, after: datetime) -> Signature | None:
        signature = self.reviews.sign(self.finding, members(governance(self.facts), self.facts.teams), after=after)
        return replace(signature, decided=True) if signature else None

    def _with(self, signer: Signer, signature: Signature) -> Signer:
        own = members((self.team,), self.facts.teams)
        if signature.decided or signature.login.lower() not in own:
            signature = replace(signature, instead_of=self.team)
        if signature.since and signature.since > self.reviews.now:
            return replace(signer, dated=signature, ask=())
        return replace(signer, signature=signature, ask=())


def governance(facts: Facts) -> tuple[str, ...]:
    """Who decides where a reader does not: those who may override, else the organisation's owners."""
    return facts.overrides.by or facts.organisation_owners


def delegates_of(hits: Hits) -> tuple[str, ...]:
    """Those whom every registration of the team that is hit names, so that an entry slipped in elsewhere gives nobody its signature."""
    named = [entry.delegates for entry, _ in hits]
    return tuple(one for one in named[0] if all(one in delegates for delegates in named)) if named else ()


def too_early(judged: Iterable[Judged], facts: Facts, reviews: Reviews) -> tuple[Discounted, ...]:
    """Good approvals that do not decide, because they were given before there was anything to decide."""
    signers = [(one.finding, signer) for one in judged for signer in one.signers]
    waiting = [(finding, signer) for finding, signer in signers if signer.deputies and not (signer.settled or signer.dated)]
    found: list[Discounted] = []
    for review in reviews.opinions:
        handles = [
            finding.handle
            for finding, signer in waiting
            if review.state is ReviewState.APPROVED
            and review.login.lower() in members((*signer.teams, *signer.delegates, *signer.deputies), facts.teams)
            and reviews.why_not(review, finding) is None
        ]
        if handles:
            found.append(discount(review, WhyNot.TOO_EARLY, tuple(dict.fromkeys(handles))))
    return tuple(found)


def reminders(judged: Iterable[Judged], facts: Facts, now: datetime) -> tuple[Reminder, ...]:
    """Those that are due: of each reader the latest moment that has passed. A secret team cannot be mentioned, so it is left out."""
    due: dict[datetime, list[tuple[Finding, Signer]]] = {}
    for one in judged:
        if one.cleared_by not in (ClearedBy.NOTHING, ClearedBy.SIGNATURES):
            continue
        for signer in one.signers:
            passed = [at for at in signer.silence.reminders if at <= now] if signer.silence else []
            away = facts.cannot_read & {*signer.teams}  # told in an issue of its own
            if passed and not away and not any(facts.teams[team].secret for team in signer.teams if team in facts.teams):
                due.setdefault(passed[-1], []).append((one.finding, signer))
    return tuple(Reminder(at=at, signers=tuple(signers)) for at, signers in sorted(due.items(), key=lambda pair: pair[0]))


def turning_points(signers: Sequence[Signer]) -> set[datetime]:
    """When time alone may change what a reader's answer, or its silence, means."""
    times: set[datetime] = set()
    for signer in signers:
        if signer.dated and signer.dated.since:
            times.add(signer.dated.since)
        if signer.objects_until:
            times.add(signer.objects_until + _SECOND)
        if signer.silence:
            times |= {signer.silence.due, *signer.silence.reminders}
    return times
