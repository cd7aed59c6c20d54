"""The gate of a pull request: what blocks it, what has cleared it, and who must act next. GATE §3 and §4 are its law."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from countersign.gates.break_glass import break_glass
from countersign.gates.circle import Circle
from countersign.gates.consumers import Consumer, reminders, too_early
from countersign.gates.disputes import dispute
from countersign.gates.elsewhere import as_reviews
from countersign.gates.engines import as_read, hurts
from countersign.gates.expectations import spared
from countersign.gates.holds import holds_of, refused_holds, standing_holds
from countersign.gates.next_steps import ask, not_asked, waiting_for, wake_at
from countersign.gates.notices import notice_standing, open_call
from countersign.gates.outsiders import read_by_others
from countersign.gates.overrides import Overrides, weigh
from countersign.gates.people import as_known
from countersign.gates.refused_statements import refused
from countersign.gates.registrations import hits, readers_of
from countersign.gates.signatures import Reviews, discounted, latest_opinions, members
from countersign.gates.suspects import connected, suspected
from countersign.model.consumer import Registration
from countersign.model.finding import Finding, Level, Question
from countersign.model.path import Path
from countersign.model.policy import Mode, Settings
from countersign.model.pull_request import ContractFacts, Facts, Standing, Statement
from countersign.model.signing import Signer, SignerRole
from countersign.model.verdict import ClearedBy, Conclusion, Judged, NoticeState, RefusedHold, Verdict

#: What people have let pass, so that it must still stand when the check turns green.
_BY_PEOPLE = frozenset({ClearedBy.SIGNATURES, ClearedBy.OVERRIDE, ClearedBy.DISPUTE, ClearedBy.BREAK_GLASS})


def judge(facts: Facts, now: datetime) -> Verdict:
    """The verdict on one pull request at one moment of the calendar."""
    if not facts.touched:
        return Verdict(
            pull_request=facts.pull_request, conclusion=Conclusion.SUCCESS, touched=False, mode=facts.settings.mode, online=facts.online
        )
    facts = as_known(facts)
    gate = _Gate.of(facts, now)
    judged = tuple(sorted((gate.weigh(finding) for finding in gate.findings), key=_strictest_first))
    standing = [one for one in judged if not one.cleared]
    mode = _strictest_mode(facts, judged)
    waits = facts.below is not None and not facts.below.passes
    asked = () if facts.pull_request.draft or facts.merge_group else ask(standing)
    return Verdict(
        pull_request=facts.pull_request,
        conclusion=_conclude(standing, mode, waits=waits),
        touched=True,
        would_block=bool(standing) or waits,
        mode=mode,
        judged=judged,
        contracts=facts.contracts,
        not_asked=not_asked(facts, judged),
        discounted=(*discounted(gate.reviews, gate.needed(judged)), *too_early(judged, facts, gate.reviews)),
        refused_overrides=gate.overrides.refused,
        refused_statements=refused(facts.statements, judged, gate.circle, gate.reviews, now),
        refused_holds=gate.refused_holds(judged),
        waiting_for=waiting_for(standing),
        ask=tuple(name for name in asked if name not in facts.cannot_read),
        ask_elsewhere=tuple(name for name in asked if name in facts.cannot_read),
        reminders=reminders(judged, facts, now),
        secret={name: team.members for name, team in facts.teams.items() if team.secret},
        wake_at=wake_at(judged, facts, now),
        overrides=facts.overrides,
        confirm=not standing and any(one.cleared_by in _BY_PEOPLE for one in judged),
        below=facts.below,
        online=facts.online,
        connected=connected(facts.evidence, now),
        remarks=facts.remarks,
        renamed=facts.renamed,
        shared=frozenset(name for name, team in facts.teams.items() if team.shared and not team.secret),
        unknown={name: team.nearest for name, team in facts.teams.items() if not team.known},
    )


@dataclass(frozen=True, slots=True)
class _Gate:
    """What is the same for every finding of the pull request."""

    facts: Facts
    now: datetime
    contracts: dict[str, ContractFacts]
    findings: tuple[Finding, ...]
    reviews: Reviews
    overrides: Overrides
    holds: tuple[Statement, ...]

    @classmethod
    def of(cls, facts: Facts, now: datetime) -> _Gate:
        contracts = {contract.id: contract for contract in facts.contracts}
        findings = tuple(_levelled(finding, contracts, facts.settings) for finding in facts.findings)
        given = (*facts.reviews, *as_reviews(facts.statements, facts.judgements))
        reviews = Reviews(facts.pull_request, latest_opinions(given), facts.judgements, now)
        entitled = members(facts.overrides.by, facts.teams)
        overrides = weigh(facts.given_overrides, findings, facts.overrides, entitled, reviews, now)
        return cls(facts, now, contracts, findings, reviews, overrides, holds_of(facts.statements))

    def weigh(self, finding: Finding) -> Judged:
        """One finding, and what it needs."""
        contract = self.contracts.get(finding.contract)
        mode = _mode(finding, contract.settings if contract else self.facts.settings)
        current, confirming = (contract.readers, contract.confirming) if contract else ((), ())
        readers = readers_of(finding, current, self.facts.frozen, self.now, confirming=confirming)
        hit = hits(finding, readers)
        told = tuple(h.reader for h in hit if h.reader.standing is not Standing.COUNTS and hurts(finding, h))
        finding, counting, through = as_read(finding, [h for h in hit if h.reader.standing is Standing.COUNTS])
        # What is put back to the letter has the very version that it always had.
        harmless = not finding.level.blocks or (self.facts.own_revert and finding.rule == "version-not-raised")
        if harmless:
            return Judged(finding=finding, mode=mode, cleared_by=ClearedBy.HARMLESS, told=tuple(h.reader for h in hit))
        unharmed = [h for h in counting if spared(h, finding, contract.fields if contract else ())]
        signers = self._signers(finding, contract, [(h.reader.registration, h.fields) for h in counting if h not in unharmed])
        signed = bool(signers) and all(signer.settled for signer in signers)
        holds = standing_holds(finding, signers, self.holds, self.facts.teams, most_days=self._longest_objection(finding), now=self.now)
        judged = Judged(
            finding=finding,
            mode=mode,
            cleared_by=ClearedBy.NOTHING,
            signers=signers,
            holds=holds,
            told=told,
            unharmed=tuple((h.reader.registration, h.fields) for h in unharmed),
            read_through=tuple((h.reader.registration, h.fields) for h in through),
        )
        waited = True
        if finding.question is Question.EXISTENCE and not self.facts.own_revert:
            read = read_by_others(signers, contract.owners if contract else self.facts.owners, self.facts)
            settings = contract.settings if contract else self.facts.settings
            suspects = suspected(finding, contract)
            themselves = read and signed and not suspects and all(signer.signed_itself for signer in signers)
            standing = notice_standing(finding, settings.notice, self.facts.notices, all_signed=themselves, now=self.now)
            call = None if read else open_call(finding, settings.notice, self.facts.judgements, self.now)
            waited = standing.state in (NoticeState.OVER, NoticeState.NOT_NEEDED) and (call is None or call.over)
            judged = replace(judged, notice=standing, open_call=call, suspects=suspects)
        override = self.overrides.covering.get(finding.fingerprint)
        if contract and contract.blocks_nobody:
            return replace(judged, cleared_by=ClearedBy.DRAFT)
        judged = self._agreements(judged, contract)
        if judged.dispute and judged.dispute.agreed:
            return replace(judged, cleared_by=ClearedBy.DISPUTE)
        if override:
            return replace(judged, cleared_by=ClearedBy.OVERRIDE, override=override)
        if finding.fingerprint in self.facts.passed_elsewhere:
            return replace(judged, cleared_by=ClearedBy.MERGE_GROUP)
        if signed and waited and not holds:
            return replace(judged, cleared_by=ClearedBy.SIGNATURES)
        return replace(judged, cleared_by=ClearedBy.BREAK_GLASS) if judged.glass and judged.glass.until else judged

    def _agreements(self, judged: Judged, contract: ContractFacts | None) -> Judged:
        """With how a break-glass and a dispute stand. At a desk nobody knows of either."""
        if not self.facts.online:
            return judged
        rules = (contract.settings if contract else self.facts.settings).break_glass
        circle, statements = self.circle(judged.finding), self.facts.statements
        return replace(
            judged,
            glass=break_glass(judged.finding, statements, rules, circle, self.now),
            dispute=dispute(judged.finding, statements, circle),
        )

    def circle(self, finding: Finding) -> Circle:
        """Who may break the glass for the finding, and dispute it."""
        return Circle.of(self.facts, self.contracts.get(finding.contract), self.reviews)

    def _signers(
        self, finding: Finding, contract: ContractFacts | None, hit: list[tuple[Registration, tuple[Path, ...]]]
    ) -> tuple[Signer, ...]:
        """Whose signatures the finding needs; none if only a repair or an override can clear it."""
        if finding.level is Level.INVALID or finding.rule == "gate-loosened":
            return ()
        if finding.team:
            return (self._team(finding, contract, SignerRole.NAMED, finding.team),)
        if finding.question is Question.GATE:  # never its own repository's owners: they would agree with themselves
            able = self._can_sign(finding.any_of)
            role, teams = (SignerRole.NAMED, finding.any_of) if able else (SignerRole.ORGANISATION, self.facts.organisation_owners)
            return (self._signed(finding, role, teams),)
        if finding.level is Level.UNSEEN or not hit:
            return (self._owners(finding, contract),)
        by_team: dict[tuple[str, SignerRole], list[tuple[Registration, tuple[Path, ...]]]] = {}
        for registration, fields in hit:
            role = SignerRole.MANAGER if registration.product else SignerRole.CONSUMER
            by_team.setdefault((registration.team, role), []).append((registration, fields))
        return tuple(self._team(finding, contract, role, team, tuple(entries)) for (team, role), entries in sorted(by_team.items()))

    def _team(
        self,
        finding: Finding,
        contract: ContractFacts | None,
        role: SignerRole,
        team: str,
        entries: tuple[tuple[Registration, tuple[Path, ...]], ...] = (),
    ) -> Signer:
        """A team's own signature; the owners' if the author is its only member. An empty or unknown team hands its say to nobody."""
        if members((team,), self.facts.teams) != {self.facts.pull_request.author.lower()}:
            if role not in (SignerRole.CONSUMER, SignerRole.MANAGER):
                return self._signed(finding, role, (team,), entries)
            settings = contract.settings if contract else self.facts.settings
            settings = replace(settings, mode=_mode(finding, settings))
            return Consumer(self.facts, self.reviews, settings, finding, role, team, entries).signer()
        return replace(self._owners(finding, contract), hits=entries, stands_in_for=team)

    def _owners(self, finding: Finding, contract: ContractFacts | None) -> Signer:
        owners = contract.owners if contract else self.facts.owners
        if self._can_sign(owners):
            return self._signed(finding, SignerRole.OWNERS, owners)
        return self._signed(finding, SignerRole.ORGANISATION, self.facts.organisation_owners)

    def _can_sign(self, teams: tuple[str, ...]) -> bool:
        """Somebody but the author is in them. At a desk nobody knows who is in a team, so a team that is named can."""
        return bool(self._others(teams)) or (not self.facts.online and bool(teams))

    def _others(self, names: Iterable[str]) -> frozenset[str]:
        """The people of these teams without the author. Committers stay in: an author could forge them to be rid of a reader."""
        return members(names, self.facts.teams) - {self.facts.pull_request.author.lower()}

    def _signed(
        self, finding: Finding, role: SignerRole, teams: tuple[str, ...], entries: tuple[tuple[Registration, tuple[Path, ...]], ...] = ()
    ) -> Signer:
        who = members(teams, self.facts.teams)
        given = self.reviews.sign(finding, who)
        later = given is not None and given.since is not None and given.since > self.now
        objector = self.reviews.objector(who)
        able = self._can_sign(teams)
        return Signer(
            role=role,
            teams=teams,
            hits=entries,
            signature=None if later else given,
            dated=given if later else None,
            objector=objector,
            nobody_can=not able,
            ask=teams if able and (given is None or objector) else (),
        )

    def _longest_objection(self, finding: Finding) -> int:
        contract = self.contracts.get(finding.contract)
        return (contract.settings if contract else self.facts.settings).review.objection_max_days

    def refused_holds(self, judged: Sequence[Judged]) -> tuple[RefusedHold, ...]:
        most_days = {one.finding.fingerprint: self._longest_objection(one.finding) for one in judged}
        return refused_holds(judged, self.holds, self.facts.teams, most_days=most_days)

    def needed(self, judged: Iterable[Judged]) -> list[tuple[Finding, frozenset[str]]]:
        """Every finding that wants signatures, with those who may give one."""
        return [
            (
                one.finding,
                members([n for signer in one.signers for n in (*signer.teams, *signer.delegates, *signer.deputies)], self.facts.teams),
            )
            for one in judged
            if one.signers
        ]


def _levelled(finding: Finding, contracts: dict[str, ContractFacts], settings: Settings) -> Finding:
    """The finding at the level that the policy gives its rule. The gate's own rules, and what cannot be read, can only be raised."""
    contract = contracts.get(finding.contract)
    level = (contract.settings if contract else settings).levels.get(finding.rule)
    if level is None:
        return finding
    fixed = finding.question in (Question.GATE, Question.FORM)
    if fixed and level.rank > finding.level.rank:
        return finding
    return replace(finding, level=level, engines=finding.engines if level.blocks else ())


