"""The pull request that takes a change back, its commit, and what the commands of rollbacks print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from countersign.model.incident import Incident, Suspected
from countersign.render.markdown import code, link
from countersign.render.words import clean, moment

JSON = Any


def revert_message(incident: Incident, cause: Suspected) -> str:
    """Of the commit."""
    pull = f" (#{cause.pull})" if cause.pull else ""
    return (
        f"Revert {cause.commit[:12]}{pull}\n\n"
        f"Incident {incident.number}: {clean(incident.contract)} is broken in production, probably by this change.\n"
        "Made by Countersign.\n"
    )


def revert_proposal(incident: Incident, made: Mapping[str, JSON], github_url: str) -> tuple[str, str]:
    """(title, body)."""
    address = f"{github_url}/{incident.repository}"
    change = link(code(made["reverts"][:7]), f"{address}/commit/{made['reverts']}")
    if made["pull"]:
        change += f" (#{made['pull']})"
    exact = (
        "Nothing was merged after it, so this restores, to the letter, what stood before it."
        if made["whole"]
        else "What was merged after it stays; only its own lines are taken back."
    )
    waits = ", and the gate waits for the readers' signatures, not for any notice" if made["whole"] else ""
    body = [
        f"This takes back {change}, the last change before **incident {incident.number}** of {code(incident.contract)}. It is the"
        " probable cause, not a proven one.",
        exact,
        f"**To go back:** review and merge it, then deploy it: that is let through while the incident is open{waits}.",
        "**If the change is not the cause:** close this pull request. Nothing else hangs on it.",
    ]
    return f"Revert {made['reverts'][:7]}: {clean(incident.contract)} is broken in production", "\n\n".join(body)


def drills_text(rows: Sequence[Mapping[str, JSON]]) -> str:
    """rows: of the ledger, oldest first; the last of each table counts."""
    last = {row["what"]["table"]: row for row in rows}
    if not last:
        return "No table of this contract has been drilled."
    return "\n".join(
        f"{clean(table)}: {'FAILED: ' + clean(row['what']['trouble']) if row['what']['trouble'] else 'passed'} ({moment(row['at'])})"
        for table, row in sorted(last.items())
    )
