"""Which files of a history are schemas, and which versions of them each merge held against one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from countersign.formats import ENDINGS, detect, whole
from countersign.policy import ours
from countersign.ports import ChangedFile, Git, Landing
from countersign.services.backtest.folders import Folders
from countersign.services.backtest.versions import Pair, Version
from countersign.services.reading import decode

#: Bytes up to which a file is searched for the signs of a format, if its name says nothing: lock files and data are larger.
_LARGEST_UNNAMED = 512 * 1024
#: Blobs that are in memory at once.
_AT_ONCE = 500


def pairs_of(git: Git, folders: Folders, landings: Sequence[Landing]) -> list[list[Pair]]:
    """For each landing the schema files, and folders of migrations, that it changed. Raises `GitTrouble`."""
    touched = [[one for one in landing.changed if ours(one.new_path or one.old_path)] for landing in landings]
    sides = ((one.old_path, one.old_blob, one.new_path, one.new_blob) for files in touched for one in files)
    formats = formats_of(git, folders.repository, {side: None for a, b, c, d in sides for side in ((a, b), (c, d)) if side[0]})
    return [
        [*_folders(folders, landing, files), *_files(formats, landing, files)] for landing, files in zip(landings, touched, strict=True)
    ]


def folders_of(changed: Iterable[ChangedFile]) -> list[str]:
    """The folders of migrations that files were changed in."""
    paths = (path for one in changed for path in (one.old_path, one.new_path) if path)
    return [folder for path, folder in ((path, whole(path)) for path in dict.fromkeys(paths)) if folder != path]


def _folders(folders: Folders, landing: Landing, files: Sequence[ChangedFile]) -> Iterator[Pair]:
    for folder in dict.fromkeys(folders_of(files)):
        old, new = folders.first(landing.commit.parents[0], folder), folders.first(landing.commit.sha, folder)
        if old or new:
            yield Pair("sql", old, new)


def _files(formats: Mapping[tuple[str, str], str], landing: Landing, files: Sequence[ChangedFile]) -> Iterator[Pair]:
    for one in files:
        old_format, new_format = formats.get((one.old_path, one.old_blob), ""), formats.get((one.new_path, one.new_blob), "")
        if not (old_format or new_format) or whole(one.old_path) != one.old_path or whole(one.new_path) != one.new_path:
            continue
        old = Version(one.old_path, one.old_blob, landing.commit.parents[0]) if old_format else None
        new = Version(one.new_path, one.new_blob, landing.commit.sha) if one.new_path else None
        yield Pair(new_format or old_format, old, new)


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
