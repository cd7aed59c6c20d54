"""Changes -> findings, and findings that no change makes."""

from __future__ import annotations

from collections.abc import Iterable

from countersign.model.change import Change, Direction
from countersign.model.contract import Contract, Place
from countersign.model.finding import Finding, Level
from countersign.model.path import Path
from countersign.rules.table import RULES
from countersign.rules.version import next_major, raised


def judge(changes: Iterable[Change], direction: Direction, contract: str) -> tuple[Finding, ...]:
    """One finding for each change, strictest first, then by identity. ``contract``: its id.

    Raises `LookupError` for a change that no rule speaks for: it must not pass unseen.
    """
    findings = [finding for change in changes for finding in _of(change, direction, contract)]
    return tuple(sorted(findings, key=_order))


def _of(change: Change, direction: Direction, contract: str) -> list[Finding]:
    findings = []
    for rule in RULES.values():
        if rule.check is None or change.aspect not in rule.aspects:
            continue
        judgement = rule.check(change, direction)
        if judgement is None:
            continue
        findings.append(
            Finding(
                rule=rule.id,
                level=judgement.level,
                question=rule.question,
                contract=contract,
                path=change.path,
                identity=change.identity,
                before=judgement.before,
                after=judgement.after,
                detail=change.detail,
                old=change.old,
                new=change.new,
                notes=(*judgement.notes, *change.notes),
                also=change.also,
            )
        )
    if not findings:
        raise LookupError(f"no rule judges a change of {change.aspect} ({change.kind}) in {contract}")
    return findings


def _order(finding: Finding) -> tuple[int, Path, str, str, str, str]:
    return (finding.level.rank, finding.identity, finding.rule, finding.detail, finding.before or "", finding.after or "")


def judge_version(old: Contract | None, new: Contract | None, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """``version-not-raised`` if a contract that has a version breaks something and its version is not greater than before.

    GATE §3 names breaking changes, so a semantic or undecided one asks for no new version. The versions go into the notes
    (``before``, ``after``, ``next``), because a fingerprint holds none.
    """
    if old is None or new is None or not old.version or raised(old.version, new.version):
        return ()
    if not any(finding.level is Level.BREAKING for finding in findings):
        return ()
    notes = (("before", old.version), ("after", new.version), ("next", next_major(old.version)))
    rule = RULES["version-not-raised"]
    finding = Finding(
        rule=rule.id,
        level=rule.level,
        question=rule.question,
        contract=new.id,
        path=(),
        identity=(),
        old=old.places.get("version", old.place),
        new=new.places.get("version", new.place),
        notes=tuple((name, text) for name, text in notes if text),
    )
    return (finding,)


def report(
    rule: str,
    *,
    contract: str,
    message: str = "",
    remedy: str = "",
    place: Place | None = None,
    old: Place | None = None,
    path: Path = (),
    before: str | None = None,
    after: str | None = None,
    team: str = "",
    any_of: tuple[str, ...] = (),
    level: Level | None = None,
) -> Finding:
    """A finding that no diff makes. ``rule``: an id of the table; else `KeyError`.

    contract: "" for findings about the policy. message, remedy: what is wrong, and what to do; for people, not in the fingerprint.
    place: where it is said now; old: where the line was that is gone. team, any_of: who has to sign, where it is not readers or owners.
    level: where it is not the rule's own.
    """
    speaking = RULES[rule]
    return Finding(
        rule=rule,
        level=level or speaking.level,
        question=speaking.question,
        contract=contract,
        path=path,
        identity=path,
        before=before,
        after=after,
        old=old,
        new=place,
        notes=tuple((name, text) for name, text in (("message", message), ("remedy", remedy)) if text),
        team=team,
        any_of=any_of,
    )
