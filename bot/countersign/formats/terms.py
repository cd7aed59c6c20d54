"""Terms of two contracts (`model.contract.Term`): which is which, and how they stand to one another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from countersign.formats.checks import as_check, relate_checks
from countersign.formats.match import pair, pair_datasets
from countersign.formats.relation import Found, unnamed
from countersign.model.change import Aspect, Relation
from countersign.model.contract import Contract, Field, Term
from countersign.model.path import Path

#: A difference in these says nothing of the data and of who can read it where.
_BESIDE_THE_DATA = frozenset({Aspect.PARTITIONING, Aspect.PRICE, Aspect.DEPRECATION, Aspect.IDENTIFIER})

#: By what a term is found on the other side, in the order in which it is asked; None: not by this.
_KNOWN_BY: tuple[Callable[[Term], object], ...] = (
    lambda term: term.identity or None,
    lambda term: (term.name, term.value),
    lambda term: term.value,
    lambda term: term.name or None,
    lambda term: term.about,
)

Pair = tuple[Term | None, Term | None]


def differing_terms(old: Sequence[Term], new: Sequence[Term]) -> list[tuple[Aspect, str, Pair]]:
    """(what it is, a name of its own among these, old and new: None where it is gone or added) of each that does not say the same.

    The name is what the term is about, numbered by the texts where several are about the same: no order of the document shows in it.
    """
    found: dict[tuple[str, str], list[Pair]] = {}
    for before, after in _pairs(old, new) if old != new else ():
        there = before or after
        if there is not None and (before is None or after is None or before.value != after.value):
            found.setdefault((there.kind, there.about), []).append((before, after))
    named = []
    for (kind, about), pairs in found.items():
        for number, one in enumerate(sorted(pairs, key=_texts)):
            named.append((Aspect(kind), f"{about} #{number + 1}" if number else about, one))
    return named


def _texts(one: Pair) -> tuple[str, ...]:
    return tuple(term.text if term else "" for term in one)


def _pairs(old: Sequence[Term], new: Sequence[Term]) -> list[Pair]:
    """Old terms with their new selves, then the added ones.

    By id first, then those that are word for word the same, then by name, then by what they are about in the order of the document.
    Two that say the same are no difference, so that naming or sorting what has no name is none.
    """
    found: dict[int, int] = {}
    taken: set[int] = set()
    for known_by in _KNOWN_BY:
        places: dict[object, list[int]] = {}
        for at, term in enumerate(new):
            if at not in taken and known_by(term) is not None:
                places.setdefault((term.kind, known_by(term)), []).append(at)
        for at, term in enumerate(old):
            others = places.get((term.kind, known_by(term))) if at not in found and known_by(term) is not None else None
            if others:
                found[at] = others.pop(0)
                taken.add(found[at])
    pairs: list[Pair] = [(term, new[found[at]] if at in found else None) for at, term in enumerate(old)]
    return pairs + [(None, term) for at, term in enumerate(new) if at not in taken]


def relate_terms(old: Contract, new: Contract) -> Found:
    """The relation of every pair of terms that differs: what is asked now stands to what was asked as values do."""
    found: Found = {}
    _differing(old.terms, new.terms, (), found)
    waiting: list[tuple[Field, Field, Path]] = []
    for before, after in pair_datasets(old.datasets, new.datasets):
        if before is not None and after is not None:
            _differing(before.terms, after.terms, (before.name,), found)
            waiting.append((before.root, after.root, (before.name,)))
    while waiting:
        one, other, path = waiting.pop()
        _differing(one.terms, other.terms, path, found)
        waiting += [(a, b, (*path, step)) for step, a, b in _parts(one, other)]
    return found


def _parts(old: Field, new: Field) -> Iterator[tuple[str, Field, Field]]:
    yield from ((before.name, before, after) for before, after in pair(old.fields, new.fields) if before and after)
    others = dict(unnamed(new))
    yield from ((step, part, others[step]) for step, part in unnamed(old) if step in others)


def _differing(old: Sequence[Term], new: Sequence[Term], path: Path, found: Found) -> None:
    for aspect, name, (before, after) in differing_terms(old, new):
        found[path, aspect, name] = relate_term(before, after)


def relate_term(old: Term | None, new: Term | None) -> Relation:
    """NARROWED if more is promised than before, WIDENED if less, CHANGED if it is another promise."""
    there = old or new
    if there is None or (old is not None and new is not None and old.value == new.value) or there.kind in _BESIDE_THE_DATA:
        return Relation.EQUAL
    if there.kind == Aspect.QUALITY:
        return relate_checks(as_check(old.value if old else None), as_check(new.value if new else None))
    if old is None:
        return Relation.NARROWED
    return Relation.WIDENED if new is None else Relation.CHANGED
