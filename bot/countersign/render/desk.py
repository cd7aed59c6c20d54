"""What `countersign check` and `countersign diff` print, apart from the terminal's blocks: JSON, Markdown and plain lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from countersign.model.contract import Place
from countersign.model.finding import Finding
from countersign.model.path import show
from countersign.model.verdict import Judged, Verdict
from countersign.model.witness import Witness
from countersign.render import page
from countersign.render.at_length import lines_of
from countersign.render.breaks import weighty
from countersign.render.changes import Names, change_plainly, effect_plainly, gone
from countersign.render.links import where
from countersign.render.markdown import prose
from countersign.render.proof import proof_plainly
from countersign.render.rule_pages import body
from countersign.render.secrecy import veiled
from countersign.render.titles import title
from countersign.render.waiting import needs_call, needs_notice, unsigned
from countersign.render.words import clean
from countersign.rules import RULES

#: Raised when a key is taken away or comes to mean something else; new keys do not raise it.
SCHEMA = 1


def as_markdown(verdict: Verdict, now: datetime, *, why: bool = False) -> str:
    """The check's text for the desk: title, summary and details, without links to GitHub; why: and each rule that speaks, at length."""
    verdict = veiled(verdict)
    parts = [f"# {prose(title(verdict))}", page.summary(verdict, None, now), page.details(verdict, None)]
    if why:
        rules = dict.fromkeys(one.finding.rule for one in weighty(verdict))
        parts += [f"## {rule}\n\n{body(RULES[rule]).replace(chr(10) + '## ', chr(10) + '### ')}" for rule in rules]
    return "\n\n".join(part for part in parts if part)


def as_json(verdict: Verdict) -> dict[str, Any]:
    """The verdict as JSON data, for programs; its shape is an interface.

    ``schema`` 1; ``conclusion`` success, failure or neutral; ``title``; ``touched``; ``would_block``; ``mode``; ``online`` (false:
    signatures are not known); ``pull_request`` {repository, number, head, base_ref, base_tip};
    ``contracts`` [{id, file, version: {old, new}, readers}]; ``remarks``; ``waiting_for`` [team];
    ``findings``, strictest first: {handle, fingerprint, rule, level, question, contract, path, before,
    after, detail, message, remedy, witness: {value, whole, allowed_by, validator, said} or null, old, new: {file, line} or null,
    mode, cleared_by, needs: {signatures: [{role, teams,
    stands_in_for}], notice: {days, state, ends_at} or null, open_call: {days, ends_at} or null}}. Times are ISO 8601 in UTC.
    """
    verdict = veiled(verdict)
    request = verdict.pull_request
    return {
        "schema": SCHEMA,
        "conclusion": verdict.conclusion.value,
        "title": title(verdict),
        "touched": verdict.touched,
        "would_block": verdict.would_block,
        "mode": verdict.mode.value,
        "online": verdict.online,
        "pull_request": {
            "repository": request.repository,
            "number": request.number,
            "head": request.head,
            "base_ref": request.base_ref,
            "base_tip": request.base_tip,
        },
        "contracts": [
            {
                "id": contract.id,
                "file": contract.file,
                "version": {"old": contract.version[0], "new": contract.version[1]},
                "readers": sorted({reader.registration.team for reader in contract.readers}),
            }
            for contract in verdict.contracts
        ],
        "remarks": list(verdict.remarks),
        "waiting_for": list(verdict.waiting_for),
        "findings": [_judged(one) for one in verdict.judged],
    }


def diff_text(findings: Sequence[Finding], width: int = 100, *, why: bool = False) -> str:
    """Plain lines for `countersign diff`: a line a finding, strictest first as given, and what a reader will feel of it.

    why: after the first finding of each rule that would stop a merge, the rule at length, in ``width`` columns.
    """
    if not findings:
        return "No difference that a reader could notice."
    names = Names(findings)
    lines: list[str] = []
    at_length: set[str] = set()
    for finding in findings:
        place = finding.old if gone(finding) else finding.new or finding.old
        lines.append(
            f"{finding.level.value:<10} {finding.handle}  {change_plainly(finding, names)}"
            + (f"  ({'old ' if place is finding.old else ''}{where(place)})" if place else "")
        )
        if finding.level.blocks:
            lines.append(f"{'':<10} {effect_plainly(finding, names)} [{finding.rule}]")
            lines += [f"{'':<10} {proof}" for proof in [proof_plainly(finding)] if proof]
            if why and finding.rule not in at_length:
                at_length.add(finding.rule)
                lines += ["", *lines_of(body(RULES[finding.rule]), width, " " * 11), ""]
    return "\n".join(lines)


def finding_as_json(finding: Finding) -> dict[str, Any]:
    """What a finding is, without what it needs: the part of `as_json`'s findings that two files alone tell."""
    return {
        "handle": finding.handle,
        "fingerprint": finding.fingerprint,
        "rule": finding.rule,
        "level": finding.level.value,
        "question": finding.question.value,
        "contract": finding.contract,
        "path": show(finding.path),
        "before": finding.before,
        "after": finding.after,
        "detail": finding.detail,
        "message": finding.note("message"),
        "remedy": finding.note("remedy"),
        "witness": _witness(finding.witness),
        "old": _place(finding.old),
        "new": _place(finding.new),
        "breaks": [{"version": one.version, "commit": one.commit, "place": _place(one.place)} for one in finding.breaks],
        "engines": {one.engine: one.level.value for one in finding.engines},
    }


def _judged(one: Judged) -> dict[str, Any]:
    return finding_as_json(one.finding) | {
        "mode": one.mode.value,
        "cleared_by": one.cleared_by.value,
        "needs": {
            "signatures": [
                {"role": signer.role.value, "teams": list(signer.teams), "stands_in_for": signer.stands_in_for}
                for signer in unsigned(one)
                if not one.cleared
            ],
            "notice": {"days": one.notice.days, "state": one.notice.state.value, "ends_at": _time(one.notice.ends_at)}
            if one.notice and needs_notice(one)
            else None,
            "open_call": {"days": one.open_call.days, "ends_at": _time(one.open_call.ends_at)}
            if one.open_call and needs_call(one)
            else None,
        },
    }


def _witness(witness: Witness | None) -> dict[str, Any] | None:
    if witness is None:
        return None
    return {
        "value": witness.value,
        "whole": witness.whole,
        "allowed_by": witness.allowed_by.value,
        "validator": witness.validator,
        "said": clean(witness.said),
    }


def _place(place: Place | None) -> dict[str, Any] | None:
    return {"file": clean(place.file), "line": place.line} if place else None


def _time(when: datetime | None) -> str | None:
    return when.isoformat() if when else None
