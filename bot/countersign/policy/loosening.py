"""What a change of policy loosens (GATE §4, ``gate-loosened``): settings in force before and after, knob by knob.

Compared are the floor and the start (in the organisation's own repository), the repository's settings, and the settings of each
contract: of an entry by its pattern, of a file by the entry that lists it. A knob that is loosened further out is not reported again
for everything that inherits it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from countersign.model.contract import Place, canonical
from countersign.policy.document import Document
from countersign.policy.layers import Layers, with_rule_levels
from countersign.policy.parts import open_page
from countersign.policy.pattern import Patterns
from countersign.policy.reading import is_organisation, own_document
from countersign.policy.schema import Knob, Setting, Settings
from countersign.policy.shape import Pointer

JSON = Any
Documents = tuple[Document | None, Document | None]

#: When a file passes from one entry to another, its id is compared as the contract's, not as a knob.
_IDENTITY = {("id",), ("id_from",)}


@dataclass(frozen=True, slots=True)
class Loosening:
    """knob: dotted path, with the entry's pattern: ``publishes[schemas/**].mode``. before, after: canonical JSON, None if unset.

    place: where it is said now, or the nearest line that is left; None if the file is gone. old: the same on the old side.
    """

    knob: str
    before: str | None
    after: str | None
    place: Place | None
    old: Place | None


def loosenings(
    old: Documents, new: Documents, *, name: str, files: Iterable[tuple[str, str]] = (), levels: Mapping[str, str] | None = None
) -> tuple[Loosening, ...]:
    """Everything that the new (repository, organisation) documents do not provably keep as strict as the old; one a knob.

    Both sides must be such that `read` finds no error. name: ``org/repo``. files: (file before, file after) of each contract that is
    on both sides, and each file of the old side with itself, listed or not. levels: rule id -> the level it raises by itself; without
    it, a level that is set for the first time cannot be shown to raise anything.

    A repository that had no policy promised nothing and read nothing, so its first policy loosens nothing. Nor does a new entry,
    unless it takes a contract of ``files`` over from another, or is a pattern within an old one, which would have listed its files
    to come. An entry that goes is told file by file (``contract-unlisted``); here, only if it is a pattern, for the same reason.
    """
    before, after = _Side(name, old, levels or {}), _Side(name, new, levels or {})
    found = _Found(before, after)
    if is_organisation(name):
        kept = {knob: setting for knob, setting in after.layers.floor.items() if knob in before.layers.floor}
        found.compare("require.", before.layers.floor, kept, (("require",), ("require",)))
        found.compare("default.", before.everybody(), after.everybody(), (("default",), ("default",)))
    if before.page is None:
        return found.all()
    found.compare("", before.repository(), after.repository(), ((), ()))
    for one, other in _pairs(before, after, files):
        found.compare_entries(one, other)
    return found.all()


def below_organisation(documents: Documents, *, name: str, levels: Mapping[str, str]) -> tuple[Loosening, ...]:
    """What a policy sets looser than the organisation has it for a repository that sets nothing; one a knob. Arguments as `loosenings`.

    For a first policy that takes the place of one that nobody could ever read, and that may have promised anything.
    """
    nothing = None if is_organisation(name) else documents[1]
    before, after = _Side(name, (None, nothing), levels), _Side(name, documents, levels)
    found, start = _Found(before, after), before.everybody()
    found.compare("", start, _those(start, after.repository()), ((), ()))
    for index, pattern in enumerate(after.patterns.all):
        at = ("publishes", index)
        known = _those(after.entry(index), start)
        found.compare(f"publishes[{pattern.text}].", known, _those(known, after.entry(index)), (at, at))
    return found.all()


def _those(knobs: Settings, settings: Settings) -> Settings:
    return {knob: setting for knob, setting in settings.items() if knob in knobs}


class _Side:
    """One side's files: the layers of settings, and the entries with their patterns."""

    def __init__(self, name: str, documents: Documents, levels: Mapping[str, str]) -> None:
        own = own_document(name, *documents)
        organisation = open_page(documents[1]).data if documents[1] else None
        self.page = open_page(own) if own else None
        self.layers = Layers.of(self.page.data if self.page else None, organisation)
        self.entries: list[Mapping[str, JSON]] = self.page.data.get("publishes", []) if self.page else []
        self.patterns = Patterns([entry["contract"] for entry in self.entries])
        self._levels = levels

    def everybody(self) -> Settings:
        return with_rule_levels(self.layers.for_everybody(), self._levels)

    def repository(self) -> Settings:
        return with_rule_levels(self.layers.for_repository(), self._levels)

    def entry(self, index: int) -> Settings:
        return with_rule_levels(self.layers.for_entry(self.entries[index]), self._levels)

    def place(self, pointer: Pointer) -> Place | None:
        """Where it stands, or the nearest line above it."""
        return self.page.place(*pointer) if self.page else None

    def said(self, pointer: Pointer) -> Place | None:
        """Where it stands, if it does."""
        return self.place(pointer) if self.page and self.page.at(*pointer) is not None else None


