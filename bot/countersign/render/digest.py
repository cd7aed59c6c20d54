"""The weekly digest in a reader's repository: what landed in its contracts and breaks nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from countersign.model.finding import Finding
from countersign.render.changes import Names, change
from countersign.render.markdown import code, link
from countersign.render.words import count, day

_MOST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class LandedChange:
    """What one push brought to a contract. repository: the producer's. url: of the commit, "" if the reader has no access to it."""

    repository: str
    contract: str
    findings: tuple[Finding, ...]
    landed_at: datetime
    url: str


def digest_issue(week: datetime, landed: Sequence[LandedChange]) -> tuple[str, str]:
    """(title, body). week: its Monday."""
    contracts = list(dict.fromkeys((one.repository, one.contract) for one in landed))
    lines = []
    for repository, contract in contracts:
        lines.append(f"**{code(f'{repository}#{contract}', 160)}**")
        lines += [line for one in landed if (one.repository, one.contract) == (repository, contract) for line in _lines(one)]
        lines.append("")
    shown = lines[:_MOST]
    if len(lines) > _MOST:
        shown.append("And more: the contracts' own history has it all.")
    body = [
        f"In the week of {day(week)} this landed in contracts that you read. Nothing of it breaks you, and nothing is asked of you.",
        "\n".join(shown).strip(),
        "<sub>Kept up to date within the week, one issue a week at most, closed when the next one opens.</sub>",
    ]
    return (
        f"Contracts you read: {count(sum(len(one.findings) for one in landed), 'harmless change')} in the week of {day(week)}",
        "\n\n".join(body),
    )


def _lines(landed: LandedChange) -> list[str]:
    names = Names(landed.findings)
    on = day(landed.landed_at)
    when = link(on, landed.url) if landed.url else on
    return [f"- {change(one, names)} ({when})" for one in landed.findings]
