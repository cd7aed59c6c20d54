"""An audit of enforceability for people: plain lines, JSON, and the one issue that the organisation keeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from countersign.model.enforceability import Gap, OrganisationFacts, Severity
from countersign.render.gaps import sentences
from countersign.render.markdown import code, folded, table
from countersign.render.words import clean, count, listed, quoted

#: Raised when a key is taken away or comes to mean something else; new keys do not raise it.
SCHEMA = 1
_SHOWN = {
    Severity.OPEN: "a change can land unsigned",
    Severity.WEAK: "it holds, but not against everybody or not for everybody",
    Severity.NOT_YET: "not switched on",
    Severity.UNKNOWN: "could not be read, so nobody may take it for good",
}
#: What an audit does not see, so that nobody takes silence for an answer.
NOT_LOOKED_AT = (
    "Runtime: not armed. No guard reports to this Countersign, so nothing is halted where data comes in.",
    "Producers without a contract: only files that look like contracts were looked for; code that emits data was not read.",
)


def audit_text(facts: OrganisationFacts, gaps: Sequence[Gap]) -> str:
    """Plain lines, the worst first; every finding with what to do."""
    held = sum(len(one.publishes) for one in facts.repositories)
    gated = [one for one in facts.repositories if one.gated]
    lines = [
        f"{clean(facts.organisation)}: {count(held, 'contract')} in {count(len(gated), 'gated repository', 'gated repositories')}"
        f" of {len(facts.repositories)}; {tally(gaps)}"
    ]
    for severity in Severity:
        these = [gap for gap in gaps if gap.severity is severity]
        if these:
            lines += ["", f"{severity.value.upper()}: {_SHOWN[severity]}"]
        for gap in these:
            what, remedy = sentences(gap, quoted)
            lines += [f"  {_place(gap)}{what}", f"      {remedy}"]
    lines += ["", "Not looked at:", *(f"  {one}" for one in NOT_LOOKED_AT)]
    return "\n".join(lines)


def tally(gaps: Sequence[Gap]) -> str:
    """``2 open, 1 weak`` or ``nothing to repair``."""
    counts = [(severity, sum(gap.severity is severity for gap in gaps)) for severity in Severity]
    return listed([f"{number} {severity.value}" for severity, number in counts if number]) or "nothing to repair"


def audit_json(facts: OrganisationFacts, gaps: Sequence[Gap]) -> dict[str, Any]:
    """``schema`` 1; ``organisation``; ``repositories`` [{name, contracts, reads, branches}]; ``findings`` as `gap_as_json`, worst first;
    ``not_looked_at`` [sentence]."""
    return {
        "schema": SCHEMA,
        "organisation": facts.organisation,
        "repositories": [
            {
                "name": one.name,
                "contracts": [{"id": contract.id, "file": contract.file, "mode": contract.mode.value} for contract in one.publishes],
                "reads": one.reads,
                "branches": [rules.branch for rules in one.branches],
            }
            for one in facts.repositories
            if one.gated
        ],
        "findings": [gap_as_json(gap) for gap in gaps],
        "not_looked_at": list(NOT_LOOKED_AT),
    }


def gap_as_json(gap: Gap) -> dict[str, Any]:
    """{severity, kind, repository, branch, source, names, what, remedy}; repository and branch are "" where it is the organisation's."""
    what, remedy = sentences(gap, quoted)
    return {
        "severity": gap.severity.value,
        "kind": gap.kind.value,
        "repository": gap.repository,
        "branch": gap.branch,
        "source": gap.source,
        "names": list(gap.names),
        "what": what,
        "remedy": remedy,
    }


def audit_issue(gaps: Sequence[Gap]) -> tuple[str, str]:
    """(title, body) of the one issue that is kept in ``ORG/.github``. It pings nobody: teams are shown as code."""
    pressing = [gap for gap in gaps if gap.severity in (Severity.OPEN, Severity.WEAK)]
    rest = [gap for gap in gaps if gap not in pressing]
    body = [
        f"Last night's look at this organisation's settings found: {tally(gaps)}. This issue is kept up to date, and closed when the"
        " first table is empty.",
        _table(pressing),
    ]
    if rest:
        body.append(folded(f"Not switched on yet, or not known ({len(rest)})", _table(rest)))
    body.append(
        "To see it with an administrator's eyes: `countersign audit`. To repair what is open: `countersign audit --fix`, which shows"
        " its plan first.\n\n" + "\n".join(f"- {one}" for one in NOT_LOOKED_AT)
    )
    return f"Countersign can be passed: {count(len(pressing), 'finding')}", "\n\n".join(body)


def audit_over(gaps: Sequence[Gap]) -> str:
    """The last comment when there is nothing left to repair."""
    unknown = sum(gap.severity is Severity.UNKNOWN for gap in gaps)
    left = f" {count(unknown, 'thing')} could not be read: `countersign audit` with an administrator's token shows them." if unknown else ""
    return f"Nothing is left to repair.{left}"


def _table(gaps: Sequence[Gap]) -> str:
    rows = []
    for gap in gaps:
        what, remedy = sentences(gap, code)
        where = code(gap.repository) + (f" {code(gap.branch)}" if gap.branch else "") if gap.repository else "the organisation"
        rows.append([gap.severity.value, where, what, remedy])
    return table(("", "where", "what", "what to do"), rows)


def _place(gap: Gap) -> str:
    if not gap.repository:
        return ""
    return f"{clean(gap.repository)}{f' ({clean(gap.branch)})' if gap.branch else ''}: "
