"""Objects: members that must be there, what is said of members by their names, and how many there may be.

The name of a member is a text like any other: of which names a statement speaks is a formula over texts, so that names are looked for in
the same way as values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import chain, count, islice
from typing import Any as Anything

from countersign.formats.jsonschema.containment.budget import Budget
from countersign.formats.jsonschema.containment.evaluation import holds
from countersign.formats.jsonschema.containment.formula import (
    FALSE,
    All,
    Any,
    Every,
    Formula,
    Goal,
    Has,
    Kind,
    Literal,
    No,
    Size,
    Values,
    brief,
    key_of,
    only_text,
    values,
)
from countersign.formats.jsonschema.containment.outcome import NOTHING, Finder, Nothing, Outcome, Some, Unknown

#: Statements about names that are no plain lists of them: each may or may not speak of a new member, so the ways double with each.
MAX_STATEMENTS = 100
#: Members of an example.
MAX_MEMBERS = 200
_TEXT = Literal(False, True, Kind(frozenset({"string"})))


def find_object(atoms: Collection[Literal], excluded: Collection[object], search: Finder) -> Outcome:
    """An object that fulfils the atoms (`Every`; `Has`; `Size`, where it is to hold). Raises `Exhausted`."""
    return _Objects(atoms, excluded, search).find()


class Members:
    """What the atoms say of single members, by their names: to see quickly that a member cannot be."""

    def __init__(self, atoms: Collection[Literal]) -> None:
        self._named: dict[str, list[Literal]] = {}
        self._every: list[tuple[Formula, Literal]] = []
        for literal in atoms:
            if isinstance(literal.formula, Every) and literal.holds:
                name = only_text(literal.formula.key)
                said = Literal(literal.inner, True, literal.formula.value)
                if name is None:
                    self._every.append((literal.formula.key, said))
                else:
                    self._named.setdefault(name, []).append(said)

    def goal(self, literal: Literal, budget: Budget) -> Goal | None:
        """What the value of the member fulfils of which ``literal`` says that it is there and is not so; None if it says something else."""
        if literal.holds or not isinstance(literal.formula, Every) or (name := only_text(literal.formula.key)) is None:
            return None
        said = {Literal(literal.inner, False, literal.formula.value), *self._named.get(name, ())}
        return frozenset(said | {value for key, value in self._every if holds(key, name, budget)})


class _Objects:
    def __init__(self, atoms: Collection[Literal], excluded: Collection[object], search: Finder) -> None:
        self._search = search
        self._excluded = {key_of(value) for value in excluded}
        self._lo = 0
        self._hi: int | None = None
        self._named: dict[str, list[Literal]] = {}  # a name -> what a value of that name fulfils
        self._every: list[tuple[Formula, Literal]] = []  # the same for names that are not listed one by one
        self._wanted: dict[str, set[Literal]] = {}  # a member that must be there -> what its value fulfils besides
        self._somewhere: list[tuple[Formula, Literal]] = []  # some member of such a name
        self._unsure: Unknown | None = None
        self._shown = True
        search.budget.spend(len(atoms))
        for literal in sorted(atoms, key=lambda one: brief(one.formula)):
            self._take(literal)
        mentioned = {name for key, _ in (*self._every, *self._somewhere) for name in _mentioned(key)}
        self._names = sorted(mentioned | self._wanted.keys() | self._named.keys())

    def _take(self, literal: Literal) -> None:
        formula = literal.formula
        if isinstance(formula, Size):
            self._lo = max(self._lo, formula.lo)
            self._hi = formula.hi if self._hi is None else self._hi if formula.hi is None else min(self._hi, formula.hi)
        elif isinstance(formula, Has) and literal.holds:
            self._wanted.setdefault(formula.name, set())
        elif isinstance(formula, Has):
            self._named.setdefault(formula.name, []).append(Literal(literal.inner, True, FALSE))
        elif isinstance(formula, Every) and literal.holds:
            said = Literal(literal.inner, True, formula.value)
            name = only_text(formula.key)
            if name is None:
                self._every.append((formula.key, said))
            else:
                self._named.setdefault(name, []).append(said)
        elif isinstance(formula, Every):
            name = only_text(formula.key)
            wanted = Literal(literal.inner, False, formula.value)
            if name is None:
                self._somewhere.append((formula.key, wanted))
            else:
                self._wanted.setdefault(name, set()).add(wanted)

    def find(self) -> Outcome:
        if self._hi is not None and max(self._lo, len(self._wanted)) > self._hi:
            return NOTHING
        members: dict[str, Anything] = {}
        for name, wanted in self._wanted.items():
            if isinstance(self._member(name, frozenset(wanted), members), Nothing):
                return NOTHING
        alone = len(self._somewhere) == 1
        for index, (key, wanted_there) in enumerate(self._somewhere):
            if isinstance(self._some_member(key, frozenset({wanted_there}), members, alone=alone or index == 0), Nothing):
                return NOTHING
        if self._lo > MAX_MEMBERS:
            return self._unsure or Unknown("an object with very many members")
        while len(members) < self._lo and self._unsure is None:
            if isinstance(self._some_member(All(()), frozenset(), members, alone=not self._somewhere), Nothing):
                return NOTHING
        if self._unsure is None and key_of(members) in self._excluded:
            members = self._another(members) or members
            if key_of(members) in self._excluded:
                self._unsure = Unknown("objects that are listed one by one")
        return self._unsure or Some(members, self._shown)

    def _goal(self, name: str, wanted: Goal) -> Goal:
        """What the value of a member of this name fulfils."""
        found = {*wanted, *self._named.get(name, ())}
        for key, value in self._every:
            speaks = holds(key, name, self._search.budget)
            if speaks:
                found.add(value)
            elif speaks is None:
                self._unsure = self._unsure or Unknown("whether a name fits a pattern")
        return frozenset(found)

    def _member(self, name: str, wanted: Goal, members: dict[str, Anything]) -> Outcome:
        """Give the object this member; nothing is given if it cannot have it."""
        outcome = self._search.find(self._goal(name, wanted))
        if isinstance(outcome, Some):
            members[name] = outcome.value
            self._shown = self._shown and outcome.shown
        elif isinstance(outcome, Unknown):
            members[name] = None
            self._unsure = self._unsure or outcome
        return outcome

    def _some_member(self, key: Formula, wanted: Goal, members: dict[str, Anything], *, alone: bool) -> Outcome:
        """Give the object one member more of such a name (or, if something is wanted of it, let one that it has be it).

        alone: no earlier choice can be the reason if there is none.
        """
        full = self._hi is not None and len(members) >= self._hi
        unknown: Unknown | None = None
        if not full:
            for name in chain(islice(_fresh(members.keys() | set(self._names)), 2), self._names):
                if name in members or not holds(key, name, self._search.budget):
                    continue
                outcome = self._search.find(self._goal(name, wanted))
                if isinstance(outcome, Some):
                    return self._member(name, wanted, members)
                unknown = outcome if isinstance(outcome, Unknown) else unknown
        if wanted:
            for name in list(members):
                if not holds(key, name, self._search.budget):
                    continue
                again = frozenset(wanted | self._wanted.get(name, set()))
                outcome = self._search.find(self._goal(name, again))
                if isinstance(outcome, Some):
                    self._wanted.setdefault(name, set()).update(wanted)
                    return self._member(name, again, members)
                unknown = outcome if isinstance(outcome, Unknown) else unknown
        outcome = NOTHING if full else self._new_member(key, wanted, members)
        if isinstance(outcome, Nothing) and (unknown or not alone):
            outcome = unknown or Unknown("members that get in one another's way")
        if isinstance(outcome, Unknown):
            self._unsure = self._unsure or outcome
        return outcome

    def _new_member(self, key: Formula, wanted: Goal, members: dict[str, Anything]) -> Outcome:
        """A member of a name that nobody mentions: for each statement about names, it speaks of this one or it does not."""
        taken = values((*self._names, *members))
        name_goal = frozenset({_TEXT, Literal(False, True, key), Literal(False, False, taken)})
        name = self._search.find(name_goal)
        if isinstance(name, Some) and name.shown and isinstance(self._search.find(self._goal(name.value, wanted)), Some):
            return self._member(name.value, wanted, members)
        statements = sorted(self._every, key=lambda one: one[0] != key)  # what speaks of these very names first
        if len(statements) > MAX_STATEMENTS:
            return Unknown("many patterns of names")
        waiting = [(0, name_goal, wanted)]
        unknown: Unknown | None = None
        while waiting:
            index, name_goal, goal = waiting.pop()
            name = self._search.find(name_goal)
            value = NOTHING if isinstance(name, Nothing) else self._search.find(goal)
            if isinstance(value, Nothing):
                continue
            if index < len(statements):
                names, said = statements[index]
                waiting.append((index + 1, name_goal | {Literal(False, True, names)}, goal | {said}))
                waiting.append((index + 1, name_goal | {Literal(False, False, names)}, goal))
            elif isinstance(name, Some) and isinstance(value, Some):
                members[name.value if name.shown else "?"] = value.value
                self._shown = self._shown and name.shown and value.shown
                return value
            else:
                unknown = unknown or next(one for one in (name, value) if isinstance(one, Unknown))
        return unknown or NOTHING

    def _another(self, members: dict[str, Anything]) -> dict[str, Anything] | None:
        """An object that is not excluded, by one member more or by another value of one."""
        if self._hi is None or len(members) < self._hi:
            for name in chain(self._names, islice(_fresh(members.keys() | set(self._names)), len(self._excluded) + 2)):
                outcome = self._search.find(self._goal(name, frozenset()))
                if name not in members and isinstance(outcome, Some) and outcome.shown:
                    other = {**members, name: outcome.value}
                    if key_of(other) not in self._excluded:
                        return other
        for name, value in members.items():
            seen = [value]
            for _ in range(len(self._excluded) + 1):
                goal = self._goal(name, frozenset(self._wanted.get(name, set())))
                outcome = self._search.find(goal | {Literal(False, False, values(seen))})
                if not isinstance(outcome, Some) or not outcome.shown:
                    break
                other = {**members, name: outcome.value}
                if key_of(other) not in self._excluded:
                    return other
                seen.append(outcome.value)
        return None


def _mentioned(key: Formula) -> Iterator[str]:
    """The names that a formula over names lists."""
    waiting = [key]
    while waiting:
        formula = waiting.pop()
        if isinstance(formula, Values):
            yield from (value for value in formula.values if isinstance(value, str))
        elif isinstance(formula, All | Any):
            waiting += formula.parts
        elif isinstance(formula, No):
            waiting.append(formula.formula)


def _fresh(taken: Collection[str]) -> Iterator[str]:
    return (name for name in ("other" + (str(number) if number else "") for number in count()) if name not in taken)