def _mode(finding: Finding, settings: Settings) -> Mode:
    """The rule's own mode if the policy gives it one. What cannot be read, and what loosens the gate, goes by the contract's."""
    if finding.question in (Question.GATE, Question.FORM):
        return settings.mode
    return settings.modes.get(finding.rule, settings.mode)


def _conclude(standing: Sequence[Judged], mode: Mode, *, waits: bool) -> Conclusion:
    """waits: for the pull request that it is stacked on."""
    if any(one.mode is Mode.ENFORCE for one in standing) or (waits and mode is Mode.ENFORCE):
        return Conclusion.FAILURE
    return Conclusion.NEUTRAL if standing or waits else Conclusion.SUCCESS


def _strictest_mode(facts: Facts, judged: Sequence[Judged]) -> Mode:
    """The mode under which the pull request stands: the strictest among what it touches."""
    modes = {one.mode for one in judged} | {contract.settings.mode for contract in facts.contracts} or {facts.settings.mode}
    return next(mode for mode in (Mode.ENFORCE, Mode.WARN, Mode.OBSERVE) if mode in modes)


def _strictest_first(one: Judged) -> tuple[object, ...]:
    finding = one.finding
    return one.cleared, finding.level.rank, finding.contract, finding.identity, finding.rule, finding.fingerprint
