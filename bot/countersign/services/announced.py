"""Notices told to readers as issues in their own repositories, and the removals that are overdue told to owners (GATE §4, Notice)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from countersign.gates.notices import ends_at
from countersign.model.command import CloseIssue, Command, KeepComment, KeepIssue
from countersign.model.consumer import Reference, Registration
from countersign.model.github import Repository
from countersign.model.path import show
from countersign.model.pull_request import RunningNotice, Standing
from countersign.ports import GitTrouble
from countersign.render import (
    AnnouncedEnd,
    discreet_notice_issue,
    more_announced,
    nothing_overdue,
    notice_issue,
    notice_issue_ended,
    overdue_issue,
)
from countersign.services.branches import default_ref
from countersign.services.comparison import Notebook
from countersign.services.context import Ports
from countersign.services.discretion import alias, more_public, unaliased
from countersign.services.in_force import base_policy
from countersign.services.issues import number_of, stands
from countersign.services.renamed import names_now
from countersign.services.roster import readers

#: A field that is still there so long after its notice ended is told to its owners.
PATIENCE = timedelta(days=30)
#: Issues that are opened at one time: GitHub takes 500 a hour from all that Countersign does. The others follow with the next.
_MOST = 100
_TOLD, _OVERDUE = "countersign:notices:", "countersign:overdue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """A notice that runs or has run, and of which the field is still there. repository: the producer's."""

    repository: str
    notice: RunningNotice
    ends_at: datetime

    def overdue(self, now: datetime) -> bool:
        return self.ends_at + PATIENCE <= now


def announced(ports: Ports) -> tuple[Announced, ...]:
    """Every notice of every repository whose field is still there, the one that ends first first."""
    fields = {reference: set(paths) for reference, paths in ports.records.catalogue()}
    found = [
        Announced(repository=home.name, notice=notice, ends_at=ends_at(notice, notice.days))
        for home in ports.records.repositories()
        for notice in ports.records.notices(home.name)
        if _is_there(notice, fields.get(Reference(home.name, notice.contract), set()))
    ]
    return tuple(sorted(found, key=lambda one: (one.ends_at, one.repository, one.notice.contract, one.notice.path)))


def tell_readers(ports: Ports) -> list[Command]:
    """One issue for each reader's repository and producer, kept up to date; what is announced later is told there by a comment."""
    told: dict[tuple[str, str], list[tuple[Registration, Announced]]] = {}
    for one in announced(ports):
        for entry in _readers(ports, one):
            told.setdefault((entry.repository, one.repository), []).append((entry, one))
    commands: list[Command] = []
    opened = 0
    for (home, producer), hit in sorted(told.items()):
        issue = _issue(ports, home, producer, hit)
        known = number_of(ports, home, issue.marker)
        if known is None:
            opened += 1
        if not stands(ports, issue) and (known is not None or opened <= _MOST):
            commands += [issue, *_news(ports, issue, known, hit, discreet=more_public(ports, home, producer))]
    for home, called in _once_told(ports):
        if (home, unaliased(ports, called)) not in told:
            said = notice_issue_ended("" if called.isdecimal() else called)
            commands.append(CloseIssue(repository=home, marker=_TOLD + called, said=said))
    return commands


def tell_owners(ports: Ports) -> list[Command]:
    """One issue in each repository of the announced ends that are long past and never came; closed when none is left."""
    now = ports.calendar.now()
    late: dict[str, list[Announced]] = {}
    for one in announced(ports):
        if one.overdue(now):
            late.setdefault(one.repository, []).append(one)
    commands: list[Command] = []
    for home in ports.records.repositories():
        if home.name in late:
            title, body = overdue_issue([end_of(one) for one in late[home.name]], owners=_owners(ports, home))
            commands.append(KeepIssue(repository=home.name, marker=_OVERDUE, title=title, body=body))
        elif number_of(ports, home.name, _OVERDUE) is not None:
            commands.append(CloseIssue(repository=home.name, marker=_OVERDUE, said=nothing_overdue()))
    return commands


