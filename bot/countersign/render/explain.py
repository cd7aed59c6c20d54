"""What a command asks to be told: what a change means, and how to become a reader of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from countersign.model.pull_request import ContractFacts
from countersign.model.verdict import ClearedBy, Judged, Verdict
from countersign.render.breaks import breaks_table, paragraphs
from countersign.render.changes import Names
from countersign.render.links import Links
from countersign.render.markdown import code, fenced
from countersign.render.ways import ways
from countersign.render.words import listed

_MOST = 8
#: Of somebody in more teams than this, nobody can tell which one reads.
_TEAMS = 3


def explanation(judged: Sequence[Judged], verdict: Verdict, links: Links, now: datetime) -> str:
    """What a finding means, whom it hits, and what clears it; the rule's page is behind its name."""
    alone = replace(verdict, judged=tuple(judged), refused_overrides=(), refused_statements=())
    names = Names(one.finding for one in verdict.judged)
    parts = [*paragraphs(alone, names, links)]
    if any(one.cleared_by is not ClearedBy.HARMLESS for one in judged):
        parts.append(breaks_table(alone, names, links))
    offered = ways(alone, names, now)
    if offered:
        parts.append("**What clears it:**\n" + "\n".join(f"{at}. {way}" for at, way in enumerate(offered, 1)))
    return "\n\n".join(parts)


def registration(contracts: Sequence[ContractFacts], teams: Sequence[str], verdict: Verdict) -> str:
    """The ``reads:`` entries that make the asker's teams readers of the contracts. teams: as registrations name them."""
    repository = verdict.pull_request.repository
    entries = []
    for contract in contracts[:_MOST]:
        paths = [one.finding.path for one in verdict.judged if one.finding.contract == contract.id]
        fields = sorted({path[1] for path in paths if len(path) > 1})
        known = {reader.registration.team.lower() for reader in contract.readers}
        for team in teams[:_TEAMS]:
            if team.lower() not in known:
                entries += _entry(f"{repository}#{contract.id}", team, fields)
    if not entries:
        return f"{listed([code(team) for team in teams], _MOST)} is registered as a reader of all that this pull request touches."
    return (
        f"Put this into {code('contracts-policy.yaml')} on the default branch of a repository that your team can write to, and leave in it"
        f" only the fields that you read:\n\n{fenced(['version: 1', 'reads:', *entries], 'yaml')}\n\n"
        "From its merge on you are asked whenever a change hits these fields. A change that was shown before is told to you, and does not"
        " wait for you."
    )


def _entry(reference: str, team: str, fields: Sequence[str]) -> list[str]:
    named = ", ".join(f"{json.dumps(field)}: {{}}" for field in fields)
    lines = [f"  - contract: {json.dumps(reference)}", f"    team: {json.dumps(team)}", "    criticality: medium  # low, medium or high"]
    return [*lines, f"    fields: {{{named}}}"] if named else lines
