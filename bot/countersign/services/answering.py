"""Answers to the commands of a pull request: one comment for each comment that commands, edited in place.

A verb is a row of `VERBS`: a function from what was asked to Markdown. Whoever adds one says in `render.answers.FORMS` how it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from countersign.gates.pull_request import judge
from countersign.model.command import Command, KeepComment
from countersign.model.github import PullRequestRow, Repository
from countersign.model.pull_request import StatementKind
from countersign.model.verdict import Judged, Verdict
from countersign.ports import GitTrouble
from countersign.render import answers, explain, veiled
from countersign.render.agreements import refused_statement
from countersign.render.markdown import unpinged
from countersign.render.reviews import refused_hold, refused_override
from countersign.render.suspects import dismissal_answered
from countersign.services.command_line import MOST_ANSWERED, Said
from countersign.services.context import Ports
from countersign.services.gather import Gathered, gather
from countersign.services.safe_path import safe_path_answer


class Asked:
    """One command, and what it takes to answer it. The pull request is looked at once, however many commands a comment holds."""

    def __init__(self, ports: Ports, home: Repository, row: PullRequestRow, login: str, url: str) -> None:
        self.ports, self.home, self.row, self.login, self.url = ports, home, row, login, url
        self.said = Said("", "")
        self.now = ports.calendar.now()

    @cached_property
    def gathered(self) -> Gathered:
        return gather(self.ports, self.home, self.row)

    @cached_property
    def verdict(self) -> Verdict:
        return veiled(judge(self.gathered.facts, self.now))

    def meant(self) -> tuple[list[Judged], list[str]]:
        """(what the handles mean in the check now, those that mean nothing or several things there)."""
        found: list[Judged] = []
        unclear = self._mistyped()
        for handle in self.said.handles:
            those = [one for one in self.verdict.judged if one.finding.fingerprint.startswith(handle)]
            found += those if len(those) == 1 else []
            unclear += [] if len(those) == 1 else [f"C-{handle}"]
        return found, unclear

    def typed(self) -> list[str]:
        """Every handle of the command, and what looks like one."""
        return [*(f"C-{handle}" for handle in self.said.handles), *self._mistyped()]

    def _mistyped(self) -> list[str]:
        return [word if word.upper().startswith("C-") else f"C-{word}" for word in self.said.mistyped]


def answer(ports: Ports, home: Repository, row: PullRequestRow, commands: Sequence[Said], *, login: str, url: str, marker: str) -> Command:
    """commands: what one comment or review says. url: of it, by which what was kept of it is known again."""
    asked = Asked(ports, home, row, login, url)
    replies = []
    for said in commands[:MOST_ANSWERED]:
        asked.said = said
        replies.append((said.line, _reply(asked)))
    body = answers.answer_comment(replies, left=len(commands) - len(replies))
    return KeepComment(repository=home.name, number=row.number, marker=f"countersign:answer:{marker}", body=body)


def _reply(asked: Asked) -> str:
    verb = asked.said.verb or "help"
    if asked.row.state != "open":
        return answers.closed()
    try:
        if verb not in VERBS:
            return answers.unknown_verb(verb, asked.verdict, asked.now)
        return VERBS[verb](asked)
    except GitTrouble:
        return answers.not_readable()


def _malformed(asked: Asked, *, handles: bool, reason: bool = True, until: bool = False) -> str:
    """What is wrong with the form of a command; "" if nothing is."""
    said = asked.said
    fault = (
        "open-quote"
        if said.open_quote
        else "no-handle"
        if handles and not said.handles and not said.mistyped
        else "no-reason"
        if reason and not said.reason
        else "no-date"
        if until and said.until is None
        else "past"
        if until and said.until is not None and said.until < asked.now
        else ""
    )
    if fault:
        return answers.malformed(fault, said.verb, asked.verdict, asked.now, asked.typed())
    if not asked.verdict.touched:
        return answers.nothing_judged()
    _, unclear = asked.meant()
    return answers.unknown_handles(unclear, asked.typed(), said.verb, asked.verdict, asked.now) if unclear else ""


def _override(asked: Asked) -> str:
    fault = _malformed(asked, handles=True, until=True)
    if fault:
        return fault
    said = asked.said
    for one in asked.verdict.refused_overrides:
        if (one.override.url, one.override.handles) == (asked.url, said.handles):
            return unpinged(refused_override(one, asked.verdict.overrides))
    found, _ = asked.meant()
    assert said.until is not None  # `_malformed` answers a command without a date
    return answers.override_noted(said.until, found)


def _statement(kind: StatementKind) -> Callable[[Asked], str]:
    def reply(asked: Asked) -> str:
        fault = _malformed(asked, handles=kind is StatementKind.DISPUTE)
        if fault:
            return fault
        said = asked.said
        for one in asked.verdict.refused_statements:
            spoken = one.statement
            if (spoken.kind, spoken.url, spoken.handles) == (kind, asked.url, said.handles):
                return unpinged(refused_statement(one))
        found, _ = asked.meant()
        if not said.handles:
            found = [one for one in asked.verdict.judged if one.finding.level.blocks]
        return answers.statement_noted(kind, found, named=bool(said.handles))

    return reply


def _dismiss(asked: Asked) -> str:
    said = asked.said
    outcomes = asked.ports.records.ledger(kind="dismissal", repository=asked.home.name, number=asked.row.number)
    mine = [row["what"] for row in outcomes if (row["what"]["url"], row["what"]["by"]) == (asked.url, asked.login)]
    for what in mine:
        if said.words and what["suspect"] == said.words[0].upper():
            return dismissal_answered(what["suspect"], what["refused"], asked.verdict.overrides)
    return answers.malformed("open-quote" if said.open_quote else "no-suspect", said.verb, asked.verdict, asked.now)


def _hold(asked: Asked) -> str:
    fault = _malformed(asked, handles=True, until=True)
    if fault:
        return fault
    said = asked.said
    for one in asked.verdict.refused_holds:
        if (one.hold.url, one.hold.handles) == (asked.url, said.handles):
            return unpinged(refused_hold(one))
    found, _ = asked.meant()
    assert said.until is not None  # `_malformed` answers a command without a date
    return answers.hold_noted(said.until, found, ended=said.until.date() == asked.now.date())


def _explain(asked: Asked) -> str:
    fault = _malformed(asked, handles=True, reason=False)
    if fault:
        return fault
    found, _ = asked.meant()
    return unpinged(explain.explanation(found, asked.verdict, asked.ports.links(asked.home.name, asked.row.head), asked.now))


def _register(asked: Asked) -> str:
    if not asked.verdict.contracts:
        return answers.nothing_judged()
    teams = asked.ports.records.teams_of(asked.login, secret=False)  # everybody reads the answer
    names = [f"@{team}" for team in teams if asked.home.name.split("/")[0].lower() == team.split("/")[0].lower()]
    return explain.registration(asked.verdict.contracts, names or [f"@{asked.login}"], asked.verdict)


def _elsewhere(asked: Asked) -> str:
    return answers.elsewhere(asked.said.verb)


def _safe_path(asked: Asked) -> str:
    return safe_path_answer(asked.ports.reader, asked.verdict, asked.gathered.comparison, asked.now)


VERBS: Mapping[str, Callable[[Asked], str]] = {
    "accept": _elsewhere,
    "break-glass": _statement(StatementKind.BREAK_GLASS),
    "dismiss": _dismiss,
    "dispute": _statement(StatementKind.DISPUTE),
    "explain": _explain,
    "help": lambda asked: answers.help_text(asked.verdict, asked.now),
    "hold": _hold,
    "override": _override,
    "recheck": lambda asked: answers.rechecked(),
    "register": _register,
    "reject": _elsewhere,
    "safe-path": _safe_path,
}
