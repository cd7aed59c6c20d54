"""What each finding of an audit means, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable

from countersign.model.enforceability import Gap, GapKind, Severity
from countersign.render.words import clean, count, listed

Show = Callable[[str], str]
"""How a name of others is shown: in a terminal, or in Markdown."""

_PUBLISHING = "`countersign audit --fix` requires it, pinned to this App; or do it in a ruleset by hand."
_READING = "Require a pull request and the check in a ruleset, pinned to this App: a reader could be taken out unseen."
_DUTIES = {
    "owners": "owns what is published here",
    "reader": "is registered here as a reader",
    "overrides": "is the one that may override",
}
_ACCEPT = "An owner of the organisation accepts them: Settings → GitHub Apps → Countersign."


def sentences(gap: Gap, show: Show) -> tuple[str, str]:
    """(what is so, what to do). show: every name that is not ours goes through it."""
    return _SAID[gap.kind](gap, show)


def _names(gap: Gap, show: Show, most: int = 6) -> str:
    return listed([show(name) for name in gap.names], most)


def _rule(gap: Gap, show: Show) -> str:
    return f"The ruleset {show(gap.source)}" if gap.source else "Classic branch protection"


def _fix(gap: Gap) -> str:
    """Where nothing is published, the command leaves the settings alone."""
    return _PUBLISHING if gap.severity is Severity.OPEN else _READING


def _not_required(gap: Gap, show: Show) -> tuple[str, str]:
    if gap.severity is Severity.OPEN:
        return "The check is not required: a change lands whatever its readers say.", _PUBLISHING
    return "Anybody who can push may change the registrations here, or its data products: the check is not required.", _READING


def _not_active(gap: Gap, show: Show) -> tuple[str, str]:
    return (
        f"{_rule(gap, show)} asks for the check, but is set to {_names(gap, show)}: nothing is held back.",
        "Set it to active. If it was paused: `countersign pause --resume`.",
    )


def _not_pinned(gap: Gap, show: Show) -> tuple[str, str]:
    return f"{_rule(gap, show)} takes the check from any App: anybody who can write may post one that passes.", _fix(gap)


def _pinned_elsewhere(gap: Gap, show: Show) -> tuple[str, str]:
    return f"{_rule(gap, show)} takes the check from the App {_names(gap, show)}, which is not this one.", _fix(gap)


def _admins_spared(gap: Gap, show: Show) -> tuple[str, str]:
    return (
        "Administrators may merge and push without the check.",
        'Tick "Do not allow bypassing the above settings"; or `countersign audit --fix`, whose ruleset binds them too.',
    )


def _bypass(gap: Gap, show: Show) -> tuple[str, str]:
    return (
        f"{_rule(gap, show)} does not bind {_names(gap, show)}.",
        "Take them off its bypass list; or leave it so on purpose: what they land unsigned is told to the owners.",
    )


def _queue(gap: Gap, show: Show) -> tuple[str, str]:
    return "It has a merge queue, and the App is not told of merge groups: the queue waits for a check that never comes.", _ACCEPT


def _unlisted(gap: Gap, show: Show) -> tuple[str, str]:
    return (
        f"{count(len(gap.names), 'file looks', 'files look')} like a contract, and no policy lists"
        f" {'it' if len(gap.names) == 1 else 'them'}: {_names(gap, show)}.",
        "List it under `publishes:` if somebody reads that data.",
    )


def _past(gap: Gap, show: Show) -> tuple[str, str]:
    return (
        f"In the last 30 days {count(int(gap.source), 'change')} landed past the gate, by {_names(gap, show)}.",
        "Each has an issue in that repository. The findings above say what let them through.",
    )


def _team_gone(gap: Gap, show: Show) -> tuple[str, str]:
    return (
        f"{_names(gap, show)} {_DUTIES[gap.source]}, and there is no such team: nobody can sign for it.",
        "Name a team that exists; a renamed team keeps its people, not its name.",
    )


def _team_empty(gap: Gap, show: Show) -> tuple[str, str]:
    return f"{_names(gap, show)} {_DUTIES[gap.source]}, and has no people: nobody can sign for it.", "Add people to it, or name another."


def _grant(gap: Gap, show: Show) -> tuple[str, str]:
    return f"The App was not granted {_names(gap, show, 12)}.", _ACCEPT


def _selected(gap: Gap, show: Show) -> tuple[str, str]:
    return (
        "The App is installed on selected repositories only: what the others publish or read is not seen.",
        "Install it on all of them: Settings → GitHub Apps → Countersign → Repository access.",
    )


def _mode(gap: Gap, show: Show) -> tuple[str, str]:
    return (
        f"{_names(gap, show)} {'is' if len(gap.names) == 1 else 'are'} in mode `{clean(gap.source)}`: nothing is blocked.",
        "Set `mode: enforce` once the readers are registered.",
    )


def _no_access(gap: Gap, show: Show) -> tuple[str, str]:
    return (
        f"{show(gap.source)} reads {_names(gap, show)}, which is private, and was given no access there. Unless everybody in the"
        " organisation may read it, they cannot see what they are asked to sign.",
        "Give the team read access to that repository.",
    )


def _unread(gap: Gap, show: Show) -> tuple[str, str]:
    return f"Not known: {show(gap.source)}.", "Look again with a token of an administrator in GITHUB_TOKEN."


_SAID: dict[GapKind, Callable[[Gap, Show], tuple[str, str]]] = {
    GapKind.NOT_REQUIRED: _not_required,
    GapKind.NOT_ACTIVE: _not_active,
    GapKind.NOT_PINNED: _not_pinned,
    GapKind.PINNED_ELSEWHERE: _pinned_elsewhere,
    GapKind.ADMINS_SPARED: _admins_spared,
    GapKind.BYPASS: _bypass,
    GapKind.QUEUE_UNANSWERED: _queue,
    GapKind.UNLISTED: _unlisted,
    GapKind.PAST_THE_GATE: _past,
    GapKind.TEAM_GONE: _team_gone,
    GapKind.TEAM_EMPTY: _team_empty,
    GapKind.GRANT_MISSING: _grant,
    GapKind.SELECTED_ONLY: _selected,
    GapKind.MODE: _mode,
    GapKind.NO_ACCESS: _no_access,
    GapKind.UNREAD: _unread,
}
