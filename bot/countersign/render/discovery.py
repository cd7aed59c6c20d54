"""What `countersign discover` and `countersign suspects` print. For the operator: nothing is hidden."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from countersign.model.path import show
from countersign.model.suspect import EvidenceKind, Sighting, Suspect
from countersign.render.suspects import WHO, registration
from countersign.render.words import clean, count, day, listed, quoted

JSON = Any

_MOST = 20


#: What was seen to be read, and the contracts that it may be.
Doubtful = tuple[Sighting, Sequence[str]]


def discovered_text(suspects: Sequence[Suspect], ambiguous: Sequence[Doubtful], elsewhere: int) -> str:
    """Each reader with its evidence and the registration that would confirm it."""
    if not suspects:
        parts = ["No reader of a contract was found."]
    else:
        parts = [f"{count(len(suspects), 'suspected reader')}. None of them is asked of anything until it is registered."]
        parts += [_one(suspect) for suspect in suspects]
        lines = ["reads:", *(f"  {line}" for suspect in suspects for line in registration(suspect))]
        parts.append("To confirm them, each in its own repository's contracts-policy.yaml:\n\n" + "\n".join(lines))
    if ambiguous:
        names = {".".join(sighting.dataset): contracts for sighting, contracts in ambiguous}
        lines = [f"  {quoted(name)} may be {listed([quoted(one) for one in contracts], 6, 'or')}" for name, contracts in names.items()]
        lines = [*lines[:_MOST], *([f"  and {len(lines) - _MOST} more"] if len(lines) > _MOST else [])]
        parts.append("Left out, because the name fits several contracts (write the full name under `physical:`):\n" + "\n".join(lines))
    if elsewhere:
        noun = "dataset is" if elsewhere == 1 else "datasets are"
        parts.append(f"{elsewhere:,} further {noun} read that {'is' if elsewhere == 1 else 'are'} no contract's here.")
    return "\n\n".join(parts)


def discovered_json(kind: EvidenceKind, suspects: Iterable[Suspect], ambiguous: Iterable[Doubtful], elsewhere: int) -> str:
    return _json(
        {
            "kind": kind.value,
            "suspects": [_data(suspect) | {"registration": "\n".join(registration(suspect))} for suspect in suspects],
            "ambiguous": [
                {"dataset": ".".join(sighting.dataset), "where": sighting.where, "contracts": list(contracts)}
                for sighting, contracts in ambiguous
            ],
            "elsewhere": elsewhere,
        }
    )


def suspects_text(rows: Sequence[tuple[Suspect, str, str]]) -> str:
    """rows: a suspect, its state (open, confirmed, dismissed), and who said so and why."""
    if not rows:
        return "Nobody is suspected to read a contract without being registered."
    return "\n\n".join(f"{_one(suspect)}\n  {clean(state + (': ' + why if why else ''))}" for suspect, state, why in rows)


def suspects_json(rows: Iterable[tuple[Suspect, str, str]]) -> str:
    return _json([_data(suspect) | {"state": state, "why": why} for suspect, state, why in rows])


def _one(suspect: Suspect) -> str:
    who = WHO[suspect.kind].format(quoted(suspect.consumer)) + (f", {clean(suspect.team)}" if suspect.team else "")
    fields = listed([quoted(show(path)) for path in suspect.fields], 8) if suspect.fields else "it is not known what"
    lines = [f"{suspect.handle}  {clean(str(suspect.reference))}: {who}", f"  reads {fields}; last seen {day(suspect.last_seen)}"]
    lines += [f"  evidence: {clean(line)}" for line in suspect.evidence]
    return "\n".join([*lines, *(f"  feeds: {clean(asset.kind)} {quoted(asset.name)}" for asset in suspect.assets)])


def _data(suspect: Suspect) -> dict[str, JSON]:
    return {
        "id": suspect.handle,
        "contract": str(suspect.reference),
        "kind": suspect.kind.value,
        "consumer": suspect.consumer,
        "team": suspect.team or None,
        "fields": [show(path) for path in suspect.fields],
        "assets": [{"kind": asset.kind, "name": asset.name, "url": asset.url} for asset in suspect.assets],
        "evidence": list(suspect.evidence),
        "source": suspect.source or None,
        "first_seen": suspect.first_seen.isoformat(),
        "last_seen": suspect.last_seen.isoformat(),
    }


def _json(data: JSON) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False)
