"""What pull requests waited for: the judgements of each, told as findings that were held back and readers that were waited for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from countersign.model.fact import Catch, Facts, Row, Wait
from countersign.scores.names import rename

JSON = Any
Pull = tuple[str, int]

#: By which the comment of a reminder is told from others (`services.review_pull_request`, `services.elsewhere`).
_REMINDER = ":reminder:"


class Pulls:
    """Of a finding, only where the gate blocks (mode ``enforce``) is it a catch: elsewhere nobody was kept from anything."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._last: dict[Pull, Sequence[JSON]] = {}
        self._held: dict[Pull, dict[str, Catch]] = {}
        self._waiting: dict[Pull, dict[tuple[str, str], Wait]] = {}

    def last(self, repository: str, number: int) -> Sequence[JSON]:
        """What the last judgement said of the pull request's breaking findings."""
        return self._last.get((repository, number), ())

    def judged(self, entry: Row) -> None:
        pull = entry.repository, entry.number
        if not entry.number:
            return  # a merge group, which is judged by its own pull requests
        self._last[pull] = entry.what
        self._hold(pull, entry)
        self._wait(pull, entry)

    def merged(self, entry: Row) -> Sequence[JSON]:
        """What was said of it last. Whatever still held it has been passed by."""
        said = self.last(entry.repository, entry.number)
        self._end(entry, "merged")
        return said

    def closed(self, entry: Row) -> None:
        self._end(entry, "closed")

    def reopened(self, entry: Row) -> None:
        """It waits again for what it waited for."""
        last = self._last.get((entry.repository, entry.number))
        if last is not None:
            self.judged(Row(entry.sequence, "judgement", entry.repository, entry.number, entry.at, last))

    def commented(self, entry: Row) -> None:
        if _REMINDER in entry.what["marker"]:
            for wait in self._waiting.get((entry.repository, entry.number), {}).values():
                wait.reminders += 1

    def renamed(self, old: str, new: str) -> None:
        for known in (self._last, self._held, self._waiting):
            rename(known, old, new)

    def _hold(self, pull: Pull, entry: Row) -> None:
        held = self._held.setdefault(pull, {})
        said = {one["fingerprint"]: one for one in entry.what if one["mode"] == "enforce"}
        for fingerprint, one in said.items():
            catch = held.get(fingerprint)
            if one["cleared_by"] == "nothing":
                if catch is None:
                    held[fingerprint] = catch = _catch(entry, one)
                    self._facts.catches.append(catch)
                catch.over_at, catch.how = None, ""
            elif catch is not None and catch.over_at is None:
                catch.over_at, catch.how = entry.at, one["cleared_by"]
        for fingerprint, catch in held.items():
            if fingerprint not in said and catch.over_at is None:
                catch.over_at, catch.how = entry.at, "withdrawn"

    def _wait(self, pull: Pull, entry: Row) -> None:
        waiting = self._waiting.setdefault(pull, {})
        wanted = {(one["contract"], reader) for one in entry.what if one["cleared_by"] == "nothing" for reader in one["waits_for"]}
        for contract, reader in sorted(wanted - waiting.keys()):
            waiting[contract, reader] = wait = Wait(
                repository=entry.repository, number=entry.number, contract=contract, reader=reader, since=entry.at
            )
            self._facts.waits.append(wait)
        for key in waiting.keys() - wanted:
            waiting.pop(key).until = entry.at

    def _end(self, entry: Row, how: str) -> None:
        pull = entry.repository, entry.number
        for catch in self._held.get(pull, {}).values():
            if catch.over_at is None:
                catch.over_at, catch.how = entry.at, how
        for wait in self._waiting.pop(pull, {}).values():
            wait.until = entry.at


def _catch(entry: Row, said: JSON) -> Catch:
    return Catch(
        repository=entry.repository,
        number=entry.number,
        contract=said["contract"],
        fingerprint=said["fingerprint"],
        rule=said["rule"],
        path=said["path"],
        held_at=entry.at,
    )
