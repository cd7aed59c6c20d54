"""Issues that we opened: written once, edited in place only when they say something else, closed with a last word.

An issue's number is in the ledger (``issue-opened``), so that a comment there can be told to be about what the marker says. A marker
that names a renamed repository is noted again (`services.repository_names`): of several of one issue the last stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from countersign.model.command import CloseIssue, KeepIssue, OpenIssue
from countersign.services.context import Ports
from countersign.services.publish import digest


def open_issue(ports: Ports, command: OpenIssue) -> None:
    key = _key(command.repository, command.marker)
    done, number = ports.records.attempt(key)
    if not done:
        number = ports.github.open_issue(command.repository, command.marker, command.title, command.body, repeated=number == "again")
        ports.records.done(key, number)
    _note(ports, command.repository, command.marker, number)


def keep_issue(ports: Ports, command: KeepIssue) -> int:
    """The issue's number."""
    key, said = _key(command.repository, command.marker), digest(command.title, command.body)
    done, number = ports.records.attempt(key)
    standing = _standing(ports, key)
    if not done or standing != said:
        known, again = (int(number), False) if done else (None, number == "again")
        number = ports.github.keep_issue(
            command.repository, command.marker, command.title, command.body, known, reopen=standing == _CLOSED, repeated=again
        )
        ports.records.done(key, number)
        ports.records.done(f"{key}:says", said)
    _note(ports, command.repository, command.marker, int(number))
    return int(number)


def stands(ports: Ports, command: KeepIssue) -> bool:
    """Whether the issue is open, as far as we know, and says just this."""
    return _standing(ports, _key(command.repository, command.marker)) == digest(command.title, command.body)


def closed(ports: Ports, repository: str, marker: str) -> bool:
    """Whether `close_issue` closed it, and nothing has opened it since."""
    return _standing(ports, _key(repository, marker)) == _CLOSED


def number_of(ports: Ports, repository: str, marker: str) -> int | None:
    """Of the issue opened last with the marker; None if there never was one, or if it has another marker by now."""
    return _numbers(ports.records.ledger(kind="issue-opened", repository=repository)).get((repository, marker))


def numbers_of(ports: Ports, repositories: Collection[str]) -> Mapping[tuple[str, str], int]:
    """(repository, marker) -> number, as `number_of` of each, in one look."""
    return _numbers(ports.records.ledger_of("issue-opened", repositories))


def _numbers(opened: Iterable[Mapping[str, Any]]) -> Mapping[tuple[str, str], int]:
    stands = {(row["repository"], int(row["number"])): row["what"]["marker"] for row in opened}
    return {(repository, marker): number for (repository, number), marker in sorted(stands.items())}


def close_issue(ports: Ports, command: CloseIssue) -> None:
    """The last word first, so that a crash in between leaves an open issue and not a silent end."""
    key = _key(command.repository, command.marker)
    number = number_of(ports, command.repository, command.marker)
    if number is None or _standing(ports, key) == _CLOSED:
        return
    if command.said:
        last = f"{key}:last"
        done, comment = ports.records.attempt(last)
        known, again = (int(comment), False) if done else (None, comment == "again")
        comment = ports.github.keep_comment(command.repository, number, f"{command.marker}:last", command.said, known, repeated=again)
        ports.records.done(last, comment)
    ports.github.close_issue(command.repository, number)
    ports.records.done(f"{key}:says", _CLOSED)


#: In the place of a digest of what the issue says.
_CLOSED = "closed"


def _key(repository: str, marker: str) -> str:
    return f"issue:{repository}:{marker}"


def _standing(ports: Ports, key: str) -> str:
    """A digest of what the issue says, `_CLOSED`, or "" where nobody noted it."""
    noted, said = ports.records.attempt(f"{key}:says")
    return str(said) if noted else ""


def _note(ports: Ports, repository: str, marker: str, number: int) -> None:
    once = f"{_key(repository, marker)}:{number}"
    ports.records.write_ledger("issue-opened", repository, number, ports.calendar.now(), {"marker": marker}, once=once)
