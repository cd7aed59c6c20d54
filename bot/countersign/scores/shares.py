"""The facts that a team's numbers can be made of, so that counting each of many teams does not look at the facts of all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from countersign.model.fact import Facts
from countersign.scores.owners import Domains

#: Lists whose entries are about one contract, and those that may be about several, or about a repository.
_OF_ONE = ("catches", "outages", "debts", "notices", "disputes", "complaints")
_OF_SEVERAL = ("past_gate", "passed", "merges")


def shares(facts: Facts, domains: Domains) -> Mapping[str, Facts]:
    """domain -> its facts. What is between two (a reader that another team waits for) is in both."""
    found: dict[str, Facts] = defaultdict(lambda: Facts(audits=facts.audits))
    for name in _OF_ONE:
        for one in getattr(facts, name):
            getattr(found[domains.of(one.repository, one.contract)], name).append(one)
    for name in _OF_SEVERAL:
        for one in getattr(facts, name):
            for domain in whose(domains, one.repository, one.contracts):
                getattr(found[domain], name).append(one)
    for wait in facts.waits:
        for domain in {domains.of(wait.repository, wait.contract), domains.of_reader(wait.reader)}:
            found[domain].waits.append(wait)
    return found


def whose(domains: Domains, repository: str, contracts: Sequence[str]) -> set[str]:
    """Of the contracts, or of the repository where none is named."""
    return {domains.of(repository, one) for one in contracts} if contracts else set(domains.all_of(repository))
