"""The rollout report for people: what would have been blocked, what is ready, and how to go on."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence

from countersign.model.rollout import Edit, NotYet, Rollout, Watched, WouldBlock
from countersign.render.markdown import code, fenced, folded, plain
from countersign.render.words import clean, count, day, listed, quoted, short_team

_MOST = 30
_NOT_YET = {
    NotYet.NOBODY_READS: "nobody is registered as a reader, so a removal would only ask its owners",
    NotYet.DISPUTED: "a finding of it was disputed in the last 14 days",
    NotYet.DRAFT: "it is a draft, and promises nothing yet",
}


def rollout_issue(found: Rollout) -> tuple[str, str]:
    """(title, body) of the week's issue in the organisation's ``.github`` repository."""
    title = f"Contracts: {count(len(found.would_block), 'pull request')} would have been blocked this week; " + (
        f"{count(len(found.ready), 'contract')} ready to be enforced" if found.ready else "no contract is ready to be enforced"
    )
    body = [
        f"From {day(found.since)} to {day(found.until)}, {_judged(found)}. {_enforced(found)}",
        "### What would have been blocked\n" + _would_block(found, code, plain),
        "### Ready to be enforced\n" + _ready(found, code),
    ]
    if found.edits:
        body.append(_how(found.organisation))
        body += [_patch(edit) for edit in found.edits[:_MOST] if edit.contracts]
    waiting = [one for one in found.watched if one.not_yet]
    if waiting:
        body.append(folded(f"Not ready yet ({len(waiting)})", _waiting(waiting, code)))
    return title, "\n\n".join(body)


def rollout_text(found: Rollout) -> str:
    """The same at a terminal."""
    lines = [f"{clean(found.organisation)}: {_judged(found)} since {day(found.since)}. {_enforced(found)}", ""]
    lines += ["WOULD HAVE BEEN BLOCKED", _would_block(found, quoted, clean), "", "READY TO BE ENFORCED", _ready(found, quoted)]
    waiting = [one for one in found.watched if one.not_yet]
    if waiting:
        lines += ["", "NOT READY YET", _waiting(waiting, quoted)]
    for edit in found.edits:
        if edit.contracts:
            lines += ["", f"{edit.repository}:", patch_of(edit)]
    return "\n".join(lines)


def rollout_json(found: Rollout) -> dict[str, object]:
    """``schema`` 1; ``organisation``, ``since``, ``until``, ``judged``, ``enforced``; ``would_block`` [{repository, number, changes,
    waits_for, merged}]; ``contracts`` [{repository, contract, mode, readers, not_yet}]; ``patches`` [{repository, file, contracts,
    by_hand, patch}]."""
    return {
        "schema": 1,
        "organisation": found.organisation,
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        "judged": found.judged,
        "enforced": found.enforced,
        "would_block": [
            {
                "repository": one.repository,
                "number": one.number,
                "changes": [{"contract": contract, "rule": rule, "path": path} for contract, rule, path in one.changes],
                "waits_for": list(one.waits_for),
                "merged": one.merged,
            }
            for one in found.would_block
        ],
        "contracts": [
            {
                "repository": one.repository,
                "contract": one.contract,
                "mode": one.mode.value,
                "readers": list(one.readers),
                "not_yet": one.not_yet.value if one.not_yet else None,
            }
            for one in found.watched
        ],
        "patches": [
            {
                "repository": edit.repository,
                "file": edit.file,
                "contracts": list(edit.contracts),
                "by_hand": list(edit.by_hand),
                "patch": patch_of(edit),
            }
            for edit in found.edits
        ],
    }


def enforce_proposal(edits: Sequence[Edit]) -> tuple[str, str]:
    """(title, body) of the pull request that sets a repository's contracts to enforce. edits: of that repository."""
    contracts = [contract for edit in edits for contract in edit.contracts]
    title = f"Enforce the contract{'' if len(contracts) == 1 else 's'} {listed(contracts, 4)}"
    body = (
        f"{listed([code(one) for one in contracts], 20)}: each has a registered reader, and none of its findings was disputed in the last"
        " 14 days. From the merge on, a change that breaks a reader is blocked until that reader has signed. This makes the gate"
        " stricter, so nobody has to sign it.\n\nTo go back, set `mode` again; that loosens the gate, and the"
        " organisation has to let it pass."
    )
    return title, body


def patch_of(edit: Edit) -> str:
    """A unified diff of the policy file."""
    lines = difflib.unified_diff(edit.before.splitlines(), edit.after.splitlines(), f"a/{edit.file}", f"b/{edit.file}", lineterm="", n=2)
    return "\n".join(lines)


def _judged(found: Rollout) -> str:
    what = "touched a contract that is not enforced yet"
    return f"{count(found.judged, 'pull request')} {what}" if found.judged else f"no pull request {what}"


def _enforced(found: Rollout) -> str:
    total = found.enforced + len(found.watched)
    return f"{found.enforced} of {count(total, 'contract')} {'is' if found.enforced == 1 else 'are'} enforced."


def _would_block(found: Rollout, name: Callable[[str], str], text: Callable[[str], str]) -> str:
    lines = [_blocked(one, name, text) for one in found.would_block[:_MOST]]
    left = len(found.would_block) - len(lines)
    return "\n".join([*lines, *([f"- and {left} more"] if left else [])]) or "Nothing."


def _blocked(one: WouldBlock, name: Callable[[str], str], text: Callable[[str], str]) -> str:
    changes = listed([f"{name(path or contract)} ({rule})" for contract, rule, path in one.changes], 4)
    whom = f", not signed by {listed([text(short_team(team)) for team in one.waits_for], 4)}" if one.waits_for else ""
    return f"- {one.repository}#{one.number}{' (merged)' if one.merged else ''}: {changes}{whom}"


def _ready(found: Rollout, name: Callable[[str], str]) -> str:
    lines = [
        f"- {name(f'{one.repository}#{one.contract}')} ({one.mode.value}): {count(len(one.readers), 'registered reader')}"
        for one in found.ready[:_MOST]
    ]
    left = len(found.ready) - len(lines)
    by_hand = [contract for edit in found.edits for contract in edit.by_hand]
    if by_hand:
        lines.append(f"- To be set by hand, because their lines do not say only one thing: {listed([name(one) for one in by_hand], 8)}")
    return "\n".join([*lines, *([f"- and {left} more"] if left else [])]) or (
        "None. A contract is ready when a registered reader counts and none of its findings was disputed in the last 14 days."
    )


def _waiting(watched: Sequence[Watched], name: Callable[[str], str]) -> str:
    lines = [f"- {name(f'{one.repository}#{one.contract}')}: {_NOT_YET[one.not_yet]}" for one in watched[:_MOST] if one.not_yet]
    left = len(watched) - len(lines)
    return "\n".join([*lines, *([f"- and {left} more"] if left else [])])


def _how(organisation: str) -> str:
    return (
        f"`countersign rollout --org {clean(organisation)} --open` opens these as pull requests, with your own token. They make the"
        " gate stricter, so nobody has to sign them."
    )


def _patch(edit: Edit) -> str:
    return f"{code(edit.repository)}\n\n{fenced(patch_of(edit).splitlines(), 'diff', exact=True)}"