def _owners(ports: Ports, home: Repository) -> tuple[str, ...]:
    """Of the repository's policy, as its default branch was last fetched; nobody is mentioned where it never was."""
    try:
        tip = ports.git.resolve(home.name, default_ref(home))
    except GitTrouble:
        return ()
    return names_now(ports).all_now(base_policy(ports.reader, home.name, tip, None, Notebook()).policy.owners)


def _named(ports: Ports, hit: Sequence[tuple[Registration, Announced]]) -> list[str]:
    """The teams that may be mentioned: a secret one is named nowhere."""
    return [team for team in sorted({entry.team for entry, _ in hit}) if not ports.records.team(team.removeprefix("@")).secret]


def _issue(ports: Ports, home: str, producer: str, hit: Sequence[tuple[Registration, Announced]]) -> KeepIssue:
    teams, ends = _named(ports, hit), [end_of(one) for one in _each(hit)]
    discreet = more_public(ports, home, producer)
    title, body = discreet_notice_issue(teams=teams, ends=ends) if discreet else notice_issue(producer, teams=teams, ends=ends)
    return KeepIssue(repository=home, marker=_TOLD + alias(ports, home, producer), title=title, body=body)


def _news(
    ports: Ports, issue: KeepIssue, known: int | None, hit: Sequence[tuple[Registration, Announced]], *, discreet: bool
) -> list[Command]:
    """A comment on an issue that stands, for what was announced since it was opened: nobody is told of an edit."""
    if known is None:
        return []
    rows = ports.records.ledger(kind="issue-opened", repository=issue.repository, number=known)
    since = max(row["at"] for row in rows)
    news: dict[datetime, list[Announced]] = {}
    for one in _each(hit):
        if one.notice.started_at > since:
            news.setdefault(one.notice.started_at, []).append(one)
    teams = _named(ports, hit)
    return [
        KeepComment(
            repository=issue.repository,
            number=known,
            marker=f"{issue.marker}:{at.isoformat()}",
            body=more_announced(teams, [end_of(one) for one in ones], discreet=discreet),
        )
        for at, ones in sorted(news.items())
    ]


def _readers(ports: Ports, one: Announced) -> Iterable[Registration]:
    """The registrations, outside the producer's own repository, that count and read what will go."""
    for reader in readers(ports, one.repository, one.notice.contract):
        entry = reader.registration
        if reader.standing is Standing.COUNTS and entry.repository != one.repository and _reads(entry, one.notice):
            yield entry


def _reads(entry: Registration, notice: RunningNotice) -> bool:
    """A notice may leave the dataset out of its path."""
    return bool(entry.reads(notice.path) or (len(notice.path) < 2 and entry.reads(("", *notice.path))))


def _is_there(notice: RunningNotice, fields: set[str]) -> bool:
    path = show(notice.path)
    return any(field == path or field.startswith(f"{path}.") or field.endswith(f".{path}") for field in fields)


def _each(hit: Sequence[tuple[Registration, Announced]]) -> list[Announced]:
    return list(dict.fromkeys(one for _, one in hit))


def end_of(one: Announced) -> AnnouncedEnd:
    """As it is shown."""
    notice = one.notice
    return AnnouncedEnd(
        contract=notice.contract, path=notice.path, ends_at=one.ends_at, replacement=notice.replacement, reason=notice.reason
    )


def _once_told(ports: Ports) -> list[tuple[str, str]]:
    """(reader's repository, producer as its marker calls it) of every such issue there ever was."""
    rows = ports.records.ledger(kind="issue-opened")
    found = {(row["repository"], row["what"]["marker"].removeprefix(_TOLD)) for row in rows if row["what"]["marker"].startswith(_TOLD)}
    return sorted(found)
