"""The evidence of a report, judged by the bot itself: nothing goes back on a guard's word alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog

from countersign.model.command import Command
from countersign.model.consumer import Reference
from countersign.model.incident_event import Confirmed
from countersign.model.policy import Publishes
from countersign.model.report import Report
from countersign.ports import Died, GitHubTrouble, GitTrouble
from countersign.services.context import Ports
from countersign.services.incidents.promised import Promised, has_dataset, promised_soon, versions
from countersign.services.incidents.turning import happen

JSON = Any

log = structlog.get_logger()

_JUDGE = "countersign.services.guard_child:judge_evidence"


#: How long the records that guards sent are kept after the end of their incident. They may hold what is nobody's business.
KEPT = timedelta(days=30)


def forget_evidence(ports: Ports) -> tuple[Command, ...]:
    """A daily chore."""
    ports.records.forget_evidence(ports.calendar.now() - KEPT)
    return ()


def judged(ports: Ports, report: Report) -> tuple[Promised | None, bool | None]:
    """The contract as it is promised, and whether the report shows it broken.

    Where GitHub does not answer, the contract is taken as it was last known, or not at all, and the evidence is not judged: people are
    told of the break all the same, and it is judged again before anything goes back.
    """
    there = None
    repository, _, contract = report.contract.partition("#")
    try:
        there = promised_soon(ports, Reference(repository, contract))
        return there, confirmed(ports, there, report) if there and there.fresh else None
    except (GitTrouble, GitHubTrouble, RuntimeError) as trouble:  # the last: a child process or a policy that cannot be had now
        log.warning("evidence-not-judged", contract=report.contract, report=report.id, trouble=str(trouble))
        return there, None


def invented(ports: Ports, there: Promised | None, report: Report) -> bool:
    """Whether the report is of a dataset that no version of the contract has. A stolen token could name new ones without end, and wake
    people for each. Where that cannot be told it is taken for real."""
    if there is None or not there.fresh:
        return False
    try:
        return not has_dataset(ports, there, report.dataset)
    except (GitTrouble, GitHubTrouble, RuntimeError) as trouble:
        log.warning("datasets-not-read", contract=report.contract, report=report.id, trouble=str(trouble))
        return False


def judged_again(ports: Ports, number: int) -> tuple[Command, ...]:
    """Before data goes back: what was not confirmed when it came may be now. What follows, if it is."""
    incident, once = ports.records.incident(number), f"confirmed:{number}"
    if incident is None or incident.ended or (incident.confirmed and ports.records.transition(once) is None):
        return ()
    for kept in ports.records.reports(number):
        there, found = judged(ports, kept.report)
        if found and there:
            return happen(ports, number, Confirmed(), once=once, runtime=there.entry.settings.runtime).commands
    return ()


def confirmed(ports: Ports, contract: Promised, report: Report) -> bool | None:
    """Whether the contract is broken, as far as the report shows it: False if every record of it is right; None if nobody can say.

    That records are missing is counted exactly where they come from, and there is nothing to look at again: the share has to be over
    the limit of the policy, whatever the guard's own was.
    """
    if report.reason == "missing":
        return _missing(contract.entry, report)
    if not report.sample:
        return None
    trees: dict[str, str] = {}
    sources: dict[str, JSON] = {}
    for number, version in enumerate(versions(ports, contract)):
        found = ports.reader.texts(contract.home.name, ports.git.paths(contract.home.name, version.tree, [contract.file]))
        text = found[contract.file].text if contract.file in found else None
        if text is not None:
            side = f"version {number}"
            trees[side], sources[side] = version.tree, {"file": contract.file, "text": text}
    if not sources:
        return None
    item: JSON = {
        "id": contract.reference.contract,
        "dataset": report.dataset,
        "sample": [one.value for one in report.sample],
        "broken": [[list(one.path), one.rule] for one in report.broken],
        "sides": list(sources),
        **sources,
    }
    answer = ports.reader.answer(_JUDGE, [item], trees, contract.home.name)[0]
    if isinstance(answer, Died) or "unjudged" in answer:
        return None
    return bool(answer["broken"])


def _missing(entry: Publishes, report: Report) -> bool | None:
    missing = report.counts.missing
    if missing is None:
        return None
    expected = report.counts.checked + missing
    return bool(expected) and missing / expected > entry.settings.runtime.halt_over.missing
