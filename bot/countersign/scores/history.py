"""The ledger, told as facts. It is read once, from the first entry on, and goes on with what is new."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from countersign.model.fact import Audited, Complained, Disputed, Facts, Merged, Owing, Passed, PastGate, Row
from countersign.scores.held import Pulls
from countersign.scores.names import rename
from countersign.scores.noticed import Notices
from countersign.scores.outages import Outages

JSON = Any


class History:
    """Takes entries in the order of the ledger. facts: what they tell so far; read it, and do not change it."""

    def __init__(self) -> None:
        self.facts = Facts()
        self.sequence = 0
        self._pulls = Pulls(self.facts)
        self._outages = Outages(self.facts)
        self._notices = Notices(self.facts)
        self._debts: dict[tuple[str, int, str], Owing] = {}
        self._complaints: dict[str, Complained] = {}
        self._takes: dict[str, Callable[[Row], None]] = {
            "judgement": self._judgement,
            "merge": self._merge,
            "closed": self._pulls.closed,
            "reopened": self._pulls.reopened,
            "comment": self._pulls.commented,
            "incident": self._outages.news,
            "incident-hit": self._outages.hit,
            "override": self._override,
            "break-glass": self._override,
            "debt": self._debt,
            "debt-settled": self._settled,
            "debt-answer": self._answered,
            "notice-begun": self._notices.begun,
            "notice-ended": self._notices.ended,
            "dispute": self._dispute,
            "dispute-passed": self._upheld,
            "complaint": self._complaint,
            "complaint-over": self._complaint_over,
            "audit": self._audit,
            "direct-push": self._past,
            "landed-unsigned": self._past,
            "merged-while-blocked": self._past,
            "repository-renamed": self._renamed,
        }
        self._disputes: dict[tuple[str, int, str], Disputed] = {}

    def take(self, entries: Iterable[Row]) -> None:
        for entry in entries:
            take = self._takes.get(entry.kind)
            if take is not None:
                take(entry)
            self.sequence = max(self.sequence, entry.sequence)

    def _judgement(self, entry: Row) -> None:
        self._pulls.judged(entry)

    def _merge(self, entry: Row) -> None:
        said = self._pulls.merged(entry)
        self._notices.landed(entry, said)
        contracts = tuple(sorted({one["contract"] for one in said if one["contract"]}))
        self.facts.merges.append(Merged(repository=entry.repository, number=entry.number, at=entry.at, contracts=contracts))

    def _past(self, entry: Row) -> None:
        said = self._pulls.last(entry.repository, entry.number) if entry.number else entry.what.get("findings", ())
        self.facts.past_gate.append(
            PastGate(
                kind=entry.kind,
                repository=entry.repository,
                number=entry.number,
                contracts=tuple(sorted({one["contract"] for one in said if one.get("contract")})),
                at=entry.at,
                by=entry.what["by"],
                commit=entry.what.get("commit") or entry.what.get("after", ""),
                rules=_rules(said),
            )
        )

    def _override(self, entry: Row) -> None:
        wanted = set(entry.what["fingerprints"])
        said = [one for one in self._pulls.last(entry.repository, entry.number) if one["fingerprint"] in wanted]
        self.facts.passed.append(
            Passed(
                way=entry.kind,
                repository=entry.repository,
                number=entry.number,
                contracts=tuple(sorted({one["contract"] for one in said if one["contract"]})),
                at=entry.at,
                by=entry.what["by"],
                reason=entry.what.get("reason", ""),
                rules=_rules(said),
            )
        )

    def _debt(self, entry: Row) -> None:
        what = entry.what
        debt = Owing(
            repository=entry.repository,
            number=entry.number,
            contract=what["contract"],
            fingerprint=what["fingerprint"],
            way=what["way"],
            weight=what["weight"],
            since=entry.at,
            by=tuple(what["by"]),
            path=what["path"],
            rule=what.get("rule", ""),
            readers=tuple(what.get("passed_over", ())),
        )
        self._debts[entry.repository, entry.number, what["fingerprint"]] = debt
        self.facts.debts.append(debt)

    def _settled(self, entry: Row) -> None:
        debt = self._debts.get((entry.repository, entry.number, entry.what["fingerprint"]))
        if debt is not None and debt.settled_at is None:
            debt.settled_at = entry.at

    def _answered(self, entry: Row) -> None:
        """A reader who rejects it opens a debt again that was settled."""
        debt = self._debts.get((entry.repository, entry.number, entry.what["fingerprint"]))
        if debt is not None and not entry.what["accepted"]:
            debt.settled_at = None

    def _dispute(self, entry: Row) -> None:
        for one in self._pulls.last(entry.repository, entry.number):
            key = entry.repository, entry.number, one["fingerprint"]
            if one["fingerprint"] in entry.what["fingerprints"] and key not in self._disputes:
                self._disputes[key] = dispute = _disputed(entry, one, upheld=False)
                self.facts.disputes.append(dispute)

    def _upheld(self, entry: Row) -> None:
        key = entry.repository, entry.number, entry.what["fingerprint"]
        if key not in self._disputes:
            self._disputes[key] = _disputed(entry, entry.what, upheld=True)
            self.facts.disputes.append(self._disputes[key])
        self._disputes[key].upheld = True

    def _complaint(self, entry: Row) -> None:
        what = entry.what
        repository, _, contract = what.get("contract", "").partition("#")
        complaint = Complained(
            id=what["id"],
            repository=repository,
            contract=contract.partition("/")[0],
            asset=what.get("asset", ""),
            at=entry.at,
            incident=what.get("incident", 0),
        )
        self._complaints[what["id"]] = complaint
        self.facts.complaints.append(complaint)

    def _complaint_over(self, entry: Row) -> None:
        complaint = self._complaints.get(entry.what["id"])
        if complaint is not None:
            complaint.over_at = entry.at

    def _audit(self, entry: Row) -> None:
        gaps: dict[str, list[tuple[str, str]]] = {}
        for gap in entry.what:
            gaps.setdefault(gap["repository"], []).append((gap["severity"], gap["what"]))
        looked = tuple(Audited(repository=name, at=entry.at, gaps=tuple(found)) for name, found in sorted(gaps.items()))
        self.facts.audits.setdefault(entry.repository.partition("/")[0].lower(), []).append((entry.at, looked))

    def _renamed(self, entry: Row) -> None:
        """What was said under the old name is the new one's."""
        old, new = entry.what["before"], entry.repository
        facts = self.facts
        told = (facts.catches, facts.waits, facts.outages, facts.past_gate, facts.passed, facts.debts, facts.notices, facts.disputes)
        for fact in (*(one for some in told for one in some), *facts.complaints, *facts.merges):
            if fact.repository == old:
                fact.repository = new
        self._pulls.renamed(old, new)
        self._notices.renamed(old, new)
        rename(self._debts, old, new)
        rename(self._disputes, old, new)


def _rules(said: Iterable[JSON]) -> tuple[str, ...]:
    return tuple(sorted({one["rule"] for one in said if one.get("rule")}))


def _disputed(entry: Row, said: JSON, *, upheld: bool) -> Disputed:
    return Disputed(
        repository=entry.repository, number=entry.number, contract=said["contract"], rule=said["rule"], at=entry.at, upheld=upheld
    )