def _pairs(before: _Side, after: _Side, files: Iterable[tuple[str, str]]) -> Iterator[tuple[int, int | None]]:
    """Entries to compare, by their numbers on either side, each pair once; None: a pattern that nothing new covers."""
    pairs: dict[tuple[int, int | None], None] = {}
    for index, pattern in enumerate(before.patterns.all):
        heir = after.patterns.same(pattern)
        heir = after.patterns.covering(pattern) if heir is None else heir
        if heir is not None or pattern.literal is None:
            pairs[index, heir] = None
    for index, pattern in enumerate(after.patterns.all):
        wider = before.patterns.covering(pattern)
        if wider is not None and pattern.literal is None and before.patterns.same(pattern) is None:
            pairs[wider, index] = None
    for old_file, new_file in sorted(files):
        one, other = before.patterns.best(old_file), after.patterns.best(new_file)
        if one is not None and other is not None:
            pairs[one, other] = None
    yield from pairs


class _Found:
    """Collects loosenings, one a knob. What is loosened for all is not said again of an entry."""

    def __init__(self, before: _Side, after: _Side) -> None:
        self._before, self._after = before, after
        self._found: dict[str, Loosening] = {}
        self._for_all: set[tuple[Knob, str | None, str | None]] = set()

    def all(self) -> tuple[Loosening, ...]:
        return tuple(sorted(self._found.values(), key=lambda one: one.knob))

    def compare(self, prefix: str, old: Settings, new: Settings, at: tuple[Pointer, Pointer]) -> None:
        """Settings that hold for more than one entry. at: where they stand in the old and the new file."""
        for knob, said_before, said_after in _looser(old, new):
            if (knob, said_before, said_after) not in self._for_all:
                self._for_all.add((knob, said_before, said_after))
                self._keep(prefix + ".".join(knob), said_before, said_after, (*at[0], *knob), (*at[1], *knob))

    def compare_entries(self, one: int, other: int | None) -> None:
        old_pattern = self._before.patterns.all[one]
        if other is None:
            self._keep(f"publishes[{old_pattern.text}].contract", canonical(old_pattern.text), None, ("publishes", one), ("publishes",))
            return
        new_pattern = self._after.patterns.all[other]
        moved = old_pattern.steps != new_pattern.steps
        for knob, said_before, said_after in _looser(self._before.entry(one), self._after.entry(other)):
            if (knob, said_before, said_after) in self._for_all or (moved and knob in _IDENTITY):
                continue
            name = f"publishes[{new_pattern.text}].{'.'.join(knob)}"
            self._keep(name, said_before, said_after, ("publishes", one, *knob), ("publishes", other, *knob))

    def _keep(self, knob: str, before: str | None, after: str | None, old: Pointer, new: Pointer) -> None:
        place, was = self._after.place(new), self._before.said(old)
        self._found.setdefault(knob, Loosening(knob, before, after, place, was))


def _said(settings: Settings, knob: Knob) -> Setting | None:
    """What holds for a knob. A rule without a mode of its own goes by the mode of everything."""
    return settings.get(knob) or (settings.get(("mode",)) if knob[0] == "modes" else None)


def _looser(old: Settings, new: Settings) -> Iterator[tuple[Knob, str | None, str | None]]:
    """(knob, before, after) of every knob that is not provably as strict as it was."""
    for knob in sorted(old.keys() | new.keys()):
        before, after = _said(old, knob), _said(new, knob)
        order = (before or new[knob]).order
        if not order.allows(before.value if before else None, after.value if after else None):
            yield knob, canonical(before.value) if before else None, canonical(after.value) if after else None
