"""Readers whom nobody registered: what is shown of them, how one is confirmed or dismissed, and the registration that would confirm it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from countersign.model.path import show
from countersign.model.policy import OverrideRules
from countersign.model.suspect import EvidenceKind, Suspect
from countersign.model.verdict import Judged, Verdict
from countersign.render import waiting
from countersign.render.changes import Names
from countersign.render.markdown import code, fenced, folded, mention, plain
from countersign.render.words import clean, day, listed

MOST = 10

#: What a kind of evidence is called where it is counted, and where somebody is told that there is none.
NOUNS: Mapping[EvidenceKind, str] = {
    EvidenceKind.DBT: "dbt manifest",
    EvidenceKind.OPENLINEAGE: "OpenLineage",
    EvidenceKind.SQL_LOG: "query log",
    EvidenceKind.IMPORTS: "scan of imports",
}
WHO = {
    EvidenceKind.DBT: "dbt {}",
    EvidenceKind.OPENLINEAGE: "job {}",
    EvidenceKind.SQL_LOG: "{} in a query log",
    EvidenceKind.IMPORTS: "the code of {}",
}
SOMEBODY = {
    EvidenceKind.DBT: "a dbt project",
    EvidenceKind.OPENLINEAGE: "a job",
    EvidenceKind.SQL_LOG: "somebody in a query log",
    EvidenceKind.IMPORTS: "some code",
}
_ASSET = {EvidenceKind.DBT: "dbt model", EvidenceKind.OPENLINEAGE: "job", EvidenceKind.SQL_LOG: "role", EvidenceKind.IMPORTS: "code"}


def how_complete(verdict: Verdict, also: str) -> str:
    """What is known of readers who are not registered: goes on after the number of registered ones. also: a sentence about these, or ""."""
    suspects = _all(verdict)
    if nothing_known(verdict):
        return f".{also} Who reads without being registered is not known here."
    missing = listed([f"no {noun}" for kind, noun in NOUNS.items() if kind not in verdict.connected], 4)
    suspected = f"{len(suspects)} suspected" if suspects else "nobody else suspected"
    return f", {suspected}" + (f", {missing} connected." if missing else ".") + also


def nothing_known(verdict: Verdict) -> bool:
    """Nobody gave any evidence, so that nothing can be said of readers who are not registered."""
    return not verdict.connected and not _all(verdict)


def suspected_readers(verdict: Verdict) -> str:
    """Who they are, and what to do about them; "" if there is none."""
    suspects = _all(verdict)
    if not suspects:
        return ""
    lines = [f"- {_line(suspect)}" for suspect in suspects[:MOST]]
    if len(suspects) > MOST:
        lines.append(f"- and {len(suspects) - MOST} more")
    first = suspects[0]
    how = (
        "Evidence shows that these read it, and no registration says so. They are not asked. A reader is confirmed by its team's"
        f" registration. One that is none is dismissed by {_dismissers(suspects, verdict.overrides)}, with a comment here:"
        f' `/countersign dismiss {first.handle} "why"`.'
    )
    shown = [suspect for suspect in suspects[:MOST] if not suspect.hidden]
    parts = ["### Suspected readers", how, "\n".join(lines)]
    if shown:
        text = fenced([line for suspect in shown for line in registration(suspect)], "yaml")
        where = "In the reader's own `contracts-policy.yaml`, under `reads:`:"
        parts.append(folded("Registrations that would confirm them", f"{where}\n\n{text}"))
    return "\n\n".join(parts)


def settle(standing: Sequence[Judged], names: Names, rules: OverrideRules) -> str:
    """The way forward where suspects keep signatures from standing for notice; "" where they do not."""
    held = [one for one in waiting.for_notice(standing) if waiting.held_by_suspects(one)]
    if not held:
        return ""
    suspects = list({suspect.fingerprint: suspect for one in held for suspect in one.suspects}.values())
    named = listed(list(dict.fromkeys(code(names.of(one.finding)) for one in held)))
    are = "is" if len(suspects) == 1 else "are"
    return (
        f"**Settle who else reads it.** {listed([who(suspect) for suspect in suspects], 3)} {are} suspected to read {named}, so the"
        " registered readers' signatures alone do not stand for notice. Have the team register, or have"
        f' {_dismissers(suspects, rules)} comment `/countersign dismiss {suspects[0].handle} "why"`.'
    )


_REFUSED = {
    "author": "who opened a pull request may not dismiss a reader in it",
    "committer": "who has commits in a pull request may not dismiss a reader in it",
    "owner": "an owner of the contract owes the notice, and may not waive it so; {others} may",
    "not-entitled": "{others} may",
    "no-reason": 'it takes a reason, as in `/countersign dismiss {suspect} "why"`',
    "unknown": "the check shows no suspected reader of that name, or more than one",
}


def dismissal_answered(suspect: str, refused: str, rules: OverrideRules) -> str:
    """The answer to a ``dismiss``. refused: a key of the table above, or ""."""
    if not refused:
        return f"Noted: {suspect} is no reader, until it is seen to read more. The check is judged again."
    others = listed(["a member of the reader's team (where that is known)", *(mention(name) for name in rules.by)], 4, "or")
    return f"{suspect} is not dismissed: {_REFUSED[refused].format(others=others, suspect=suspect)}."


def who(suspect: Suspect) -> str:
    """``dbt `mart_ltv` (S-7QK2MA)``; no name where it may not be shown."""
    name = SOMEBODY[suspect.kind] if suspect.hidden else WHO[suspect.kind].format(code(suspect.consumer))
    return f"{name} ({suspect.handle})"


def registration(suspect: Suspect) -> list[str]:
    """The lines of a ``reads:`` entry that would confirm it. A team that evidence does not name is left to be written."""
    team = suspect.team or f"@{suspect.reference.repository.split('/')[0]}/TEAM"
    whose = "" if suspect.team else "  # the team that answers for it"
    lines = [f"- contract: {_text(str(suspect.reference))}", f"  team: {_text(team)}{whose}"]
    if suspect.fields and all(len(path) > 1 for path in suspect.fields):  # without fields it reads everything
        lines.append(f"  fields: [{', '.join(_text(show(path)) for path in suspect.fields)}]")
    assets = [(asset.kind, asset.name) for asset in suspect.assets] or [(_ASSET[suspect.kind], suspect.consumer)]
    if not suspect.team and suspect.consumer not in {name for _, name in assets}:
        assets.insert(0, (_ASSET[suspect.kind], suspect.consumer))
    return [*lines, "  assets:", *(f"    - {{kind: {_text(kind)}, name: {_text(name)}}}" for kind, name in assets)]


def _text(value: str) -> str:
    """A YAML text that nothing in it can end: JSON's double quotes."""
    return json.dumps(clean(value), ensure_ascii=False)


