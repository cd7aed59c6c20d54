"""The issue of a pause, and what the command says of it."""

from __future__ import annotations

import json
from collections.abc import Sequence

import msgspec

from countersign.model.pause import Pause, Restored, Switch, Switched
from countersign.render.markdown import code, mention, plain
from countersign.render.words import clean, count, moment, quoted

_MOST = 30
_HOW = {
    Switch.RULESET: "set to evaluate, or to disabled where GitHub cannot evaluate",
    Switch.CHECK: "without the check; its other rules hold",
    Switch.CLASSIC: "without the check; the rest of the protection holds",
}


def pause_issue(pause: Pause) -> tuple[str, str]:
    """(title, body). The body ends in a block for machines, from which the pause can be undone."""
    rows = "\n".join(f"- {_where(one, markdown=True)}: {_HOW[one.switch]}" for one in pause.switched[:_MOST])
    left = len(pause.switched) - _MOST
    rows += f"\n- and {left} more" if left > 0 else ""
    body = [
        f"{plain(pause.by)} has paused Countersign until **{moment(pause.until)}**: until then changes of data contracts merge without"
        " the check.",
        f"**Why:** {plain(pause.reason)}",
        f"**What was switched off**\n{rows}",
        "**How it ends.** The command that began it puts everything back by itself. By hand, at any time, with an administrator's token in"
        f" `GITHUB_TOKEN`:\n\n```sh\ncountersign pause --resume --org {clean(pause.organisation)}\n```",
        "What merges meanwhile is judged afterwards; its owners are told of what was not signed.",
        # One line: `-->` in a reason must not end the comment.
        f"<!-- countersign:pause {_block(pause)} -->",
    ]
    return f"Countersign is paused until {moment(pause.until)}", "\n\n".join(body)


def _block(pause: Pause) -> str:
    """What has its usual value is left out: an issue has room for some 700 places."""
    data = msgspec.to_builtins(pause)
    data["switched"] = [{name: value for name, value in one.items() if value} for one in data["switched"]]
    return json.dumps(data, separators=(",", ":")).replace(">", "\\u003e")


def resumed_comment(restored: Sequence[Restored]) -> str:
    return f"The pause is over: the check is required again in {count(len(restored), 'place')}."


def overdue_comment(pause: Pause, author: str) -> str:
    """author: who opened the issue, and is told."""
    return (
        f"{mention(f'@{author}')}: the pause was to end at {moment(pause.until)}, and this issue is still open, so the check may still"
        f" be off. The App cannot change settings. Put them back: `countersign pause --resume --org {clean(pause.organisation)}`."
    )


def pause_text(pause: Pause) -> str:
    """What is about to be, or was, switched off."""
    lines = [f"Paused until {moment(pause.until)}, in {count(len(pause.switched), 'place')}:"]
    return "\n".join([*lines, *(f"  {_where(one, markdown=False)}: {_HOW[one.switch]}" for one in pause.switched)])


def restored_text(restored: Sequence[Restored]) -> str:
    lines = []
    for one in restored:
        where = _where(one.switched, markdown=False)
        lines.append(f"  {where}: NOT required again: {clean(one.trouble)}" if one.trouble else f"  {where}: required again")
    return "\n".join(lines)


def _where(one: Switched, *, markdown: bool) -> str:
    show = code if markdown else quoted
    if one.switch is Switch.CLASSIC:
        return f"{show(one.home)}, protection of {show(one.branch)}"
    return f"{show(one.home)}, ruleset {show(one.name)}"
