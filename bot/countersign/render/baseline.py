"""A repository's baseline at a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from countersign.model.finding import Finding
from countersign.ports import Commit
from countersign.render.changes import Names, change_plainly
from countersign.render.words import clean, count, day

_MOST = 20


def baseline_text(
    contracts: Sequence[tuple[str, str, bool, str]],
    blocked: Sequence[tuple[Commit, Sequence[Finding]]],
    *,
    looked_at: int,
    touched: int,
    days: int,
    policy_file: str,
    draft: str,
) -> str:
    """Plain lines.

    contracts: (file, id, whether a policy lists it, why it cannot be read). blocked: commits with what would have stopped them.
    """
    lines = [f"{count(len(contracts), 'contract')} found."]
    for file, contract, listed, trouble in contracts:
        state = "listed" if listed else "in no policy yet"
        lines.append(f"  {clean(contract)}  {clean(file)}  ({state})")
        if trouble:
            lines.append(f"      cannot be read: {clean(trouble)}")
    if not contracts:
        lines.append("  Files called like contracts were looked for (*.odcs.yaml, *.avsc, datacontract.yaml); list others by hand.")
    lines += [
        "",
        f"In the last {count(days, 'day')} {count(looked_at, 'commit')} landed; {touched} changed a contract,"
        f" and {len(blocked)} would have been blocked:",
    ]
    for commit, findings in blocked[:_MOST]:
        names = Names(findings)
        lines.append(f"  {commit.sha[:10]}  {day(commit.committed_at)}")
        lines += [f"      {change_plainly(finding, names)} [{finding.rule}]" for finding in findings[:_MOST]]
    if len(blocked) > _MOST:
        lines.append(f"  and {len(blocked) - _MOST} more")
    if not blocked:
        lines.append("  none")
    if draft:
        lines += ["", f"To add to {policy_file}:" if policy_file else "A first contracts-policy.yaml:", "", draft.rstrip("\n")]
    return "\n".join(lines)
