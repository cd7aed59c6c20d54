"""The names that a contract mentions anywhere, also where no field of its own stands for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from countersign.model.contract import Place
from countersign.model.path import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Members and enum values by their paths, the dataset's name first.

    said: what values may have -> its line. asked: what is only looked for in them (a condition). around: where the members or values of
    a path are listed. valued: paths that list values. loops: where a description refers back to one around it -> the paths of that one.
    """

    said: Mapping[Path, Place]
    asked: frozenset[Path]
    around: Mapping[Path, Place]
    valued: frozenset[Path]
    loops: Mapping[Path, frozenset[Path]]

    def has(self, path: Path) -> bool:
        return bool(self._at(path))

    def gone(self, new: Names) -> Iterator[tuple[Path, Place, Place | None]]:
        """What is mentioned here and no longer in ``new``, what lies around first: its old line, and what is left around it.

        A value is gone only from a list: where no values are listed any more, that is another difference.
        """
        for path in sorted(self.said, key=lambda path: (len(path), path)):
            if new.has(path) or (path[-1][:1] == "=" and not new._at(path[:-1]) & new.valued):
                continue
            yield path, self.said[path], new._left(path)

    def _left(self, path: Path) -> Place | None:
        around = (new for length in range(len(path) - 1, 0, -1) for new in sorted(self._at(path[:length])))
        return next((self.around.get(at) or self.said[at] for at in around if at in self.around or at in self.said), None)

    def _at(self, path: Path) -> set[Path]:
        """The paths under which this is kept."""
        found = {path[:1]}
        for step in path[1:]:
            found |= {back for at in found for back in self.loops.get(at, ())}
            found = {(*at, step) for at in found if (*at, step) in self.said or (*at, step) in self.asked}
        return found
