"""Which files of a history are schemas, and which versions of them each merge held against one another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from countersign.formats import ENDINGS, detect
from countersign.policy import ours
from countersign.ports import Git, Landing
from countersign.services.reading import decode

#: Bytes up to which a file is searched for the signs of a format, if its name says nothing: lock files and data are larger.
_LARGEST_UNNAMED = 512 * 1024
#: Blobs that are in memory at once.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Version:
    """A file as it stood in a commit, where its references are looked up."""

    file: str
    blob: str
    commit: str


@dataclass(frozen=True, slots=True)
class Pair:
    """What a merge, or a later one, made of a file. old, new: None where there is none. format: as `formats.FORMATS` names it."""

    format: str
    old: Version | None
    new: Version | None

    @property
    def file(self) -> str:
        version = self.new or self.old
        return version.file if version else ""


def pairs_of(git: Git, repository: str, landings: Sequence[Landing]) -> list[list[Pair]]:
    """For each landing the schema files that it changed. Raises `GitTrouble`."""
    touched = [[one for one in landing.changed if ours(one.new_path or one.old_path)] for landing in landings]
    sides = ((one.old_path, one.old_blob, one.new_path, one.new_blob) for files in touched for one in files)
    formats = formats_of(git, repository, {side: None for a, b, c, d in sides for side in ((a, b), (c, d)) if side[0]})
    found: list[list[Pair]] = []
    for landing, files in zip(landings, touched, strict=True):
        mine = []
        for one in files:
            old_format, new_format = (formats.get(side, "") for side in ((one.old_path, one.old_blob), (one.new_path, one.new_blob)))
            if not old_format and not new_format:
                continue
            old = Version(one.old_path, one.old_blob, landing.commit.parents[0]) if old_format else None
            new = Version(one.new_path, one.new_blob, landing.commit.sha) if one.new_path and (new_format or old_format) else None
            mine.append(Pair(new_format or old_format, old, new))
        found.append(mine)
    return found


def formats_of(git: Git, repository: str, files: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
    """(path, blob) -> the format's name; what none recognises is left out. By the name alone, where it says enough."""
    found: dict[tuple[str, str], str] = {}
    unsure: dict[tuple[str, str], None] = {}
    for path, blob in files:
        named = detect(path, "")
        if named:
            found[path, blob] = named
        elif path.endswith(ENDINGS):
            unsure[path, blob] = None
    waiting = list(unsure)
    for start in range(0, len(waiting), _AT_ONCE):
        some = waiting[start : start + _AT_ONCE]
        contents = git.read(repository, sorted({blob for _, blob in some}))
        for path, blob in some:
            raw = contents[blob]
            named = detect(path, decode(path, raw).text or "") if raw is not None and len(raw) <= _LARGEST_UNNAMED else None
            if named:
                found[path, blob] = named
    return found
