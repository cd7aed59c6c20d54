"""The quieter word to readers who cannot read the producer's repository: an issue in their own, one an incident."""

from __future__ import annotations

from collections.abc import Sequence

from countersign.model.consumer import Registration
from countersign.model.incident import State
from countersign.model.incident_facts import IncidentFacts
from countersign.model.path import show
from countersign.render.incident_parts import mentioned
from countersign.render.incident_words import lasted, name_of, stands
from countersign.render.markdown import code, plain
from countersign.render.words import clean, listed, moment, shortened

_LONGEST_TITLE = 200


def readers_issue(facts: IncidentFacts, entries: Sequence[Registration], managers: Sequence[str] = ()) -> tuple[str, str]:
    """(title, body). entries: the registrations hit that stand in that repository. managers: of data products that do."""
    incident = facts.incident
    named = mentioned([*(entry.team for entry in entries), *managers], facts) or "To the team that is registered here"
    paths = sorted({show(path) for entry in entries for path in entry.fields})
    reads = listed([code(path) for path in paths], 8) if paths else "all of it"
    assets = list(dict.fromkeys(f"{plain(one.kind)} {plain(one.name, 60)}" for entry in entries for one in entry.assets))
    may = f" So {listed(assets, 6)} may be {_wrong(facts)} since {moment(facts.first_at)}." if assets else ""
    body = [
        f"{named}: **{plain(stands(facts))}**",
        f"You registered to read {reads} of {code(incident.contract, 160)}.{may}",
        _held_back(facts),
        "You need do nothing. You have no access to the repository where it is dealt with; its owners can tell you more. This issue is kept"
        " up to date, and closed when it is over.",
    ]
    title = f"Incident {incident.number}: {name_of(incident)} may be {_wrong(facts)}"
    return shortened(title, _LONGEST_TITLE), "\n\n".join(part for part in body if part)


def discreet_readers_issue(facts: IncidentFacts, entries: Sequence[Registration], managers: Sequence[str] = ()) -> tuple[str, str]:
    """(title, body) where people may read who have no access to the producer's repository: nothing of it."""
    named = mentioned([*(entry.team for entry in entries), *managers], facts) or "To the team that is registered here"
    number, since = facts.incident.number, moment(facts.first_at)
    body = [
        f"{named}: **something that you registered here to read may be {_wrong(facts)} since {since}.**",
        "The repository that it comes from is private, and more people may read this issue. So nothing of it is named here: ask the owners"
        f" of the contracts that you read, and name incident {number}.",
        "You need do nothing. This issue is closed when it is over.",
    ]
    return f"Incident {number}: something that you read may be {_wrong(facts)}", "\n\n".join(body)


def readers_over(facts: IncidentFacts, *, discreet: bool) -> str:
    """The last word there."""
    took = f" It took {lasted(facts.incident)}." if lasted(facts.incident) else ""
    return f"It is over.{took}" if discreet else f"{plain(stands(facts))}{took}"


def _wrong(facts: IncidentFacts) -> str:
    """Data that is stopped gets old; data that is let through may be wrong."""
    return "stale" if facts.incident.halted_at is not None else "wrong"


def _held_back(facts: IncidentFacts) -> str:
    if facts.incident.state is State.ROLLED_BACK:
        return "What you see is as it was before it broke. What came after is held back."
    if facts.incident.stopped:
        return f"What comes in at {plain(clean(facts.incident.source))} is held back until it is repaired."
    return "Broken records are set aside, or are let through and counted, as the contract's policy says."
