"""One object store, and how objects that are not in it are brought."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from countersign.adapters.git import names, process
from countersign.adapters.git.cat_file import CatFile, Info, Readers
from countersign.ports import GitTrouble


@dataclass(frozen=True)
class ObjectStore:
    """name: for messages. directory: the Git directory. bring: fetches blobs in one batch, or raises. partial: blobs may be missing.

    doubt: told when Git fails on local objects that ought to be whole; it may raise what explains it better.
    """

    name: str
    directory: Path
    variables: Mapping[str, str]
    readers: Readers
    bring: Callable[[Sequence[str]], None]
    doubt: Callable[[], None]
    partial: bool

    def git(self, *arguments: str, given: bytes = b"", allowed: tuple[int, ...] = (0,)) -> process.Answer:
        """Run a command on local objects. ``arguments`` hold ours, full object ids, and paths after ``--``."""
        try:
            return process.run(arguments, directory=self.directory, variables=self.variables, given=given, allowed=allowed)
        except process.GitFailed as error:
            self.doubt()
            raise GitTrouble(f"{self.name}: {error}") from None

    def infos(self, revisions: Sequence[str]) -> list[Info | None]:
        """What each revision stands for; None if it is not here. Revisions may come from people: they are no arguments."""
        for revision in revisions:
            if "\n" in revision or "\0" in revision:
                raise GitTrouble(f"{names.shown(revision)} is not a revision")
        with self._reader() as reader:
            return reader.infos(revisions)

    def commit(self, revision: str) -> str | None:
        """The commit that a revision stands for, tags followed; None if it is not here."""
        (info,) = self.infos([f"{revision}^{{commit}}"])
        return info.oid if info is not None else None

    def require(self, *objects: str, kind: str = "commit") -> None:
        """Raise `GitTrouble` unless each full object id is here and leads to an object of ``kind``."""
        for oid, info in zip(objects, self.infos([f"{names.sha(o)}^{{{kind}}}" for o in objects]), strict=True):
            if info is None:
                if self.infos([oid]) != [None]:
                    self.doubt()  # it is here, and what it leads to is not
                raise GitTrouble(f"{self.name}: {kind} {oid} is not here; fetch it first")

    def blobs(self, oids: Sequence[str]) -> dict[str, Info]:
        """Each blob's size; those that are missing are brought first, all in one batch."""
        wanted = list(dict.fromkeys(names.sha(oid) for oid in oids))
        found = {oid: info for oid, info in zip(wanted, self.infos(wanted), strict=True) if info is not None}
        missing = [oid for oid in wanted if oid not in found]
        if missing:
            self.bring(missing)
            found |= {oid: info for oid, info in zip(missing, self.infos(missing), strict=True) if info is not None}
        for oid in wanted:
            if oid not in found:
                self.doubt()
                raise GitTrouble(f"{self.name}: blob {oid} is missing")
            if found[oid].kind != "blob":
                raise GitTrouble(f"{self.name}: {oid} is a {found[oid].kind}, not a file's content")
        return found

    def contents(self, oids: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """The bytes of blobs that are here."""
        with self._reader() as reader:
            yield from zip(oids, reader.contents(oids), strict=True)

    @contextmanager
    def _reader(self) -> Iterator[CatFile]:
        try:
            with self.readers.lend(self.directory, self.variables) as reader:
                yield reader
        except GitTrouble as error:
            self.doubt()
            raise GitTrouble(f"{self.name}: {error}") from None

    @property
    def shallow(self) -> bool:
        """Whether history was cut off when this repository was cloned."""
        common = self.directory / "commondir"
        shared = self.directory / os.fsdecode(common.read_bytes()).strip() if common.is_file() else self.directory
        return (shared / "shallow").is_file()