def _line(suspect: Suspect) -> str:
    fields = listed([code(show(path)) for path in suspect.fields], 6) if suspect.fields else "it is not known what"
    name = SOMEBODY[suspect.kind] if suspect.hidden else WHO[suspect.kind].format(code(suspect.consumer))
    team = f", {plain(suspect.team.removeprefix('@'))}" if suspect.team and not suspect.hidden else ""
    seen = f"; {plain(suspect.evidence[0], 160)}" if suspect.evidence and not suspect.hidden else ""
    return f"**{suspect.handle}** {name}{team} reads {fields}; last seen {day(suspect.last_seen)}{seen}"


def _dismissers(suspects: Sequence[Suspect], rules: OverrideRules) -> str:
    own = ["a member of its team"] if any(suspect.team for suspect in suspects) else []
    return listed([*own, *(mention(name) for name in rules.by)], 4, "or") or "whom the organisation names under `overrides.by`"


def _all(verdict: Verdict) -> list[Suspect]:
    """Those that lose something first."""
    hit = {suspect.fingerprint for one in verdict.judged for suspect in one.suspects}
    found = [suspect for contract in verdict.contracts for suspect in contract.suspects]
    return sorted(found, key=lambda suspect: (suspect.fingerprint not in hit, suspect.hidden, suspect.consumer))
