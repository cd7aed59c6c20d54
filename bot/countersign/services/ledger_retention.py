"""How long the ledger is kept, by the organisation's policy: ``ledger: {keep_days: …}``.

Of an entry that goes, sequence and digest stay, and an entry says how many went: the chain holds, and still shows what was changed.
"""

from __future__ import annotations

from datetime import timedelta

import structlog

from countersign.model.github import Repository
from countersign.model.policy import FOR_EVER
from countersign.ports import GitTrouble
from countersign.services.branches import default_ref
from countersign.services.context import Ports
from countersign.services.in_force import is_organisation, organisation_at

log = structlog.get_logger()


def keep_to_policy(ports: Ports) -> tuple[()]:
    """A daily chore. What something still open rests on stays, however old it is."""
    now = ports.calendar.now()
    for home in filter(lambda row: is_organisation(row.name), ports.records.repositories()):
        try:
            days = _keep_days(ports, home)
        except GitTrouble:
            continue  # the next day's turn finds it
        organisation = home.name.split("/")[0]
        cut = ports.records.cut_ledger(organisation, now - timedelta(days=days), now, but=_owing(ports))
        if cut:
            log.info("ledger-cut", organisation=organisation, keep_days=days, entries=cut)
    return ()


def _keep_days(ports: Ports, home: Repository) -> int:
    """By the default branch as it was fetched last. What nobody can read cuts nothing."""
    document = organisation_at(ports.reader, home.name, ports.git.resolve(home.name, default_ref(home))).document
    policy = ports.reader.policy(home.name, None, document).policy if document else None
    return policy.ledger_keep_days if policy else FOR_EVER


def _owing(ports: Ports) -> frozenset[tuple[str, int]]:
    """Pull requests that have left a debt which nobody has settled."""
    settled = {(row["repository"], row["number"], row["what"]["fingerprint"]) for row in ports.records.ledger(kind="debt-settled")}
    debts = {(row["repository"], row["number"], row["what"]["fingerprint"]) for row in ports.records.ledger(kind="debt")}
    return frozenset((repository, number) for repository, number, _ in debts - settled)
